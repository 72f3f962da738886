#define _GNU_SOURCE
#include "cl_landlock.h"

#include <linux/landlock.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

// Newer than the headers that this is built with.
#define RIGHT_TRUNCATE (1ULL << 14)
#define RIGHT_IOCTL_DEV (1ULL << 15)
#define CONFINE_LOG_SAME_EXEC_OFF (1U << 0)
#define CONFINE_LOG_NEW_EXEC_ON (1U << 1)

// No right to make device nodes: nobody inside could use one.
#define CHANGE_FOLDER                                                                                                  \
  (LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |                      \
   LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |                         \
   LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER)

const uint64_t cl_landlock_execute = LANDLOCK_ACCESS_FS_EXECUTE;
const uint64_t cl_landlock_read_file = LANDLOCK_ACCESS_FS_READ_FILE;
const uint64_t cl_landlock_read_folder = LANDLOCK_ACCESS_FS_READ_DIR;
const uint64_t cl_landlock_write_file = LANDLOCK_ACCESS_FS_WRITE_FILE;
const uint64_t cl_landlock_truncate = RIGHT_TRUNCATE;
const uint64_t cl_landlock_device_control = RIGHT_IOCTL_DEV;
const uint64_t cl_landlock_change_folder = CHANGE_FOLDER;
// A rule on anything but a folder may hold only these.
const uint64_t cl_landlock_of_files = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
                                      LANDLOCK_ACCESS_FS_WRITE_FILE | RIGHT_TRUNCATE | RIGHT_IOCTL_DEV;

uint64_t cl_landlock_all(int version) {
  // Version 1 forbids moving files between folders whatever is asked for; 4 and 6 brought rules on other things.
  uint64_t all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
  if (version >= 2)
    all |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3)
    all |= RIGHT_TRUNCATE;
  if (version >= 5)
    all |= RIGHT_IOCTL_DEV;
  return all;
}

int cl_landlock_create(uint64_t handled) {
  struct landlock_ruleset_attr attributes = {.handled_access_fs = handled};
  return (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0);
}

// As a kernel with scopes has it; an older one looks at the fields that it knows.
struct ruleset {
  uint64_t files, network, scopes;
};

int cl_landlock_create_closed(int version) {
  struct ruleset ruleset = {.files = cl_landlock_all(version)};
  size_t size = sizeof ruleset.files;
  if (version >= 4) {
    // Listening on ports, and connecting to them.
    ruleset.network = 3;
    size += sizeof ruleset.network;
  }
  if (version >= 6) {
    // Abstract sockets, and signals.
    ruleset.scopes = 3;
    size += sizeof ruleset.scopes;
  }
  return (int)syscall(SYS_landlock_create_ruleset, &ruleset, size, 0);
}

int cl_landlock_allow(int ruleset, int place, uint64_t rights) {
  struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = place};
  return (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

int cl_landlock_confine(int ruleset, int version, bool logs_refusals) {
  unsigned flags = version >= 7 ? CONFINE_LOG_SAME_EXEC_OFF | (logs_refusals ? CONFINE_LOG_NEW_EXEC_ON : 0) : 0;
  return (int)syscall(SYS_landlock_restrict_self, ruleset, flags);
}
