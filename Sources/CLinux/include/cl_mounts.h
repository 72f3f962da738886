// Mounts: the descriptor-based mount calls of Linux 5.2 and later, and pivot_root.
#ifndef CL_MOUNTS_H
#define CL_MOUNTS_H

#include <stdbool.h>
#include <stdint.h>

extern const uint64_t cl_mount_read_only;
extern const uint64_t cl_mount_no_suid;
extern const uint64_t cl_mount_no_dev;
extern const uint64_t cl_mount_no_exec;

/// A detached copy of the mount that `path` names, with everything mounted below it when `recursive`.
int cl_open_tree(int directory, const char *path, bool recursive);

/// Sets and clears attributes of a detached mount and makes it private; `id_map` is a user namespace whose map the mount shall use, or -1.
int cl_mount_setattr(int mount, bool recursive, uint64_t set, uint64_t clear, int id_map);

/// Attaches a detached mount on the file or folder that `target` holds open.
int cl_move_mount(int mount, int target);

int cl_pivot_root(const char *new_root, const char *put_old);

#endif
