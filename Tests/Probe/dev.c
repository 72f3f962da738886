// Devices that give the machine away, and making new ones.
#include "probe.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static struct outcome makes_node(const struct check *check) {
  const char *folder = private_folder();
  char path[64];
  snprintf(path, sizeof path, "%s/node", folder);
  // The null device: harmless, and no less forbidden.
  struct outcome made = judge(mknod(path, check->number | 0600, makedev(1, 3)));
  unlink(path);
  rmdir(folder);
  return made;
}

// Is one of the nodes that every program writes to something else than the device it should be?
static struct outcome finds_false_node(const struct check *check) {
  const struct { const char *name; int minor; } nodes[] = {{"null", 3}, {"zero", 5}, {"full", 7}, {"random", 8}, {"urandom", 9}};
  const char *folder = context.is_control ? private_folder() : "/dev";
  for (size_t i = 0; i < LENGTH(nodes); i++) {
    char path[64];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", folder, nodes[i].name);
    if (context.is_control) close(open(path, O_CREAT | O_WRONLY, 0600));
    int returned = stat(path, &status);
    if (context.is_control) unlink(path), rmdir(folder);
    if (returned) return outcome(SUCCEEDED, errno, "no %s", path);
    // random may be urandom.
    bool is_right = S_ISCHR(status.st_mode) && major(status.st_rdev) == 1 &&
                    ((int)minor(status.st_rdev) == nodes[i].minor || (nodes[i].minor == 8 && minor(status.st_rdev) == 9));
    if (!is_right) return outcome(SUCCEEDED, 0, "%s is something else", path);
  }
  return outcome(REFUSED, 0, " ");
}

// Opens every block device in /dev, reads nothing.
static struct outcome opens_disk(const struct check *check) {
  DIR *folder = opendir("/dev");
  if (!folder) return judge(-1);
  struct outcome made = outcome(ABSENT, 0, "no block device");
  for (struct dirent *entry; (entry = readdir(folder));) {
    struct stat status;
    if (fstatat(dirfd(folder), entry->d_name, &status, 0) || !S_ISBLK(status.st_mode)) continue;
    int file = openat(dirfd(folder), entry->d_name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file >= 0) return outcome(SUCCEEDED, 0, "/dev/%.60s", entry->d_name);
    made = outcome(REFUSED, errno, "/dev/%.60s", entry->d_name);
  }
  return made;
}

#define NODE(name) {"T-03.dev-" name, "open /dev/" name, opens, O_RDWR, {0}, "/dev/" name}

const struct check dev[] = {
    {"T-03.false-nodes", "find something else than the devices at their names", finds_false_node},
    {"T-03.mknod-character", "make a character device", makes_node, S_IFCHR},
    {"T-03.mknod-block", "make a block device", makes_node, S_IFBLK},
    {"T-03.disk", "open a disk", opens_disk},
    {"T-03.console", "open the console", opens, O_WRONLY, {0}, "/dev/console"},
    NODE("mem"),
    NODE("kmsg"),
    NODE("fuse"),
    NODE("net/tun"),
    NODE("kvm"),
    NODE("vsock"),
    NODE("userfaultfd"),
    NODE("loop-control"),
    NODE("tty1"),
    NODE("vcs"),
    NODE("hpet"),
    NODE("cpu_dma_latency"),
    NODE("autofs"),
    END,
};
