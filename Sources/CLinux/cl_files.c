#define _GNU_SOURCE
#include "cl_files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

const int cl_o_path = O_PATH;

int cl_open_in_root(int root, const char *path, int flags, mode_t mode, bool without_links) {
  struct open_how how = {
      .flags = (uint64_t)(flags | O_CLOEXEC),
      .mode = (flags & O_CREAT) != 0 ? mode : 0,
      .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | (without_links ? RESOLVE_NO_SYMLINKS : 0),
  };
  // A path with ".." is given up when anything on the machine is renamed or mounted meanwhile, and is to be tried again.
  for (int attempt = 1;; attempt++) {
    int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
    if (fd != -1 || errno != EAGAIN || attempt == 1000) return fd;
  }
}

int cl_open_without_links(const char *path, int flags) {
  struct open_how how = {.flags = (uint64_t)(flags | O_CLOEXEC), .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
  return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
}

int cl_open(const char *path, int flags, mode_t mode) { return open(path, flags | O_CLOEXEC, mode); }

int cl_openat(int directory, const char *path, int flags, mode_t mode) {
  return openat(directory, path, flags | O_CLOEXEC, mode);
}

int cl_close_range(unsigned first, unsigned last, bool only_on_exec) {
  return (int)syscall(SYS_close_range, first, last, only_on_exec ? CLOSE_RANGE_CLOEXEC : 0);
}

int cl_duplicate_above(int fd, int minimum) { return fcntl(fd, F_DUPFD_CLOEXEC, minimum); }

int cl_access_mode(int fd) {
  int flags = fcntl(fd, F_GETFL);
  return flags == -1 ? -1 : flags & O_ACCMODE;
}

int cl_keep_on_exec(int fd) { return fcntl(fd, F_SETFD, 0); }

int cl_is_of_processes(int fd) {
  struct statfs status;
  if (fstatfs(fd, &status) == -1) return -1;
  return status.f_type == PROC_SUPER_MAGIC;
}

ssize_t cl_random_bytes(void *bytes, size_t count) { return getrandom(bytes, count, 0); }
