#define _GNU_SOURCE
#include "cl_abilities.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

const uint32_t cl_action_kill_process = SECCOMP_RET_KILL_PROCESS;
const uint32_t cl_action_kill_thread = SECCOMP_RET_KILL_THREAD;
const uint32_t cl_action_trap = SECCOMP_RET_TRAP;
const uint32_t cl_action_errno = SECCOMP_RET_ERRNO;
const uint32_t cl_action_notify = SECCOMP_RET_USER_NOTIF;
const uint32_t cl_action_trace = SECCOMP_RET_TRACE;
const uint32_t cl_action_log = SECCOMP_RET_LOG;
const uint32_t cl_action_allow = SECCOMP_RET_ALLOW;

int cl_landlock_version(void) {
  return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

int cl_seccomp_action_available(uint32_t action) {
  return (int)syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
}

int cl_seccomp_notification_sizes(uint16_t sizes[3]) {
  struct seccomp_notif_sizes answer = {0};
  if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &answer) == -1)
    return -1;
  sizes[0] = answer.seccomp_notif;
  sizes[1] = answer.seccomp_notif_resp;
  sizes[2] = answer.seccomp_data;
  return 0;
}

int cl_kernel_release(char *text, size_t capacity) {
  struct utsname names;
  if (uname(&names) == -1)
    return -1;
  strncpy(text, names.release, capacity - 1);
  text[capacity - 1] = '\0';
  return 0;
}

int cl_has_file_capabilities(const char *path) {
  if (getxattr(path, "security.capability", NULL, 0) >= 0)
    return 1;
  return errno == ENODATA || errno == EOPNOTSUPP ? 0 : -1;
}

int cl_may_write(const char *path) { return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS); }

int cl_try_clone(uint64_t namespaces) {
  // All arguments behind the flags are 0, so their order, which differs between architectures, does not matter.
  long child = syscall(SYS_clone, namespaces | SIGCHLD, 0, 0, 0, 0);
  if (child == 0)
    _exit(0);
  if (child == -1)
    return -1;
  int status;
  while (waitpid((pid_t)child, &status, 0) == -1)
    if (errno != EINTR)
      return -1;
  return 0;
}

int cl_memory_of_machine(uint64_t *bytes) {
  struct sysinfo facts;
  if (sysinfo(&facts) == -1)
    return -1;
  *bytes = (uint64_t)facts.totalram * facts.mem_unit;
  return 0;
}
