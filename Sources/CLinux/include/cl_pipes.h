// Pipes and messages without waiting, watching a folder, and looking for bytes.
#ifndef CL_PIPES_H
#define CL_PIPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Both ends of a pipe, close-on-exec; with `reading_waits` false, reading from the first fails with EAGAIN where nothing is there.
int cl_pipe(int ends[2], bool reading_waits);

/// As cl_send_message and cl_receive_message, but fail with EAGAIN instead of waiting.
long cl_send_message_now(int socket, const void *bytes, size_t count, int fd);
long cl_receive_message_now(int socket, void *bytes, size_t capacity, int *fd);

/// Blocks every signal but those that tell of a fault of the process itself.
int cl_block_signals(void);

/// Lets this process have as many files open as it may ask for; `before` gets how many it might have had.
int cl_raise_file_limit(uint64_t *before);

/// Lets this process have no more files open than so many.
int cl_set_file_limit(uint64_t most);

/// An inotify descriptor for what changes in an open folder; reading from it never waits.
int cl_watch_folder(int folder);

/// Waits until a descriptor can be read, at most so long; 1 if it can, 0 if not.
int cl_wait_readable(int descriptor, int milliseconds);

/// The place of a text in bytes, or -1.
long cl_find(const void *bytes, size_t count, const void *text, size_t length);

#endif
