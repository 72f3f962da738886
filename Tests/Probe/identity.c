// Users and groups.
#include "probe.h"

#include <grp.h>
#include <stdio.h>
#include <string.h>

static struct outcome is_root(const struct check *check) {
  return outcome(getuid() == 0 || geteuid() == 0 ? SUCCEEDED : REFUSED, 0, "user %d", geteuid());
}

static struct outcome has_groups(const struct check *check) {
  gid_t groups[64];
  if (context.is_control && setgroups(1, (gid_t[]){4242})) return outcome(NOT_TRIED, errno, "no group");
  int count = getgroups(64, groups);
  for (int i = 0; i < count; i++)
    if (groups[i] != getgid()) return outcome(SUCCEEDED, 0, "also group %d", groups[i]);
  return outcome(REFUSED, 0, " ");
}

static struct outcome leaves_groups(const struct check *check) { return judge(setgroups(0, NULL)); }
static struct outcome becomes_root(const struct check *check) {
  int returned = check->number ? setresgid(0, 0, 0) : setresuid(0, 0, 0);
  // No such user or group in the own map.
  return returned && errno == EINVAL ? outcome(REFUSED, errno, " ") : judge(returned);
}

static struct outcome slows_init(const struct check *check) {
  return judge(syscall(SYS_prlimit64, context.init, 7, NULL, check->arguments));
}

const struct check identity[] = {
    {"T-15.root", "be root", is_root},
    {"T-15.groups", "be in a group of the caller", has_groups},
    {"T-15.setgroups", "leave all groups", leaves_groups},
    {"T-15.setuid", "become user 0", becomes_root, 0},
    {"T-15.setgid", "become group 0", becomes_root, 1},
    {"T-35.limits-of-init", "see the limits of PID 1, which is how they are changed", slows_init},
    END,
};
