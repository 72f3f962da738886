// Signals: masks, signalfd, and the state that a new program shall start with.
#ifndef CL_SIGNALS_H
#define CL_SIGNALS_H

#include <stdint.h>

/// One signal as a signalfd tells it; `sender` is 0 when the sender lives outside this pid namespace, or is the kernel.
struct cl_signal {
  int number;
  int sender;
};

/// Blocks the signals whose bits are set, that of number 1 the lowest, and returns a descriptor that reads them, close-on-exec and non-blocking.
int cl_signal_descriptor(uint64_t signals);

/// Reads one signal; -1 and EAGAIN when none is pending.
int cl_read_signal(int descriptor, struct cl_signal *signal);

/// Default handlers for all signals and an empty mask, as a program expects to be started.
int cl_reset_signals(void);

/// Blocks every signal but those that tell of a fault of the process itself.
int cl_block_signals(void);

/// The default handler for one signal, which the caller of this program may have set to ignore.
int cl_default_signal(int signal);

/// Whether a blocked signal waits to be received: 1 or 0.
int cl_is_pending(int signal);

/// Does to the group of this process what the terminal's stop key does, although its signal is blocked here: returns when this
/// process goes on, or at once where nobody could ever let it.
int cl_stop_as_by_terminal(void);

/// A descriptor that can be read after so many milliseconds, and not before it is set; close-on-exec and non-blocking.
int cl_timer_descriptor(void);

/// Sets it anew, from now on.
int cl_set_timer(int descriptor, uint64_t milliseconds);

/// Takes note that its time has come.
int cl_read_timer(int descriptor);

/// Descriptors that are waited for together, what each is waited for, and what was found.
struct cl_poll_set {
  int descriptors[12];
  short wanted[12];
  short events[12];
  int count;
};

extern const short cl_poll_readable, cl_poll_writable;

/// The place of a descriptor in the set; -1 when it is full. It is waited for until it can be read or is at its end.
int cl_poll_add(struct cl_poll_set *set, int descriptor);

/// What the one at this place is waited for from now on; for 0 not even its end is noticed.
void cl_poll_expect(struct cl_poll_set *set, int index, short wanted);

/// Leaves the place of a descriptor empty; it is not waited for any more.
void cl_poll_remove(struct cl_poll_set *set, int index);

/// Waits until something that is waited for has come, or the end.
int cl_poll_wait(struct cl_poll_set *set);

/// Whether the last wait found that the one at this place can be read.
int cl_poll_is_readable(const struct cl_poll_set *set, int index);

/// Whether the last wait found anything of the one at this place, or its end.
int cl_poll_is_ready(const struct cl_poll_set *set, int index);

#endif
