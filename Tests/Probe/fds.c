// Descriptors and a working folder that were left open.
#include "probe.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

// All above the standard streams; 1000 is how a check answers.
static struct outcome inherits(const struct check *check) {
  for (int number = 3; number < 4096; number++) {
    struct stat status;
    if (number == 1000 || fstat(number, &status)) continue;
    char link[64], path[120] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", number);
    if (readlink(link, path, sizeof path - 1) < 0) path[0] = 0;
    return outcome(SUCCEEDED, 0, "%d is %s", number, path);
  }
  return outcome(REFUSED, 0, "none above 2");
}

static struct outcome holds_folder(const struct check *check) {
  if (context.is_control) dup2(open("/", O_PATH), 0);
  for (int number = 0; number < 3; number++) {
    struct stat status;
    if (!fstat(number, &status) && S_ISDIR(status.st_mode)) return outcome(SUCCEEDED, 0, "%d is a folder", number);
  }
  return outcome(REFUSED, 0, " ");
}

// A folder that does not lie below the root, which getcwd(2) shows.
static struct outcome stands_outside(const struct check *check) {
  if (context.is_control) {
    const char *folder = private_folder();
    int outside = open("/", O_RDONLY | O_DIRECTORY);
    if (chroot(folder) || fchdir(outside)) return outcome(NOT_TRIED, errno, "no other root");
    rmdir(folder + 1);
  }
  char path[PATH_MAX + 20];
  // The library of C hides what is not reachable behind an error, the kernel does not.
  long length = syscall(SYS_getcwd, path, sizeof path);
  if (length < 0) return judge(-1);
  return outcome(path[0] == '/' ? REFUSED : SUCCEEDED, 0, "%.100s", path);
}

// Every folder of a process that is there, as CVE-2024-21626 did by --chdir.
static struct outcome walks_descriptors(const struct check *check) {
  if (context.is_control) open("/usr", O_RDONLY | O_DIRECTORY);
  for (int number = 3; number < 64; number++) {
    char path[64];
    struct stat status;
    snprintf(path, sizeof path, "/proc/self/fd/%d/..", number);
    if (!stat(path, &status)) return outcome(SUCCEEDED, 0, "%s is reachable", path);
  }
  return outcome(REFUSED, 0, " ");
}

const struct check fds[] = {
    {"T-02.descriptors", "find a descriptor of the caller", inherits},
    {"T-02.standard-folder", "find a folder among the standard streams", holds_folder},
    {"T-02.working-folder", "stand in a folder outside the root", stands_outside},
    {"T-02.walk-descriptors", "walk up from a descriptor of the caller", walks_descriptors},
    END,
};
