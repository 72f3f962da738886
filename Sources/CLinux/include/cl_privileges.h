// Privileges: capabilities, no_new_privs, dumpability, resource limits of this process, and loading a seccomp filter.
#ifndef CL_PRIVILEGES_H
#define CL_PRIVILEGES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Empties the bounding, ambient, inheritable, permitted and effective capability sets, and locks the securebits. Reads the
/// first and the last back, which cl_has_capabilities does not look at: ENOTRECOVERABLE where something is still there.
int cl_drop_all_capabilities(void);

/// Empties the bounding set; EPERM without the right to do so.
int cl_empty_bounding_set(void);

/// Whether CAP_SYS_ADMIN is in effect.
int cl_may_administrate(void);

/// Empties the permitted, effective and inheritable sets, which any process may do.
int cl_give_up_capabilities(void);

int cl_set_no_new_privileges(void);

/// Whether other processes of the same user may look into this one.
int cl_set_dumpable(int dumpable);

/// No core file is ever written by this process or its children.
int cl_forbid_core_files(void);

/// Sets both limits of setrlimit(2), RLIM_INFINITY for none, by the name of the limit without RLIMIT_ in lower case.
int cl_set_limit(const char *name, uint64_t soft, uint64_t hard);

/// Lets this process have as many files open as it may ask for; `before` gets how many it might have had.
int cl_raise_file_limit(uint64_t *before);

/// Lets this process have no more files open than so many.
int cl_set_file_limit(uint64_t most);

/// How much this process gives way to others.
int cl_set_niceness(int niceness);

/// A new and empty session keyring in place of the caller's.
int cl_join_new_session_keyring(void);

/// -1 and EXDEV when the current folder cannot be reached from the root.
int cl_require_reachable_folder(void);

/// Sets the real, effective and saved ids of this process.
int cl_become(uid_t user, gid_t group);

int cl_clear_supplementary_groups(void);

/// Installs a filter of `count` classic BPF instructions of eight bytes each.
int cl_install_seccomp_filter(const void *instructions, size_t count);

#endif
