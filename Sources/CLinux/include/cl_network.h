// Network: a namespace that is made beside other work.
#ifndef CL_NETWORK_H
#define CL_NETWORK_H

#include <stdint.h>

/// Starts making a network namespace with the loopback interface up, in a helper that shares this process's memory and
/// descriptors; returns the helper's id. Only one may be under way.
int cl_network_begin(void);

/// Waits for the helper and enters the namespace that it has made.
int cl_network_enter(int helper);

/// Whether something listens at a port of the loopback interface, of either family: 1 or 0.
int cl_is_listened_to(uint16_t port);

#endif
