#define _GNU_SOURCE
#include "cl_trees.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/fsverity.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

const int cl_o_tmpfile = O_TMPFILE;

static int open_stepwise(int folder, const char *path, int flags, mode_t mode) {
  int at = folder;
  for (;;) {
    size_t length = strcspn(path, "/");
    char name[NAME_MAX + 1];
    if (length > NAME_MAX) {
      errno = ENAMETOOLONG;
    } else if (length == 0 || (length == 2 && path[0] == '.' && path[1] == '.')) {
      errno = EXDEV;
    } else {
      memcpy(name, path, length);
      name[length] = 0;
      errno = 0;
    }
    int next = -1;
    bool is_last = path[length] == 0;
    if (errno == 0) {
      next = is_last ? openat(at, name, flags | O_NOFOLLOW | O_CLOEXEC, mode)
                     : openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      // openat2 calls it ELOOP when a link stands where a folder should.
      if (next == -1 && errno == ENOTDIR && !is_last) errno = ELOOP;
    }
    int error = errno;
    if (at != folder) close(at);
    errno = error;
    if (next == -1 || is_last) return next;
    at = next;
    path += length + 1;
  }
}

int cl_open_beneath(int folder, const char *path, int flags, mode_t mode, bool stepwise) {
  struct open_how how = {
      .flags = (uint64_t)(flags | O_CLOEXEC),
      .mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? mode : 0,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
  };
  int fd = stepwise ? -1 : (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
  if (stepwise || (fd == -1 && errno == ENOSYS)) return open_stepwise(folder, path, flags, mode);
  return fd;
}

int cl_rename_new(int old_folder, const char *old_name, int new_folder, const char *new_name) {
  return renameat2(old_folder, old_name, new_folder, new_name, RENAME_NOREPLACE);
}

int cl_exchange(int folder, const char *one_name, const char *other_name) {
  return renameat2(folder, one_name, folder, other_name, RENAME_EXCHANGE);
}

int cl_link_open_file(int fd, int folder, const char *name) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW);
}

int cl_share_blocks(int to, int from) { return ioctl(to, FICLONE, from); }

int cl_enable_verity(int fd) {
  struct fsverity_enable_arg arguments = {
      .version = 1, .hash_algorithm = FS_VERITY_HASH_ALG_SHA256, .block_size = 4096};
  return ioctl(fd, FS_IOC_ENABLE_VERITY, &arguments);
}

int64_t cl_free_bytes(int fd) {
  struct statvfs status;
  if (fstatvfs(fd, &status) == -1) return -1;
  return (int64_t)(status.f_bavail * status.f_frsize);
}

int cl_sync_file_system(int fd) { return syncfs(fd); }
