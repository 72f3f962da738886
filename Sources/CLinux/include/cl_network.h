// Network: bringing the loopback interface of a new network namespace up.
#ifndef CL_NETWORK_H
#define CL_NETWORK_H

int cl_loopback_up(void);

#endif
