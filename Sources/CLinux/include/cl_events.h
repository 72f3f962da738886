// Waiting for any number of descriptors, for one, and for changes in a folder: epoll(7), poll(2), inotify(7).
#ifndef CL_EVENTS_H
#define CL_EVENTS_H

#include <stdint.h>
#include <sys/epoll.h>

static const uint32_t cl_epoll_readable = EPOLLIN;
static const uint32_t cl_epoll_writable = EPOLLOUT;
static const uint32_t cl_epoll_urgent = EPOLLPRI;
static const uint32_t cl_epoll_ended = EPOLLHUP | EPOLLERR;

/// A descriptor that is ready, by the id that it was added with.
struct cl_ready {
  uint32_t events;
  uint64_t id;
};

/// A new set, close-on-exec.
int cl_epoll_create(void);

int cl_epoll_add(int epoll, int number, uint32_t events, uint64_t id);
int cl_epoll_change(int epoll, int number, uint32_t events, uint64_t id);
int cl_epoll_remove(int epoll, int number);

/// Waits for as long as it takes; returns how many have been written to `ready`.
int cl_epoll_wait(int epoll, struct cl_ready *ready, int most);

/// An inotify descriptor for what changes in an open folder; reading from it never waits.
int cl_watch_folder(int folder);

/// Waits until a descriptor can be read or is at its end, at most so long; 1 if it is, 0 if not.
int cl_wait_readable(int descriptor, int milliseconds);

#endif
