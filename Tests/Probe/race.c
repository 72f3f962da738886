// What only has to succeed once: tried ten thousand times, while PID 1 is kept busy.
#include "probe.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define TRIES 10000

// Orphans, which PID 1 has to reap: it wakes up for each of them.
static pid_t keep_busy(void) {
  pid_t child = fork();
  if (child) return child;
  for (;;) {
    pid_t parent = fork();
    if (parent == 0) {
      if (fork() == 0) _exit(0);
      _exit(0);
    }
    waitpid(parent, NULL, 0);
  }
}

// PID 1 and, every twentieth time, each process that was there before the own ones.
static struct outcome race_processes(bool (*attack)(pid_t, const char *), const char *path) {
  pid_t parent = getppid(), busy = keep_busy();
  struct outcome made = outcome(REFUSED, 0, " ");
  long tries = 0;
  for (; tries < TRIES && made.result == REFUSED; tries++) {
    if (attack(context.init, path)) made = outcome(SUCCEEDED, 0, "after %ld tries", tries);
    if (tries % 20 || context.is_control) continue;
    DIR *folder = opendir("/proc");
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
      pid_t process = atoi(entry->d_name);
      if (process <= 0 || process >= parent) continue;
      tries++;
      if (attack(process, path)) made = outcome(SUCCEEDED, 0, "process %d after %ld tries", process, tries);
    }
    if (folder) closedir(folder);
  }
  kill(busy, SIGKILL);
  waitpid(busy, NULL, 0);
  if (made.result == REFUSED) snprintf(made.detail, sizeof made.detail, "%ld tries", tries);
  return made;
}

static bool opens_for_writing(pid_t process, const char *path) {
  char name[64];
  snprintf(name, sizeof name, "/proc/%d/%s", process, path);
  int file = open(name, O_RDWR | O_CLOEXEC);
  if (file >= 0) close(file);
  return file >= 0;
}

// Never writes: that the file could be kept for later is what matters.
static bool holds_executable(pid_t process, const char *path) {
  char name[64];
  snprintf(name, sizeof name, "/proc/%d/exe", process);
  int file = open(name, O_RDONLY | O_CLOEXEC);
  if (file >= 0) close(file);
  return file >= 0;
}

static bool seizes(pid_t process, const char *path) { return ptrace(PTRACE_SEIZE, process, 0, 0) == 0; }

static struct outcome races_memory(const struct check *check) { return race_processes(opens_for_writing, "mem"); }
static struct outcome races_executable(const struct check *check) { return race_processes(holds_executable, NULL); }
static struct outcome races_tracing(const struct check *check) { return race_processes(seizes, NULL); }

// Working folders by the numbers of descriptors, of the own process and of PID 1.
static struct outcome races_folders(const struct check *check) {
  if (context.is_control) open("/usr", O_RDONLY | O_DIRECTORY);
  long tries = 0;
  for (; tries < TRIES;) {
    for (int number = 3; number <= 20; number++, tries += 2) {
      char path[64];
      snprintf(path, sizeof path, "/proc/%d/fd/%d", context.init, number);
      if (!chdir(path)) return outcome(SUCCEEDED, 0, "%s after %ld tries", path, tries);
      snprintf(path, sizeof path, "/proc/self/fd/%d", number);
      if (!chdir(path)) return outcome(SUCCEEDED, 0, "%s after %ld tries", path, tries);
    }
  }
  return outcome(REFUSED, 0, "%ld tries", tries);
}

const struct check race[] = {
    {"T-01.race-executable", "hold the executable of PID 1 while it reaps", races_executable},
    {"T-02.race-folders", "enter a folder by a descriptor that is open for a moment", races_folders},
    {"T-18.race-memory", "open the memory of PID 1 while it reaps", races_memory},
    {"T-18.race-tracing", "trace PID 1 while it reaps", races_tracing},
    END,
};
