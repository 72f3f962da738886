// Sockets between processes of this machine, with a place in the file system and in pairs: unix(7).
#ifndef CL_SOCKETS_H
#define CL_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/// How many descriptors are received with one call, and may be sent with one.
enum { cl_most_descriptors = 16 };

/// Who made the other end of a connection, or listens there.
struct cl_peer {
  pid_t process;
  uid_t user;
  gid_t group;
};

/// A stream socket that listens at `path`, where there is nothing yet. Only its owner may connect to it, from its first moment on;
/// accepting does not wait.
int cl_listen_at(const char *path, int backlog);

/// The next connection, which does not wait; -1 and EAGAIN when there is none.
int cl_accept(int socket);

/// A connection that waits for so many milliseconds, as its making does; 0 for as long as it takes. EAGAIN then.
int cl_connect_to(const char *path, long patience);

int cl_peer_of(int socket, struct cl_peer *peer);

/// A pidfd of who made the other end; -1 and ENOPROTOOPT before Linux 6.5.
int cl_peer_handle(int socket);

/// Lets `recv` and `send` of a connection that waits give up with EAGAIN after a time; 0 for never.
int cl_set_patience(int socket, long milliseconds);

/// A pair of connected sockets that keep message boundaries, close-on-exec.
int cl_message_pair(int *one, int *other);

/// Whether the other end of a socket is gone.
int cl_is_hung_up(int socket);

/// Sends what there is room for, a message whole, and the descriptors with the first byte of it. EAGAIN when there is no room, and
/// the socket does not wait, or with `waits` false shall not this time.
ssize_t cl_send_part(
    int socket, bool waits, const void *bytes, size_t count, const int *descriptors, int descriptor_count);

/// Receives what there is, or one message, and the descriptors that came with it, close-on-exec; of these those are closed that are
/// more than `most`. EAGAIN as above.
ssize_t cl_receive_part(
    int socket, bool waits, void *bytes, size_t capacity, int *descriptors, int most, int *descriptor_count);

#endif
