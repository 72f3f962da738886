// Files: openat2, close_range and the constants that Swift does not import.
#ifndef CL_FILES_H
#define CL_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// What a descriptor without rights to its content is opened with.
extern const int cl_o_path;

/// openat2 with RESOLVE_IN_ROOT and RESOLVE_NO_MAGICLINKS: `path` cannot leave `root`, whatever symlinks say; or may have none.
int cl_open_in_root(int root, const char *path, int flags, mode_t mode, bool without_links);

/// openat2 with RESOLVE_NO_SYMLINKS: fails with ELOOP where any part of `path` is a symbolic link.
int cl_open_without_links(const char *path, int flags);

/// open, with the three-argument form that Swift cannot call.
int cl_open(const char *path, int flags, mode_t mode);
int cl_openat(int directory, const char *path, int flags, mode_t mode);

/// Closes, or with `only_on_exec` marks, every descriptor from `first` to `last`.
int cl_close_range(unsigned first, unsigned last, bool only_on_exec);

/// Moves `fd` to the lowest free number of at least `minimum`, close-on-exec.
int cl_duplicate_above(int fd, int minimum);

/// O_RDONLY, O_WRONLY or O_RDWR: what an open file may be used for.
int cl_access_mode(int fd);

/// Clears close-on-exec of `fd`.
int cl_keep_on_exec(int fd);

/// Whether an open file lies in a file system of the type proc: 1 or 0.
int cl_is_of_processes(int fd);

/// Fills at most 256 bytes with what nobody can guess.
ssize_t cl_random_bytes(void *bytes, size_t count);

#endif
