// What scripts/benchlib/floor.py writes into plan.h: the plan of `capsrun box -- /bin/true` as data, and how it is read.
#ifndef FLOOR_H
#define FLOOR_H

#include <linux/filter.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/types.h>

enum kind {
  STEP_HOST_NAME,
  STEP_ROOT,
  STEP_FOLDER,
  STEP_FILE,
  STEP_MACHINE_ID,
  STEP_LINK,
  STEP_BIND,
  STEP_SCRATCH,
  STEP_TERMINALS,
  STEP_CONTROL_GROUPS,
  STEP_PROCESSES,
  STEP_COVER,
  STEP_NETWORK,
  STEP_ENTER_ROOT,
  STEP_CLOSE_USER_NAMESPACES,
  STEP_SEAL_ROOT,
  STEP_DROP_PRIVILEGES,
};

// All paths in the new root are relative to it: they are used while it is the current folder.
struct step {
  enum kind kind;
  // What is made, or mounted on.
  const char *path;
  // The content of a file, the target of a link, the source of a bind, the options of a mount, what covers.
  const char *text;
  size_t length;
  // Of a bind.
  uint64_t attributes;
  int is_folder, is_device;
};

// What may be done at a path, as Landlock has it.
struct right {
  const char *path;
  uint64_t rights;
};

// Newer than the headers of Debian 12.
#define TRUNCATE (1ULL << 14)
#define IOCTL_DEVICE (1ULL << 15)
#define RIGHTS_READ (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RIGHTS_USE                                                                                                     \
  (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE | IOCTL_DEVICE)
#define RIGHTS_CHANGE                                                                                                  \
  (RIGHTS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                            \
   LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |                        \
   LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER)

#endif
