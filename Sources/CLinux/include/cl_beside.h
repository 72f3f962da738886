// A helper that does beside the set-up what the kernel takes long for.
#ifndef CL_BESIDE_H
#define CL_BESIDE_H

/// Starts the helper, which shares this process's memory and descriptors. It makes a network namespace with the loopback
/// interface up, and then waits for what it is told. Returns its id; there may be one at a time.
int cl_beside_begin(void);

/// Waits until the network namespace is made, and enters it.
int cl_beside_enter_network(int helper);

/// Tells the helper to detach what lies on top of the root.
void cl_beside_detach(void);

/// Waits until the helper has detached it, and has ended; only after `cl_beside_detach`, or it waits for ever.
int cl_beside_end(int helper);

#endif
