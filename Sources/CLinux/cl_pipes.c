#define _GNU_SOURCE
#include "cl_pipes.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int cl_pipe(int ends[2], bool reading_waits) {
  if (pipe2(ends, O_CLOEXEC) == -1) return -1;
  // Of the reading end alone: each end has flags of its own, and the writer expects to wait.
  if (reading_waits || fcntl(ends[0], F_SETFL, O_NONBLOCK) != -1) return 0;
  int error = errno;
  close(ends[0]);
  close(ends[1]);
  errno = error;
  return -1;
}
