#include "cl_events.h"

#include <errno.h>

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
