#define _GNU_SOURCE
#include "cl_pipes.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/socket.h>
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

union control {
  struct cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int))];
};

long cl_send_message_now(int socket, const void *bytes, size_t count, int fd) {
  struct iovec part = {(void *)bytes, count};
  union control control = {0};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (fd >= 0) {
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

long cl_receive_message_now(int socket, void *bytes, size_t capacity, int *fd) {
  struct iovec part = {bytes, capacity};
  union control control = {0};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  *fd = -1;
  long count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (count < 0) return count;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    memcpy(fd, CMSG_DATA(header), sizeof *fd);
  return count;
}

int cl_block_signals(void) {
  static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS};
  sigset_t set;
  sigfillset(&set);
  for (size_t index = 0; index < sizeof faults / sizeof *faults; index++) sigdelset(&set, faults[index]);
  return sigprocmask(SIG_SETMASK, &set, NULL);
}

int cl_raise_file_limit(uint64_t *before) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == -1) return -1;
  *before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit);
}

int cl_set_file_limit(uint64_t most) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == -1) return -1;
  limit.rlim_cur = most;
  return setrlimit(RLIMIT_NOFILE, &limit);
}

int cl_watch_folder(int folder) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", folder);
  int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (watch == -1) return -1;
  if (inotify_add_watch(watch, path, IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE) != -1) return watch;
  int error = errno;
  close(watch);
  errno = error;
  return -1;
}

int cl_wait_readable(int descriptor, int milliseconds) {
  struct pollfd entry = {.fd = descriptor, .events = POLLIN};
  return poll(&entry, 1, milliseconds);
}

long cl_find(const void *bytes, size_t count, const void *text, size_t length) {
  const void *found = memmem(bytes, count, text, length);
  return found == NULL ? -1 : (const char *)found - (const char *)bytes;
}
