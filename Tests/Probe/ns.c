// New namespaces, other namespaces, mounts.
#include "probe.h"

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>

static struct outcome unshares(const struct check *check) { return judge(unshare(check->number)); }

static struct outcome clones(const struct check *check) {
  long child = syscall(SYS_clone, check->number | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) _exit(0);
  if (child > 0) waitpid(child, NULL, 0);
  return judge(child);
}

static struct outcome clones3(const struct check *check) {
  struct clone_args arguments = {.flags = check->number, .exit_signal = SIGCHLD};
  long child = syscall(SYS_clone3, &arguments, sizeof arguments);
  if (child == 0) _exit(0);
  if (child > 0) waitpid(child, NULL, 0);
  return judge(child);
}

static struct outcome enters(const struct check *check) {
  int namespace = open(check->path, O_RDONLY | O_CLOEXEC);
  if (namespace < 0) return judge(-1);
  return judge(setns(namespace, check->number));
}

static struct outcome enters_init(const struct check *check) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/ns/%s", context.init, check->path);
  return judge(open(path, O_RDONLY | O_CLOEXEC));
}

// The limit of user namespaces in this one; outside it is some thousands.
static struct outcome finds_limit(const struct check *check) {
  char text[32];
  if (slurp("/proc/sys/user/max_user_namespaces", text, sizeof text) <= 0) return judge(-1);
  return outcome(atol(text) ? SUCCEEDED : REFUSED, 0, "%ld", atol(text));
}

static struct outcome mounts(const struct check *check) {
  const char *folder = private_folder();
  int returned = mount("none", folder, check->path, MS_NOSUID, NULL);
  struct outcome made = judge(returned);
  // The file system is unknown to this kernel, which it says only to those who may mount.
  if (returned && (errno == ENODEV || errno == EBUSY)) made = outcome(SUCCEEDED, errno, "reached the kernel");
  if (!returned) umount2(folder, MNT_DETACH);
  rmdir(folder);
  return made;
}

static struct outcome binds(const struct check *check) {
  const char *folder = private_folder();
  int returned = mount("/", folder, NULL, MS_BIND, NULL);
  struct outcome made = judge(returned);
  if (!returned) umount2(folder, MNT_DETACH);
  rmdir(folder);
  return made;
}

// To what it is.
static struct outcome remounts(const struct check *check) {
  return judge(mount(NULL, check->path, NULL, MS_BIND | MS_REMOUNT | MS_NOSUID | MS_NODEV, NULL));
}

static struct outcome unmounts(const struct check *check) {
  // The flags contradict each other, which the kernel says only to those who may unmount.
  int returned = umount2(check->path, MNT_EXPIRE | MNT_DETACH);
  if (returned && errno == EINVAL) return outcome(SUCCEEDED, errno, "reached the kernel");
  return judge(returned);
}

static struct outcome pivots(const struct check *check) {
  int returned = syscall(SYS_pivot_root, "/", "/nonexistent-capsprobe");
  if (returned && errno == ENOENT) return outcome(SUCCEEDED, errno, "reached the kernel");
  return judge(returned);
}

static struct outcome changes_root(const struct check *check) { return judge(chroot("/")); }

#define NAMESPACES(row, name, flag)                                                         \
  {"T-" row ".unshare-" name, "unshare a " name " namespace", unshares, flag},              \
      {"T-" row ".clone-" name, "clone into a " name " namespace", clones, flag},           \
      {"T-" row ".clone3-" name, "clone3 into a " name " namespace", clones3, flag}

const struct check ns[] = {
    NAMESPACES("13", "user", CLONE_NEWUSER),
    NAMESPACES("09", "mount", CLONE_NEWNS),
    NAMESPACES("09", "pid", CLONE_NEWPID),
    NAMESPACES("09", "network", CLONE_NEWNET),
    NAMESPACES("09", "ipc", CLONE_NEWIPC),
    NAMESPACES("09", "uts", CLONE_NEWUTS),
    NAMESPACES("09", "cgroup", CLONE_NEWCGROUP),
    {"T-09.unshare-time", "unshare a time namespace", unshares, CLONE_NEWTIME},
    {"T-13.limit", "find room for user namespaces", finds_limit},
    {"T-13.setns-own", "enter the own network namespace", enters, CLONE_NEWNET, {0}, "/proc/self/ns/net"},
    {"T-13.setns-init-user", "open the user namespace of PID 1", enters_init, 0, {0}, "user"},
    {"T-13.setns-init-mount", "open the mount namespace of PID 1", enters_init, 0, {0}, "mnt"},
    {"T-09.mount-tmpfs", "mount a tmpfs on an own folder", mounts, 0, {0}, "tmpfs"},
    {"T-09.mount-proc", "mount a new proc on an own folder", mounts, 0, {0}, "proc"},
    {"T-09.mount-overlay", "mount an overlay on an own folder", mounts, 0, {0}, "overlay"},
    {"T-22.mount-cgroup", "mount control groups of version 1 on an own folder", mounts, 0, {0}, "cgroup"},
    {"T-22.mount-cgroup2", "mount control groups of version 2 on an own folder", mounts, 0, {0}, "cgroup2"},
    {"T-09.bind", "show the root a second time", binds},
    {"T-09.remount", "mount /proc again", remounts, 0, {0}, "/proc"},
    {"T-09.umount", "unmount /proc", unmounts, 0, {0}, "/proc"},
    {"T-09.pivot_root", "exchange the root", pivots},
    {"T-09.chroot", "change the root to what it is", changes_root},
    END,
};
