// Abilities: questions to the kernel about what it offers. None of them changes anything.
#ifndef CL_ABILITIES_H
#define CL_ABILITIES_H

#include <stddef.h>
#include <stdint.h>

/// The highest version of Landlock that the kernel knows.
int cl_landlock_version(void);

// The actions that a filter may answer with, as values that Swift can import.
extern const uint32_t cl_action_kill_process;
extern const uint32_t cl_action_kill_thread;
extern const uint32_t cl_action_trap;
extern const uint32_t cl_action_errno;
extern const uint32_t cl_action_notify;
extern const uint32_t cl_action_trace;
extern const uint32_t cl_action_log;
extern const uint32_t cl_action_allow;

/// 0 when filters may use the action, else -1 and EOPNOTSUPP.
int cl_seccomp_action_available(uint32_t action);

/// The sizes of a notification, of its response, and of the data about the call.
int cl_seccomp_notification_sizes(uint16_t sizes[3]);

/// The release of the running kernel, such as "6.12.9"; at most `capacity` bytes with the NUL.
int cl_kernel_release(char *text, size_t capacity);

/// 1 when the executable at `path` carries file capabilities, 0 when not.
int cl_has_file_capabilities(const char *path);

/// 0 when the effective user may write to `path`.
int cl_may_write(const char *path);

/// Makes a process in new namespaces by the older clone, which some filters allow where they refuse clone3. It ends at once,
/// and is reaped here.
int cl_try_clone(uint64_t namespaces);

/// How many bytes of memory this machine has.
int cl_memory_of_machine(uint64_t *bytes);

#endif
