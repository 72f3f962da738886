#define _GNU_SOURCE
#include "cl_descendants.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int cl_become_reaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int cl_end_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }

// As many of the children as a page names; their numbers belong to nobody else, as this process has not reaped them.
static int kill_some_children(void) {
  char text[4096];
  int file = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (file == -1)
    return -1;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length == -1)
    return -1;
  // A number that was cut off is no child's.
  while (length > 0 && text[length - 1] != ' ')
    length--;
  text[length] = '\0';
  char *rest = text;
  for (;;) {
    char *end;
    long id = strtol(rest, &end, 10);
    if (end == rest || id <= 1)
      return 0;
    kill((pid_t)id, SIGKILL);
    rest = end;
  }
}

int cl_end_children(void) {
  for (;;) {
    siginfo_t info = {0};
    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | __WALL) == 0 && info.si_pid != 0)
      info = (siginfo_t){0};
    if (info.si_pid == 0 && waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == -1)
      return errno == ECHILD ? 0 : -1;
    if (kill_some_children() == -1)
      return -1;
    // One of those that were killed.
    if (waitid(P_ALL, 0, &info, WEXITED | __WALL) == -1 && errno != EINTR)
      return errno == ECHILD ? 0 : -1;
  }
}
