#define _GNU_SOURCE
#include "cl_signals.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

int cl_signal_descriptor(const int *signals, int count) {
  sigset_t set;
  sigemptyset(&set);
  for (int index = 0; index < count; index++)
    if (sigaddset(&set, signals[index]) == -1)
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
  // SIGKILL and SIGSTOP cannot be set; their EINVAL means nothing. The real-time signals are left: nobody's convention
  // ignores them, and this process has no handlers.
  for (int number = 1; number < 32; number++)
    signal(number, SIG_DFL);
  sigset_t empty;
  sigemptyset(&empty);
  return sigprocmask(SIG_SETMASK, &empty, NULL);
}

int cl_default_signal(int number) { return signal(number, SIG_DFL) == SIG_ERR ? -1 : 0; }
