// Processes: clone3, pidfds and the memory that holds the command line.
#ifndef CL_PROCESSES_H
#define CL_PROCESSES_H

#include <stdbool.h>
#include <stdint.h>

// The flags of clone3 that name a namespace, as values that Swift can import.
extern const uint64_t cl_clone_new_user;
extern const uint64_t cl_clone_new_mount;
extern const uint64_t cl_clone_new_pid;
extern const uint64_t cl_clone_new_network;
extern const uint64_t cl_clone_new_ipc;
extern const uint64_t cl_clone_new_uts;
extern const uint64_t cl_clone_new_cgroup;

/// What a process used: time of the processor in microseconds, and the largest size that one process of it had.
struct cl_usage {
  uint64_t user_time, system_time, largest_kilobytes;
};

/// clone3 without CLONE_VM: returns 0 in the child, in the parent the child's id and, in `pidfd`, a descriptor of it.
/// The thread id that glibc keeps is made right in the child. The caller must be single-threaded.
/// The child is born in the control group whose folder `control_group` is; -1 for the caller's.
int cl_clone3(uint64_t namespaces, int control_group, int *pidfd);

/// The same, but the child is one of the caller's parent, who is not told by a signal when it ends.
int cl_clone3_sibling(int *pidfd);

/// Enters namespaces, which `descriptor` holds open.
int cl_enter_namespaces(int descriptor, uint64_t namespaces);

/// Gives the calling process namespaces of its own.
int cl_unshare(uint64_t namespaces);

/// Whether clone3 is offered at all; nothing is made.
int cl_has_clone3(void);

/// Runs `body` in a new process that shares this one's memory; this one sleeps until the new one executes a file or ends.
/// Returns the child's id and, in `pidfd`, a descriptor of it. `body` must not return. No second call may be under way.
int cl_spawn_in_same_memory(void (*body)(void *), void *context, int *pidfd);

/// -1 and EINVAL when this process has several threads, else 0. Unsharing the thread group is a no-op for one thread alone.
int cl_require_single_thread(void);

/// A descriptor of whoever has this number now, child or not.
int cl_pidfd_open(int id);

int cl_pidfd_send_signal(int pidfd, int signal);

/// Waits for the process of `pidfd`; `code` is CLD_EXITED, CLD_KILLED or CLD_DUMPED, `status` the exit code or signal.
/// `usage` gets what it used, with all of its descendants that were waited for. 1, or 0 where it cannot be reaped now and nothing waits.
int cl_wait_pidfd(int pidfd, bool waits, int *code, int *status, struct cl_usage *usage);

/// Waits for any child without blocking: its id, 0 when none has ended, -1 and ECHILD when there is none.
/// With `stopped` it also waits for one that was stopped, whose `code` is CLD_STOPPED.
int cl_wait_any(bool stopped, int *code, int *status);

/// Waits for a child in that process group; -1 and ECHILD when there is none.
int cl_wait_group(int group);

/// How many arguments this program was started with, and which.
int cl_argument_count(void);
char **cl_arguments(void);

/// Overwrites the memory of the arguments and of the environment, which the kernel shows in /proc/PID.
void cl_wipe_command_line(char **arguments, char **environment);

/// A new session; -1 when the caller leads a process group.
int cl_new_session(void);

#endif
