// Pipes and messages without waiting.
#ifndef CL_PIPES_H
#define CL_PIPES_H

#include <stdbool.h>
#include <stddef.h>

/// Both ends of a pipe, close-on-exec; with `reading_waits` false, reading from the first fails with EAGAIN where nothing is there.
int cl_pipe(int ends[2], bool reading_waits);

/// As cl_send_message and cl_receive_message, but fail with EAGAIN instead of waiting.
long cl_send_message_now(int socket, const void *bytes, size_t count, int fd);
long cl_receive_message_now(int socket, void *bytes, size_t capacity, int *fd);

#endif
