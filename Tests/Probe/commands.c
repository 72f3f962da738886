// What the harness runs inside and outside, beside the checks.
#include "commands.h"

#include <dirent.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "probe.h"

// gains: as exit code, what executing this file has brought: 1 a user, 2 a group, 4 capabilities.
static int gains(int count, char **words) {
  char status[8192];
  uid_t user[3];
  gid_t group[3];
  getresuid(&user[0], &user[1], &user[2]);
  getresgid(&group[0], &group[1], &group[2]);
  slurp("/proc/self/status", status, sizeof status);
  const char *line = strstr(status, "CapPrm:");
  bool has_capabilities = user[0] && user[1] && line && strtoull(line + 7, NULL, 16);
  return (user[0] != user[1]) | (group[0] != group[1]) << 1 | has_capabilities << 2;
}

// host: a process to be seen, which is there until its standard input ends.
static int stand(int count, char **words) {
  prctl(PR_SET_NAME, "capsprobe-host");
  printf("stands\n");
  fflush(stdout);
  char end;
  while (read(0, &end, 1) > 0);
  return 0;
}

static atomic_bool is_over;

static void *wait_for_end(void *argument) {
  char end;
  while (read(0, &end, 1) > 0);
  is_over = true;
  return NULL;
}

static void at_end_of_input(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, wait_for_end, NULL)) exit(70);
}

// swap ONE OTHER: exchanges the two until standard input ends, and prints how often.
static int swap(int count, char **words) {
  if (count != 3) return 64;
  long exchanges = 0;
  at_end_of_input();
  printf("swaps\n");
  fflush(stdout);
  while (!is_over && !renameat2(AT_FDCWD, words[1], AT_FDCWD, words[2], RENAME_EXCHANGE)) exchanges++;
  if (!is_over) return perror("swap"), 70;
  // As it was.
  if (exchanges % 2) renameat2(AT_FDCWD, words[1], AT_FDCWD, words[2], RENAME_EXCHANGE);
  printf("%ld\n", exchanges);
  return 0;
}

// naive FOLDER NAME: opens FOLDER/NAME after it has looked that FOLDER is no link, until NAME was there all the same a hundred
// times or there is little hope. How often it was there, and how often that was tried.
static int naive(int count, char **words) {
  if (count != 3) return 64;
  long tries = 0, lost = 0;
  for (long looks = 0; lost < 100 && looks < 10000000; looks++) {
    struct stat status;
    if (lstat(words[1], &status) || !S_ISDIR(status.st_mode)) continue;
    tries++;
    char path[600];
    snprintf(path, sizeof path, "%s/%s", words[1], words[2]);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) continue;
    lost++;
    close(file);
  }
  printf("%ld %ld\n", lost, tries);
  return 0;
}

static void *open_and_close(void *argument) {
  // To be handed on by mistake: without O_CLOEXEC.
  while (!is_over) {
    int files[16];
    for (size_t i = 0; i < LENGTH(files); i++) files[i] = open(argument, O_RDONLY | O_DIRECTORY);
    for (size_t i = 0; i < LENGTH(files); i++) close(files[i]);
  }
  return NULL;
}

// leak STARTS FOLDER COMMAND...: starts the command while other threads open and close the folder. How often it was started,
// and how often it ended with 3 and with anything else but 0.
static int leak(int count, char **words) {
  if (count < 4) return 64;
  pthread_t threads[2];
  for (size_t i = 0; i < LENGTH(threads); i++)
    if (pthread_create(&threads[i], NULL, open_and_close, words[2])) return 70;
  long starts = 0, found = 0, failed = 0;
  for (; starts < atol(words[1]); starts++) {
    pid_t child = fork();
    if (child == 0) {
      execv(words[3], words + 3);
      _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 3) found++;
    else if (status) failed++;
  }
  is_over = true;
  for (size_t i = 0; i < LENGTH(threads); i++) pthread_join(threads[i], NULL);
  printf("%ld %ld %ld\n", starts, found, failed);
  return 0;
}

// inherited TRIES: ends with 3 when there is a descriptor above the standard streams, or a folder behind one.
static int inherited(int count, char **words) {
  for (long tries = count > 1 ? atol(words[1]) : 1; tries > 0; tries--) {
    for (int number = 3; number < 256; number++) {
      struct stat status;
      if (!fstat(number, &status)) return 3;
    }
    if (tries % 10 == 0 && (!chdir("/proc/self/fd/3") || !chdir("/proc/1/cwd"))) return 3;
  }
  return 0;
}

// has TEXT FILE...: ends with 3 when one of the files begins with the text, and with 4 when none of them can be read.
static int has(int count, char **words) {
  bool is_readable = false;
  for (int i = 2; i < count; i++) {
    char start[64];
    if (slurp(words[i], start, sizeof start) < 0) continue;
    is_readable = true;
    if (!strncmp(start, words[1], strlen(words[1]))) return 3;
  }
  return is_readable ? 0 : 4;
}

// keyed COMMAND...: runs it with a key in its session's keyring.
static int keyed(int count, char **words) {
  if (count < 2) return 64;
  // Which is why each of them has a new session: KEYCTL_JOIN_SESSION_KEYRING, KEY_SPEC_SESSION_KEYRING.
  if (syscall(SYS_keyctl, 1, NULL) < 0 || syscall(SYS_add_key, "user", "capsprobe-key", "x", 1, -3) < 0) perror("keyed");
  execvp(words[1], words + 1);
  return 127;
}

// What can be had of a process, if it is still what has started it: its image at `address`, its executable, its descriptors.
static bool exposes(int process, unsigned long address, const char *program) {
  char path[64], text[200];
  snprintf(path, sizeof path, "/proc/%d/mem", process);
  // Holds on to the memory of that moment, whatever is executed afterwards.
  int memory = open(path, O_RDONLY | O_CLOEXEC);
  bool is_exposed = memory >= 0 && pread(memory, text, 4, address) == 4 && !memcmp(text, "\177ELF", 4);
  if (memory >= 0) close(memory);
  snprintf(path, sizeof path, "/proc/%d/exe", process);
  ssize_t length = readlink(path, text, sizeof text - 1);
  if (length > 0) text[length] = 0, is_exposed |= strcmp(text, program) != 0;
  for (int number = 3; number < 12; number++) {
    snprintf(path, sizeof path, "/proc/%d/fd/%d", process, number);
    length = readlink(path, text, sizeof text - 1);
    is_exposed |= length > 6 && !memcmp(text, "socket", 6);
  }
  return is_exposed;
}

// watch ADDRESS PROGRAM: looks at each process that appears until none has for a second. PROGRAM is what they are to become, and
// ADDRESS where the image of their starter lies. Prints how many there were, the looks at them, and how often one was exposed.
static int watch(int count, char **words) {
  if (count != 3) return 64;
  unsigned long address = strtoul(words[1], NULL, 0);
  long seen = 0, looks = 0, exposed = 0, last = 0;
  struct timespec now, latest;
  clock_gettime(CLOCK_MONOTONIC, &latest);
  do {
    DIR *folder = opendir("/proc");
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
      int process = atoi(entry->d_name);
      if (process <= getpid()) continue;
      if (process > last) {
        last = process;
        seen++;
        clock_gettime(CLOCK_MONOTONIC, &latest);
      }
      // While it is there: it changes in the meantime.
      for (int i = 0; i < 20; i++, looks++) exposed += exposes(process, address, words[2]);
    }
    if (folder) closedir(folder);
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while (now.tv_sec - latest.tv_sec < 2);
  printf("%ld %ld %ld\n", seen, looks, exposed);
  return 0;
}

bool command(int count, char **words, int *status) {
  const struct { const char *name; int (*run)(int, char **); } commands[] = {
      {"gains", gains}, {"host", stand}, {"leave", leave},         {"swap", swap},
      {"naive", naive}, {"leak", leak},  {"inherited", inherited}, {"has", has},
      {"keyed", keyed}, {"watch", watch},
  };
  for (size_t i = 0; i < LENGTH(commands); i++) {
    if (strcmp(words[0], commands[i].name)) continue;
    *status = commands[i].run(count, words);
    return true;
  }
  return false;
}
