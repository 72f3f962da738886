// Telling the service manager that has started this process: sd_notify(3), unix(7).
#ifndef CL_MANAGER_H
#define CL_MANAGER_H

#include <stddef.h>
#include <sys/types.h>

/// Sends one datagram to a socket by its address, in which `@` at the beginning stands for the zero byte of an abstract name. Does not
/// wait: EAGAIN when nobody takes it now.
ssize_t cl_tell_manager(const char *address, const void *bytes, size_t count);

#endif
