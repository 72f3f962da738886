// Tells how it is confined, in lines that are the same at each start: probe READ WRITE
//
// READ is a file that it may only read, and WRITE a folder that it may write in; "-" where there is none. It changes nothing:
// what it makes to try something, it removes.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const char *answer(int result) { return result == -1 ? strerrorname_np(errno) : "works"; }

// Some lines of a file, by their beginnings; NULL for all.
static void lines(const char *path, const char *const *beginnings) {
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    printf("%s: %s\n", path, strerrorname_np(errno));
    return;
  }
  char line[4096];
  while (fgets(line, sizeof line, file) != NULL) {
    int is_wanted = beginnings == NULL;
    for (const char *const *one = beginnings; one != NULL && *one != NULL; one++)
      is_wanted |= strncmp(line, *one, strlen(*one)) == 0;
    if (is_wanted)
      fputs(line, stdout);
  }
  fclose(file);
}

// Without what differs from start to start: the numbers of mounts, devices and groups of mounts.
static void mounts(void) {
  FILE *file = fopen("/proc/self/mountinfo", "re");
  char line[4096];
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    char root[1024], place[1024], options[512], rest[2048];
    if (sscanf(line, "%*s %*s %*s %1023s %1023s %511s %2047[^\n]", root, place, options, rest) != 4)
      continue;
    for (char *letter = rest; strncmp(letter, "- ", 2) != 0 && *letter; letter++)
      if (*letter >= '0' && *letter <= '9')
        *letter = '#';
    printf("mount %s %s %s %s\n", place, root, options, rest);
  }
  if (file != NULL)
    fclose(file);
}

static int compare(const void *one, const void *other) { return strcmp(*(char *const *)one, *(char *const *)other); }

static void names(const char *path) {
  char *found[512];
  int count = 0;
  DIR *folder = opendir(path);
  printf("%s:", path);
  if (folder == NULL)
    printf(" %s", strerrorname_np(errno));
  for (struct dirent *entry; folder != NULL && count < 512 && (entry = readdir(folder)) != NULL;)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      found[count++] = strdup(entry->d_name);
  qsort(found, (size_t)count, sizeof found[0], compare);
  for (int i = 0; i < count; i++)
    printf(" %s", found[i]);
  printf("\n");
  if (folder != NULL)
    closedir(folder);
}

static void namespaces(void) {
  for (const char *const *kind = (const char *const[]){"user", "mnt", "pid", "net", "ipc", "uts", "cgroup", NULL}; *kind; kind++) {
    char path[64], target[64] = "";
    snprintf(path, sizeof path, "/proc/self/ns/%s", *kind);
    ssize_t count = readlink(path, target, sizeof target - 1);
    printf("namespace %s\n", count == -1 ? strerrorname_np(errno) : target);
  }
}

static void processes(void) {
  int count = 0;
  DIR *folder = opendir("/proc");
  for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
    count += entry->d_name[0] >= '1' && entry->d_name[0] <= '9';
  printf("%d processes, made by %d, session %d, group %d\n", count, getppid(), getsid(0) == getpid(), getpgrp() == getpid());
  char text[4096] = "";
  int file = open("/proc/1/cmdline", O_RDONLY | O_CLOEXEC);
  ssize_t length = read(file, text, sizeof text), shown = 0;
  for (ssize_t i = 0; i < length; i++)
    shown += text[i] != 0;
  printf("PID 1: %zd bytes of its command line, memory %s, executable %s\n", shown, answer(open("/proc/1/mem", O_RDONLY | O_CLOEXEC)),
         answer((int)readlink("/proc/1/exe", text, sizeof text)));
}

static void descriptors(void) {
  struct stat status;
  for (int number = 0; number < 256; number++)
    if (fstat(number, &status) == 0)
      printf("descriptor %d: kind %o, close on exec %d\n", number, status.st_mode & S_IFMT, fcntl(number, F_GETFD));
}

static void limits(void) {
  for (int resource = 0; resource < RLIM_NLIMITS; resource++) {
    struct rlimit limit;
    if (getrlimit((__rlimit_resource_t)resource, &limit) == 0)
      printf("limit %d: %lld %lld\n", resource, (long long)limit.rlim_cur, (long long)limit.rlim_max);
  }
  printf("niceness %d\n", getpriority(PRIO_PROCESS, 0));
}

static void attempts(const char *read, const char *write) {
  printf("make a device: %s\n", answer(mknod("/tmp/device", S_IFCHR | 0600, makedev(1, 3))));
  unlink("/tmp/device");
  printf("make a user namespace: %s\n", answer(unshare(CLONE_NEWUSER)));
  printf("make a folder in the root: %s\n", answer(mkdir("/made", 0700)));
  rmdir("/made");
  if (strcmp(read, "-") != 0) {
    printf("read what may be read: %s\n", answer(open(read, O_RDONLY | O_CLOEXEC)));
    printf("write what may be read: %s\n", answer(open(read, O_WRONLY | O_CLOEXEC)));
  }
  if (strcmp(write, "-") != 0) {
    // Without a name, as it may be killed at any time.
    printf("write what may be written: %s\n", answer(open(write, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600)));
    char path[4096];
    snprintf(path, sizeof path, "%s-moved", write);
    printf("move what is granted: %s\n", answer(rename(write, path)));
  }
}

int main(int count, char **arguments) {
  static char buffer[1 << 18];
  // In one piece, at the end.
  setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  char name[256] = "", folder[4096] = "";
  gethostname(name, sizeof name);
  printf("host %s, folder %s, dumpable %d\n", name, getcwd(folder, sizeof folder) ? folder : "?", prctl(PR_GET_DUMPABLE));
  descriptors();
  lines("/proc/self/status", (const char *const[]){"Umask", "Uid", "Gid", "Groups", "Cap", "NoNewPrivs", "Seccomp", "SigBlk",
                                                   "SigIgn", "SigCgt", NULL});
  printf("securebits %x\n", prctl(PR_GET_SECUREBITS));
  namespaces();
  lines("/proc/self/cgroup", NULL);
  lines("/proc/sys/user/max_user_namespaces", NULL);
  lines("/proc/sys/kernel/core_pattern", (const char *const[]){"never", NULL});
  mounts();
  for (const char *const *path = (const char *const[]){"/", "/etc", "/dev", "/dev/pts", "/tmp", "/proc/bus", "/proc/fs", NULL}; *path; path++)
    names(*path);
  lines("/proc/keys", NULL);
  lines("/proc/net/route", NULL);
  lines("/proc/net/dev", (const char *const[]){"    lo:", NULL});
  processes();
  limits();
  if (count == 3)
    attempts(arguments[1], arguments[2]);
  return 0;
}
