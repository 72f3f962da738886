#define _GNU_SOURCE
#include "cl_mounts.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

const uint64_t cl_mount_read_only = MOUNT_ATTR_RDONLY;
const uint64_t cl_mount_no_suid = MOUNT_ATTR_NOSUID;
const uint64_t cl_mount_no_dev = MOUNT_ATTR_NODEV;
const uint64_t cl_mount_no_exec = MOUNT_ATTR_NOEXEC;

int cl_open_tree(int directory, const char *path, bool recursive) {
  unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
  return (int)syscall(SYS_open_tree, directory, path, flags);
}

int cl_mount_setattr(int mount, bool recursive, uint64_t set, uint64_t clear, int id_map) {
  // Private: a copy of a shared mount would hand what is mounted in it on to the host, and take what is mounted there later.
  struct mount_attr attributes = {.attr_set = set, .attr_clr = clear, .propagation = MS_PRIVATE};
  if (id_map >= 0) {
    attributes.attr_set |= MOUNT_ATTR_IDMAP;
    attributes.userns_fd = (uint64_t)id_map;
  }
  unsigned flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
  return (int)syscall(SYS_mount_setattr, mount, "", flags, &attributes, sizeof attributes);
}

int cl_move_mount(int mount, int target) {
  return (int)syscall(SYS_move_mount, mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

int cl_pivot_root(const char *new_root, const char *put_old) {
  return (int)syscall(SYS_pivot_root, new_root, put_old);
}
