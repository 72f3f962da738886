// Pipes.
#ifndef CL_PIPES_H
#define CL_PIPES_H

#include <stdbool.h>

/// Both ends of a pipe, close-on-exec; with `reading_waits` false, reading from the first fails with EAGAIN where nothing is there.
int cl_pipe(int ends[2], bool reading_waits);

#endif
