#define _GNU_SOURCE
#include "cl_privileges.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static const int locked_securebits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                                     SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
                                     SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

// The kernel refuses the first number behind its last capability, and only that one, with EINVAL.
static int is_behind_last(int capability) { return errno == EINVAL && capability > CAP_AUDIT_READ; }

// Does not ask first what is there: in a new user namespace all of it is.
int cl_empty_bounding_set(void) {
  int capability = 0;
  while (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0)
    capability++;
  return is_behind_last(capability) ? 0 : -1;
}

static int require_empty_bounding_set(void) {
  int capability = 0, is_held;
  while ((is_held = prctl(PR_CAPBSET_READ, capability, 0, 0, 0)) == 0)
    capability++;
  if (is_held == 1)
    return errno = ENOTRECOVERABLE, -1;
  return is_behind_last(capability) ? 0 : -1;
}

static int require_locked_securebits(void) {
  int securebits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
  if (securebits != -1 && securebits != locked_securebits)
    return errno = ENOTRECOVERABLE, -1;
  return securebits == -1 ? -1 : 0;
}

int cl_may_administrate(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};
  if (syscall(SYS_capget, &header, sets) == -1)
    return -1;
  return (sets[0].effective & (1U << CAP_SYS_ADMIN)) != 0;
}

int cl_drop_all_capabilities(void) {
  // The securebits and the bounding set need CAP_SETPCAP, so they go before the capabilities themselves.
  if (prctl(PR_SET_SECUREBITS, locked_securebits, 0, 0, 0) == -1)
    return -1;
  // To ask costs a tenth of dropping what is not there any more.
  if (require_empty_bounding_set() == -1 &&
      (errno != ENOTRECOVERABLE || cl_empty_bounding_set() == -1 || require_empty_bounding_set() == -1))
    return -1;
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == -1)
    return -1;
  // The process that becomes the program looks at these itself; what is not permitted is not ambient either.
  if (cl_give_up_capabilities() == -1)
    return -1;
  return require_locked_securebits();
}

int cl_give_up_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
  return (int)syscall(SYS_capset, &header, none);
}

int cl_set_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

int cl_set_dumpable(int dumpable) { return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0); }

int cl_forbid_core_files(void) {
  struct rlimit none = {0, 0};
  return setrlimit(RLIMIT_CORE, &none);
}

int cl_set_limit(const char *name, uint64_t soft, uint64_t hard) {
  static const struct {
    const char *name;
    int resource;
  } limits[] = {
      {"as", RLIMIT_AS},           {"core", RLIMIT_CORE},         {"cpu", RLIMIT_CPU},
      {"data", RLIMIT_DATA},       {"fsize", RLIMIT_FSIZE},       {"locks", RLIMIT_LOCKS},
      {"memlock", RLIMIT_MEMLOCK}, {"msgqueue", RLIMIT_MSGQUEUE}, {"nice", RLIMIT_NICE},
      {"nofile", RLIMIT_NOFILE},   {"nproc", RLIMIT_NPROC},       {"rss", RLIMIT_RSS},
      {"rtprio", RLIMIT_RTPRIO},   {"rttime", RLIMIT_RTTIME},     {"sigpending", RLIMIT_SIGPENDING},
      {"stack", RLIMIT_STACK},
  };
  struct rlimit limit = {soft, hard};
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
    if (strcmp(limits[i].name, name) == 0)
      return setrlimit(limits[i].resource, &limit);
  errno = EINVAL;
  return -1;
}

int cl_raise_file_limit(uint64_t *before) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == -1) return -1;
  *before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit);
}

int cl_set_file_limit(uint64_t most) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == -1) return -1;
  limit.rlim_cur = most;
  return setrlimit(RLIMIT_NOFILE, &limit);
}

int cl_set_niceness(int niceness) { return setpriority(PRIO_PROCESS, 0, niceness); }

int cl_join_new_session_keyring(void) { return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) == -1 ? -1 : 0; }

int cl_require_reachable_folder(void) {
  char path[PATH_MAX];
  // The kernel itself, which says "(unreachable)" where the C library would search for a name.
  if (syscall(SYS_getcwd, path, sizeof path) == -1)
    return -1;
  if (path[0] == '/')
    return 0;
  errno = EXDEV;
  return -1;
}

int cl_become(uid_t user, gid_t group) {
  // The group first: without the user's rights it could not be changed any more.
  if (setresgid(group, group, group) == -1)
    return -1;
  return setresuid(user, user, user);
}

int cl_clear_supplementary_groups(void) { return setgroups(0, NULL); }

int cl_install_seccomp_filter(const void *instructions, size_t count) {
  if (count == 0 || count > BPF_MAXINSNS) {
    errno = EINVAL;
    return -1;
  }
  struct sock_fprog program = {.len = (unsigned short)count, .filter = (struct sock_filter *)instructions};
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}
