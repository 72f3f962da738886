// Text of the caller in processes that the sandbox sees.
#include "probe.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECRET "capsprobe-secret-value"

extern char **environ;

static struct outcome inherits(const struct check *check) {
  for (char **at = environ; *at; at++)
    if (strstr(*at, SECRET)) return outcome(SUCCEEDED, 0, "%.20s", *at);
  return outcome(REFUSED, 0, " ");
}

static struct outcome searches(const struct check *check) {
  DIR *folder = opendir("/proc");
  if (!folder) return judge(-1);
  int read_files = 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    static char text[1 << 17];
    char path[300];
    if (!atoi(entry->d_name)) continue;
    snprintf(path, sizeof path, "/proc/%s/%s", entry->d_name, check->path);
    ssize_t length = slurp(path, text, sizeof text);
    if (length < 0) continue;
    read_files++;
    if (memmem(text, length, SECRET, strlen(SECRET))) return outcome(SUCCEEDED, 0, "in %s", path);
  }
  return outcome(REFUSED, 0, "not in %d that can be read", read_files);
}

const struct check env[] = {
    {"T-37.own-environment", "find a secret of the caller in the own environment", inherits},
    {"T-37.environments", "find a secret of the caller in the environment of any process", searches, 0, {0}, "environ"},
    {"T-37.command-lines", "find a secret of the caller in the command line of any process", searches, 0, {0}, "cmdline"},
    END,
};
