// The files that are granted, and those that are not.
#include "probe.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct outcome opens_in_world(const struct check *check) {
  return judge(open(in_world(check->path), check->number | O_CLOEXEC | O_NONBLOCK, 0600));
}

static struct outcome makes(const struct check *check) {
  char path[640];
  snprintf(path, sizeof path, "%s/made-%d", in_world(check->path), getpid());
  int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) unlink(path);
  return judge(file);
}

// From the root on, where nobody has any business.
static struct outcome makes_in_system(const struct check *check) {
  char path[100];
  snprintf(path, sizeof path, "%s/.capsprobe-%d", check->path, getpid());
  int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) unlink(path);
  return judge(file);
}

static struct outcome links_out(const struct check *check) {
  const char *target = in_world("write/linked");
  int returned = link(in_world("read/file"), target);
  if (!returned) unlink(target);
  if (returned && errno == EXDEV) return outcome(REFUSED, errno, " ");
  return judge(returned);
}

// A folder that only may be read, moved away within one that may be written.
static struct outcome renames(const struct check *check) {
  const char *from = in_world("write/locked"), *to = in_world("write/moved");
  int returned = rename(from, to);
  if (!returned) rename(to, from);
  if (returned && errno == EBUSY) return outcome(REFUSED, errno, " ");
  return judge(returned);
}

// The folder around it, so that something else can stand where only reading is granted: afterwards it is what the host finds.
static struct outcome replaces_parent(const struct check *check) {
  const char *from = in_world("write/parent"), *to = in_world("write/moved"), *again = in_world("write/parent/locked");
  if (rename(from, to)) return errno == EBUSY ? outcome(REFUSED, errno, " ") : judge(-1);
  struct outcome made = judge(mkdir(from, 0755) ?: mkdir(again, 0755));
  if (made.result == SUCCEEDED) {
    const char *file = in_world("write/parent/locked/file");
    made = judge(open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    unlink(file);
  }
  rmdir(again);
  rmdir(from);
  rename(to, from);
  return made;
}

static struct outcome writes_mapping(const struct check *check) {
  int file = open(in_world(check->path), O_RDONLY | O_CLOEXEC);
  if (file < 0) return judge(-1);
  void *memory = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory != MAP_FAILED) return judge(0);
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  return judge(open(path, O_RDWR | O_CLOEXEC));
}

// As a member of a group that must not: everybody may read it, but for the members of its group. Who is in no group of the
// caller is no such member.
static struct outcome reads_denied(const struct check *check) {
  gid_t groups[64];
  int count = getgroups(64, groups), others = 0;
  for (int i = 0; i < count; i++) others += groups[i] != getgid();
  if (!others && !context.is_control) return outcome(NOT_TRIED, 0, "in no other group");
  return judge(open(in_world("read/deny"), O_RDONLY));
}

static struct outcome raises_core_limit(const struct check *check) {
  struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
  return judge(setrlimit(RLIMIT_CORE, &limit));
}

static int crashes(const void *folder) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_CORE, &limit)) return 1;
  if (context.is_control) limit.rlim_max = RLIM_INFINITY;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_CORE, &limit) || chdir(folder)) return 1;
  signal(SIGABRT, SIG_DFL);
  abort();
}

static struct outcome dumps_core(const struct check *check) {
  char pattern[200];
  if (slurp("/proc/sys/kernel/core_pattern", pattern, sizeof pattern) > 0 && pattern[0] == '|')
    return outcome(NOT_TRIED, 0, "cores go to a program");
  const char *folder = private_folder();
  pid_t child = fork();
  if (child == 0) _exit(crashes(folder));
  int status = 0;
  waitpid(child, &status, 0);
  char path[64];
  snprintf(path, sizeof path, "%s/core", folder);
  bool is_there = !unlink(path);
  snprintf(path, sizeof path, "%s/core.%d", folder, child);
  is_there |= !unlink(path);
  rmdir(folder);
  if (!WIFSIGNALED(status)) return outcome(NOT_TRIED, 0, "did not crash");
  if (is_there || WCOREDUMP(status)) return outcome(SUCCEEDED, 0, "left a core");
  return outcome(REFUSED, 0, "left none");
}

const struct check fs[] = {
    {"T-29.read-works", "read in a folder that is granted for reading", opens_in_world, O_RDONLY, {0}, "read/file"},
    {"T-29.write-works", "make a file in a folder that is granted for writing", makes, 0, {0}, "write"},
    {"T-29.ungranted", "open a file that is not granted", opens_in_world, O_RDONLY, {0}, "secret/file"},
    {"T-29.dots", "open a file that is not granted by way of one that is", opens_in_world, O_RDONLY, {0},
     "read/../secret/file"},
    {"T-29.link", "open a file that is not granted through a link", opens_in_world, O_RDONLY, {0}, "read/link"},
    {"T-29.write-read-grant", "open a file for writing that is granted for reading", opens_in_world, O_WRONLY, {0}, "read/file"},
    {"T-29.make-in-read-grant", "make a file in a folder that is granted for reading", makes, 0, {0}, "read"},
    {"T-29.make-in-nested", "make a file in what is mounted below a folder that is granted for reading", makes, 0, {0},
     "read/nested"},
    {"T-29.map-read-grant", "map a file for writing that is granted for reading", writes_mapping, 0, {0}, "read/file"},
    {"T-29.link-out", "link a file from a readable folder into a writable one", links_out},
    {"T-29.make-beside", "make a file beside the granted folders", makes, 0, {0}, "."},
    {"T-30.make-in-locked", "make a file in a readable folder within a writable one", makes, 0, {0}, "write/locked"},
    {"T-30.move-locked", "move a readable folder within a writable one away", renames},
    {"T-30.replace-parent", "replace the folder around a readable one within a writable one", replaces_parent},
    {"T-29.make-in-root", "make a file in /", makes_in_system, 0, {0}, ""},
    {"T-29.make-in-etc", "make a file in /etc", makes_in_system, 0, {0}, "/etc"},
    {"T-29.make-in-usr", "make a file in /usr", makes_in_system, 0, {0}, "/usr"},
    {"T-29.make-in-dev", "make a file in /dev", makes_in_system, 0, {0}, "/dev"},
    {"T-15.group-denies", "read what one's group must not", reads_denied},
    {"T-24.limit", "raise the limit of core files", raises_core_limit},
    {"T-24.core", "leave a core file", dumps_core},
    END,
};
