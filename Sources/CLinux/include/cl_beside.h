// A helper that does beside the set-up what the kernel takes long for.
#ifndef CL_BESIDE_H
#define CL_BESIDE_H

#include <stdbool.h>

/// Starts the helper, a thread of this process with descriptors in common and a view of the file system of its own. It makes a
/// network namespace with the loopback interface up and, if asked to, an IPC namespace, and then waits for what it is told. There may
/// be one.
int cl_beside_begin(bool with_ipc);

/// Whether it has been started in this process.
bool cl_beside_has_begun(void);

/// Waits until they are made, and enters them.
int cl_beside_enter(void);

/// Tells the helper to detach what lies on top of the root.
void cl_beside_detach(void);

/// Waits until the helper has detached it, after which it ends; only after `cl_beside_detach`, or it waits for ever.
int cl_beside_end(void);

#endif
