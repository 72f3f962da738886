// Notifications: system calls that a filter holds until its listener, in another process, has answered them.
#ifndef CL_NOTIFICATIONS_H
#define CL_NOTIFICATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Installs a filter with a listener, which is sent through `socket` with a message, and then is not open here any more.
///
/// The filter may refuse or hold any call, so after it has been installed the calling thread makes none: a second thread, which
/// has none of it, sends the listener. EBUSY when a filter around this process has a listener already.
/// `allows_futex` says whether futex(2) is let through, whatever its arguments are, which makes the waiting cheaper.
int cl_install_listened_filter(
    const void *instructions, size_t count, bool allows_futex, int socket, const void *message, size_t length);

/// A call that waits for its answer.
struct cl_notification {
  uint64_t id;
  /// In the reader's pid namespace; 0 when it cannot be seen there.
  uint32_t thread;
  uint32_t number;
  uint32_t architecture;
  uint64_t arguments[6];
};

/// Receives a call; -1 and ENOENT when its thread has ended or was interrupted meanwhile.
int cl_notification_receive(int listener, struct cl_notification *call);

/// Lets a call end with an error, which may be 0; -1 and ENOENT when nobody waits for it any more.
int cl_notification_refuse(int listener, uint64_t id, int error);

/// 0 when a call still waits, so that all that was read of its thread before was read of that thread.
int cl_notification_is_valid(int listener, uint64_t id);

/// Reads text up to a NUL from the memory of another process, at most `capacity` bytes; returns how many were read, without the
/// NUL, and what can be read only in part is cut short. `*is_whole` tells whether the NUL was found.
ssize_t cl_read_foreign_text(pid_t process, uint64_t address, char *text, size_t capacity, int *is_whole);

#endif
