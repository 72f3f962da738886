// Trees of files: openat2 with RESOLVE_BENEATH, renameat2, unnamed files, copies that share blocks, fs-verity.
#ifndef CL_TREES_H
#define CL_TREES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/// What makes open(2) of a folder make a file in it that has no name.
extern const int cl_o_tmpfile;

/// openat2 that neither leaves `folder` nor follows any link. Where the kernel has no openat2, each component is opened by
/// itself, which `stepwise` also asks for.
int cl_open_beneath(int folder, const char *path, int flags, mode_t mode, bool stepwise);

/// renameat2: fails with EEXIST when the new name is taken.
int cl_rename_new(int old_folder, const char *old_name, int new_folder, const char *new_name);

/// renameat2: each gets the name of the other, in one step.
int cl_exchange(int folder, const char *one_name, const char *other_name);

/// Gives the open file `fd` a name in `folder`.
int cl_link_open_file(int fd, int folder, const char *name);

/// Makes the empty file `to` share the blocks of `from`, where the file system can (FICLONE).
int cl_share_blocks(int to, int from);

/// Lets the kernel check what is read of this file from now on, where the file system can (FS_IOC_ENABLE_VERITY).
int cl_enable_verity(int fd);

/// Free bytes of the file system that hold for this user, or -1.
int64_t cl_free_bytes(int fd);

/// Writes all data of the file system of `fd` to the disk.
int cl_sync_file_system(int fd);

#endif
