#include "cl_events.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { MOST = 64 };

int cl_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int number, uint32_t events, uint64_t id) {
  struct epoll_event event = {.events = events, .data.u64 = id};
  return epoll_ctl(epoll, operation, number, &event);
}

int cl_epoll_add(int epoll, int number, uint32_t events, uint64_t id) {
  return control(epoll, EPOLL_CTL_ADD, number, events, id);
}

int cl_epoll_change(int epoll, int number, uint32_t events, uint64_t id) {
  return control(epoll, EPOLL_CTL_MOD, number, events, id);
}

int cl_epoll_remove(int epoll, int number) { return control(epoll, EPOLL_CTL_DEL, number, 0, 0); }

int cl_epoll_wait(int epoll, struct cl_ready *ready, int most) {
  struct epoll_event events[MOST];
  if (most > MOST) most = MOST;
  int count;
  do {
    count = epoll_wait(epoll, events, most, -1);
  } while (count == -1 && errno == EINTR);
  for (int index = 0; index < count; index++) {
    ready[index].events = events[index].events;
    ready[index].id = events[index].data.u64;
  }
  return count;
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
