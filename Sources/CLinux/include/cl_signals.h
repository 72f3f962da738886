// Signals: masks, signalfd, and the state that a new program shall start with.
#ifndef CL_SIGNALS_H
#define CL_SIGNALS_H

#include <stdint.h>

/// One signal as a signalfd tells it; `sender` is 0 when the sender lives outside this pid namespace, or is the kernel.
struct cl_signal {
  int number;
  int sender;
};

/// Blocks `count` signals and returns a descriptor that reads them, close-on-exec and non-blocking.
int cl_signal_descriptor(const int *signals, int count);

/// Reads one signal; -1 and EAGAIN when none is pending.
int cl_read_signal(int descriptor, struct cl_signal *signal);

/// Default handlers for all signals and an empty mask, as a program expects to be started.
int cl_reset_signals(void);

/// The default handler for one signal, which the caller of this program may have set to ignore.
int cl_default_signal(int signal);

#endif
