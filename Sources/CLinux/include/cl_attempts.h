// Attempts: system calls that must be refused, made to see that they are.
#ifndef CL_ATTEMPTS_H
#define CL_ATTEMPTS_H

#include <stdint.h>

extern const uint32_t cl_native_architecture;

extern const int32_t cl_number_bpf, cl_number_clone3, cl_number_io_uring_setup, cl_number_ioctl, cl_number_keyctl,
    cl_number_move_mount, cl_number_perf_event_open, cl_number_socket, cl_number_unshare, cl_number_userfaultfd;

/// Makes a call whatever it is; returns 0, or the number of its error. A descriptor that it should not have given is closed.
int cl_attempt(int32_t number, const uint64_t arguments[3]);

/// Who refuses to make a device: EACCES is Landlock's answer, which comes before the EPERM for want of a privilege.
/// 0 when it was made.
int cl_attempt_device(const char *path);

/// Whether this process has a capability, or could gain one by executing a file.
int cl_has_capabilities(void);

/// Whether this process has a capability now; one that cannot empty its bounding set still gains none under no_new_privs.
int cl_holds_capabilities(void);

/// The error of listing a folder; 0 for none.
int cl_attempt_listing(const char *path);

/// The error of looking whether the parent could be signalled; 0 for none. No signal is sent.
int cl_attempt_signal(void);

/// The error of making a socket for datagrams of the internet; 0 when it was made.
int cl_attempt_socket(void);

/// Whether executing a set-user-id file gains nothing.
int cl_has_no_new_privileges(void);

/// Whether the mount at `path` is read-only.
int cl_is_read_only(const char *path);

/// Whether the mount at `path` forbids to execute what lies in it.
int cl_forbids_execution(const char *path);

/// The error of connecting to an address that no route leads to; 0 for none. Nothing is sent.
int cl_attempt_route(void);

#endif
