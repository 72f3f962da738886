#define _GNU_SOURCE
#include "cl_signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

int cl_signal_descriptor(uint64_t signals) {
  sigset_t set;
  sigemptyset(&set);
  for (int number = 1; number <= 64; number++)
    if ((signals >> (number - 1) & 1) != 0 && sigaddset(&set, number) == -1)
      return -1;
  if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
    return -1;
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int cl_read_signal(int descriptor, struct cl_signal *signal) {
  struct signalfd_siginfo info;
  if (read(descriptor, &info, sizeof info) != (ssize_t)sizeof info)
    return -1;
  signal->number = (int)info.ssi_signo;
  signal->sender = (int)info.ssi_pid;
  return 0;
}

int cl_reset_signals(void) {
  // SIGKILL and SIGSTOP cannot be set. The real-time signals are left: nobody's convention ignores them, and this process has
  // no handlers.
  for (int number = 1; number < 32; number++)
    if (number != SIGKILL && number != SIGSTOP && signal(number, SIG_DFL) == SIG_ERR)
      return -1;
  sigset_t empty;
  sigemptyset(&empty);
  return sigprocmask(SIG_SETMASK, &empty, NULL);
}

int cl_block_signals(void) {
  static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS};
  sigset_t set;
  sigfillset(&set);
  for (size_t index = 0; index < sizeof faults / sizeof *faults; index++) sigdelset(&set, faults[index]);
  return sigprocmask(SIG_SETMASK, &set, NULL);
}

int cl_default_signal(int number) { return signal(number, SIG_DFL) == SIG_ERR ? -1 : 0; }

int cl_is_pending(int number) {
  sigset_t pending;
  return sigpending(&pending) == -1 ? -1 : sigismember(&pending, number);
}

int cl_stop_as_by_terminal(void) {
  sigset_t stop, before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  // It is delivered as soon as it is not blocked any more. The kernel drops it in a group that no shell watches.
  if (kill(0, SIGTSTP) == -1 || sigprocmask(SIG_UNBLOCK, &stop, &before) == -1)
    return -1;
  return sigprocmask(SIG_SETMASK, &before, NULL);
}

int cl_timer_descriptor(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK); }

int cl_set_timer(int descriptor, uint64_t milliseconds) {
  // Zero would mean never.
  const uint64_t nanoseconds = milliseconds == 0 ? 1 : milliseconds % 1000 * 1000000;
  struct itimerspec times = {.it_value = {(time_t)(milliseconds / 1000), (long)nanoseconds}};
  return timerfd_settime(descriptor, 0, &times, NULL);
}

int cl_read_timer(int descriptor) {
  uint64_t times;
  return read(descriptor, &times, sizeof times) == (ssize_t)sizeof times ? 0 : -1;
}

enum { set_capacity = sizeof(((struct cl_poll_set *)0)->descriptors) / sizeof(int) };

const short cl_poll_readable = POLLIN, cl_poll_writable = POLLOUT;

int cl_poll_add(struct cl_poll_set *set, int descriptor) {
  if (set->count == set_capacity)
    return -1;
  set->descriptors[set->count] = descriptor;
  set->wanted[set->count] = POLLIN;
  return set->count++;
}

void cl_poll_expect(struct cl_poll_set *set, int index, short wanted) { set->wanted[index] = wanted; }

int cl_poll_wait(struct cl_poll_set *set) {
  struct pollfd entries[set_capacity];
  for (int index = 0; index < set->count; index++)
    entries[index] = (struct pollfd){
        .fd = set->wanted[index] == 0 ? -1 : set->descriptors[index], .events = set->wanted[index]};
  int result = poll(entries, (nfds_t)set->count, -1);
  for (int index = 0; index < set->count; index++)
    set->events[index] = result > 0 ? entries[index].revents : 0;
  return result;
}

void cl_poll_remove(struct cl_poll_set *set, int index) {
  // poll passes over what is negative.
  set->descriptors[index] = -1;
  set->events[index] = 0;
}

int cl_poll_is_readable(const struct cl_poll_set *set, int index) { return (set->events[index] & POLLIN) != 0; }

int cl_poll_is_ready(const struct cl_poll_set *set, int index) { return set->events[index] != 0; }
