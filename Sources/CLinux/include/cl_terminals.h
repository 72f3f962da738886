// Terminals: both ends of a pseudo-terminal, the size of a window, and whose terminal is whose.
#ifndef CL_TERMINALS_H
#define CL_TERMINALS_H

#include <stdint.h>

/// What a terminal is opened with so that it becomes nobody's controlling terminal, and nobody waits for it.
extern const int cl_terminal_access;

/// Whether an open file lies in a file system of the type devpts: 1 or 0.
int cl_is_of_terminals(int fd);

/// Lets the device of the pseudo-terminal be opened whose other end is `fd`.
int cl_terminal_unlock(int fd);

/// Opens the device of the pseudo-terminal whose other end is `fd`, whatever lies at its path (TIOCGPTPEER). It is read and
/// written with waiting, close-on-exec.
int cl_terminal_open_device(int fd);

/// Makes the terminal `fd` that of the session that this process leads.
int cl_terminal_take_control(int fd);

/// Rows, columns, and the width and height in pixels.
int cl_terminal_size(int fd, uint16_t size[4]);
int cl_terminal_set_size(int fd, const uint16_t size[4]);

/// Whether something can be read at once: 1 or 0.
int cl_has_input(int fd);

/// Opens what is open as `fd` once more, so that its flags are nobody else's (/proc/self/fd).
int cl_open_again(int fd, int flags);

#endif
