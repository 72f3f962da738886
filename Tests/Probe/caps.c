// Capabilities, and programs that would bring them.
#include "probe.h"

#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

// A line of /proc/self/status with a set of capabilities: is it empty?
static struct outcome holds(const struct check *check) {
  char status[8192];
  if (slurp("/proc/self/status", status, sizeof status) <= 0) return judge(-1);
  const char *line = strstr(status, check->path);
  if (!line) return outcome(NOT_TRIED, 0, "no %s", check->path);
  unsigned long long set = strtoull(line + strlen(check->path), NULL, 16);
  return outcome(set ? SUCCEEDED : REFUSED, 0, "%016llx", set);
}

static struct outcome holds_after_raising(const struct check *check) {
  if (context.is_control) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    syscall(SYS_capget, &header, data);
    data[0].inheritable = data[0].permitted;
    data[1].inheritable = data[1].permitted;
    syscall(SYS_capset, &header, data);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0);
  }
  return holds(check);
}

static struct outcome raises(const struct check *check) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {0};
  data[0].permitted = data[0].effective = data[0].inheritable = 1u << CAP_NET_RAW;
  return judge(syscall(SYS_capset, &header, data));
}

static struct outcome changes_securebits(const struct check *check) {
  return judge(prctl(PR_SET_SECUREBITS, prctl(PR_GET_SECUREBITS, 0, 0, 0, 0), 0, 0, 0));
}

static struct outcome lacks_no_new_privileges(const struct check *check) {
  return outcome(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? REFUSED : SUCCEEDED, 0, " ");
}

// Becomes an ordinary user first when it is the control, who would gain by the file.
static int executes(const void *argument) {
  const char *path = argument;
  if (context.is_control && (setresgid(1500, 1500, 1500) || setresuid(1500, 1500, 1500))) return 99;
  execl(path, "capsprobe", "gains", NULL);
  return errno == ENOENT ? 98 : 97;
}

static struct outcome gains(const struct check *check) {
  int code = in_child(executes, in_world(check->path));
  if (code > 7) return code == 98 ? outcome(ABSENT, ENOENT, " ") : outcome(NOT_TRIED, 0, "ended with %d", code);
  return outcome(code & check->number ? SUCCEEDED : REFUSED, 0, "gains%s%s%s", code & 1 ? " a user" : "",
                 code & 2 ? " a group" : "", code & 4 ? " capabilities" : code ? "" : " nothing");
}

static struct outcome marks(const struct check *check) {
  char path[] = "/tmp/capsprobe-XXXXXX";
  int file = mkstemp(path);
  if (file < 0) return outcome(NOT_TRIED, errno, "no file");
  struct outcome made = judge(fchmod(file, 0600 | check->number));
  unlink(path);
  return made;
}

static struct outcome marks_capability(const struct check *check) {
  char path[] = "/tmp/capsprobe-XXXXXX";
  int file = mkstemp(path);
  if (file < 0) return outcome(NOT_TRIED, errno, "no file");
  const unsigned value[] = {0x02000001, 1u << CAP_NET_RAW, 0, 0, 0};
  struct outcome made = judge(syscall(SYS_fsetxattr, file, "security.capability", value, sizeof value, 0));
  unlink(path);
  return made;
}

// A mount whose set-id bits would count. Device nodes are none that could be executed.
static struct outcome finds_setuid_mount(const struct check *check) {
  static char mounts[1 << 18];
  if (slurp("/proc/self/mounts", mounts, sizeof mounts) <= 0) return judge(-1);
  char *rest = mounts;
  for (char *line; (line = strsep(&rest, "\n"));) {
    char target[400], type[100], options[800];
    if (sscanf(line, "%*s %399s %99s %799s", target, type, options) != 3) continue;
    if (!strstr(options, check->path)) return outcome(SUCCEEDED, 0, "%.100s", target);
  }
  return outcome(REFUSED, 0, "all are %s", check->path);
}

const struct check caps[] = {
    {"T-16.inheritable", "hold an inheritable capability", holds_after_raising, 0, {0}, "CapInh:"},
    {"T-16.permitted", "hold a permitted capability", holds, 0, {0}, "CapPrm:"},
    {"T-16.effective", "hold an effective capability", holds, 0, {0}, "CapEff:"},
    {"T-16.bounding", "hold a capability in the bounding set", holds, 0, {0}, "CapBnd:"},
    {"T-16.ambient", "hold an ambient capability", holds_after_raising, 0, {0}, "CapAmb:"},
    {"T-16.raise", "raise a capability", raises},
    {"T-16.securebits", "set the securebits to what they are", changes_securebits},
    {"T-16.file-capabilities", "gain capabilities by those of a file", gains, 4, {0}, "bin/filecaps"},
    {"T-17.setuid", "gain a user by a setuid file", gains, 1, {0}, "bin/setuid"},
    {"T-17.setgid", "gain a group by a setgid file", gains, 2, {0}, "bin/setgid"},
    {"T-17.no-new-privs", "do without no_new_privs", lacks_no_new_privileges},
    {"T-17.chmod-setuid", "set the setuid bit of an own file", marks, 04000},
    {"T-17.chmod-setgid", "set the setgid bit of an own file", marks, 02000},
    {"T-17.set-capabilities", "give capabilities to an own file", marks_capability},
    {"T-17.mounts", "find a mount that honours setuid files", finds_setuid_mount, 0, {0}, "nosuid"},
    END,
};
