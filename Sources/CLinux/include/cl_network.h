// Network: what is asked of the namespace that a process is in.
#ifndef CL_NETWORK_H
#define CL_NETWORK_H

#include <stdint.h>

/// Whether something listens at a port of the loopback interface, of either family: 1 or 0.
int cl_is_listened_to(uint16_t port);

#endif
