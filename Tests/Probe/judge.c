// What the checks share.
#include "probe.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

struct outcome outcome(enum result result, int error, const char *format, ...) {
  struct outcome made = {.result = result, .error = error};
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(made.detail, sizeof made.detail, format, arguments);
  va_end(arguments);
  return made;
}

struct outcome judge(long returned) {
  if (returned >= 0) return outcome(SUCCEEDED, 0, " ");
  switch (errno) {
    case EPERM:
    case EACCES:
    case EROFS: return outcome(REFUSED, errno, " ");
    // A filter's answer inside, and outside that of a kernel that does not have it.
    case ENOSYS: return outcome(context.is_control ? ABSENT : REFUSED, errno, " ");
    case ENOENT:
    case ENOTDIR:
    case ENXIO:
    case ENODEV: return outcome(ABSENT, errno, " ");
    default: return outcome(SUCCEEDED, errno, "reached the kernel");
  }
}

struct outcome opens(const struct check *check) {
  return judge(open(check->path, check->number | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}

struct outcome reads(const struct check *check) {
  int file = open(check->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return judge(-1);
  char first;
  ssize_t count = read(file, &first, 1);
  // A log with nothing new, for which it had to be asked anyway.
  if (count < 0 && (errno == EAGAIN || errno == EISDIR || errno == EINVAL)) return outcome(SUCCEEDED, errno, "opened");
  if (count == 0) return outcome(ABSENT, 0, "empty");
  return judge(count);
}

const char *in_world(const char *name) {
  static char buffers[4][600];
  static int next;
  char *buffer = buffers[next++ % 4];
  snprintf(buffer, sizeof buffers[0], "%s/%s", context.world, name);
  return buffer;
}

const char *private_folder(void) {
  static char path[] = "/tmp/capsprobe-XXXXXX";
  return mkdtemp(path) ?: "";
}

int in_child(int (*body)(const void *), const void *argument) {
  pid_t child = fork();
  if (child == 0) _exit(body(argument));
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

ssize_t slurp(const char *path, char *buffer, size_t size) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  size_t length = 0;
  while (length < size - 1) {
    ssize_t count = read(file, buffer + length, size - 1 - length);
    if (count <= 0) break;
    length += count;
  }
  int error = errno;
  close(file);
  errno = error;
  buffer[length] = 0;
  return length;
}
