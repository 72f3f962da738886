#define _GNU_SOURCE
#include "cl_processes.h"

#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

const uint64_t cl_clone_new_user = CLONE_NEWUSER;
const uint64_t cl_clone_new_mount = CLONE_NEWNS;
const uint64_t cl_clone_new_pid = CLONE_NEWPID;
const uint64_t cl_clone_new_network = CLONE_NEWNET;
const uint64_t cl_clone_new_ipc = CLONE_NEWIPC;
const uint64_t cl_clone_new_uts = CLONE_NEWUTS;
const uint64_t cl_clone_new_cgroup = CLONE_NEWCGROUP;

/// For kernels and outer filters without clone3: the same, but for what only clone3 can do, which is not asked for here.
static long clone_by_older_call(const struct clone_args *args) {
  unsigned long flags = (unsigned long)(args->flags | args->exit_signal);
  void *pidfd = (void *)(uintptr_t)args->pidfd, *thread_id = (void *)(uintptr_t)args->child_tid;
#if defined(__x86_64__)
  return syscall(SYS_clone, flags, NULL, pidfd, thread_id, NULL);
#elif defined(__aarch64__)
  return syscall(SYS_clone, flags, NULL, pidfd, NULL, thread_id);
#else
#error "the order of the arguments of clone is not known here"
#endif
}

static int clone_memory(struct clone_args *args, int *pidfd) {
  // glibc caches the thread id beside the place that the kernel clears when the thread ends. Where the kernel tells that
  // place (CONFIG_CHECKPOINT_RESTORE), the child's own id is put there; otherwise only raise() and abort() would be wrong,
  // and the child calls neither.
  uint64_t thread_id_place = 0;
  if (prctl(PR_GET_TID_ADDRESS, &thread_id_place, 0, 0, 0) == 0 && thread_id_place != 0)
    args->flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
  int received = -1;
  args->flags |= CLONE_PIDFD;
  args->pidfd = (uint64_t)(uintptr_t)&received;
  args->child_tid = thread_id_place;
  long result = syscall(SYS_clone3, args, sizeof *args);
  if (result == -1 && errno == ENOSYS && !(args->flags & CLONE_INTO_CGROUP))
    result = clone_by_older_call(args);
  if (result > 0)
    *pidfd = received;
  return (int)result;
}

int cl_clone3(uint64_t namespaces, int control_group, int *pidfd) {
  struct clone_args args = {.flags = namespaces, .exit_signal = SIGCHLD};
  if (control_group >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = (uint64_t)control_group;
  }
  return clone_memory(&args, pidfd);
}

int cl_clone3_sibling(int *pidfd) {
  // With a signal the kernel refuses a child for somebody else.
  struct clone_args args = {.flags = CLONE_PARENT, .exit_signal = 0};
  return clone_memory(&args, pidfd);
}

int cl_enter_namespaces(int descriptor, uint64_t namespaces) { return setns(descriptor, (int)namespaces); }

int cl_unshare(uint64_t namespaces) { return unshare((int)namespaces); }

int cl_has_clone3(void) { return !(syscall(SYS_clone3, NULL, 0) == -1 && errno == ENOSYS); }

// Never freed: what the child leaves behind on it must stay readable. posix_spawn(3) uses about as much.
static _Alignas(64) char shared_memory_stack[256 * 1024];

struct spawn {
  void (*body)(void *);
  void *context;
};

static int run_spawned(void *argument) {
  struct spawn *spawn = argument;
  spawn->body(spawn->context);
  _exit(125);
}

int cl_spawn_in_same_memory(void (*body)(void *), void *context, int *pidfd) {
  struct spawn spawn = {body, context};
  int flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
  return clone(run_spawned, shared_memory_stack + sizeof shared_memory_stack, flags, &spawn, pidfd);
}

int cl_require_single_thread(void) {
  // A filter around this process may refuse the call; then it will refuse the clone that follows too, and that is told.
  return unshare(CLONE_THREAD) == -1 && errno == EINVAL ? -1 : 0;
}

int cl_pidfd_open(int id) { return (int)syscall(SYS_pidfd_open, id, 0); }

int cl_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

static uint64_t microseconds(struct timeval time) { return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec; }

int cl_wait_pidfd(int pidfd, bool waits, int *code, int *status, struct cl_usage *usage) {
  siginfo_t info = {0};
  struct rusage used = {0};
  // The function of the C library has no room for what was used.
  if (syscall(SYS_waitid, P_PIDFD, pidfd, &info, WEXITED | __WALL | (waits ? 0 : WNOHANG), &used) == -1)
    return -1;
  if (info.si_pid == 0) return 0;
  *code = info.si_code;
  *status = info.si_status;
  *usage = (struct cl_usage){microseconds(used.ru_utime), microseconds(used.ru_stime), (uint64_t)used.ru_maxrss};
  return 1;
}

int cl_wait_group(int group) {
  siginfo_t info = {0};
  return waitid(P_PGID, (id_t)group, &info, WEXITED);
}

// Enough for any program that is well meant.
#define MOST_RELEASES 64

int cl_wait_any(bool stopped, int *code, int *status) {
  siginfo_t info = {0};
  for (int releases = 0;; releases++) {
    info = (siginfo_t){0};
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | (stopped ? WSTOPPED : 0)) == -1)
      return -1;
    if (info.si_code != CLD_TRAPPED)
      break;
    // A child asked to be traced (PTRACE_TRACEME) and stopped. It has not ended, and nobody here debugs it: it goes on
    // without a tracer, and gets the signal that stopped it. When it is gone meanwhile, the next round tells.
    ptrace(PTRACE_DETACH, info.si_pid, NULL, (void *)(long)(info.si_status & 0x7f));
    // Children that ask again and again must not keep the caller here for ever: it comes back by this signal.
    if (releases == MOST_RELEASES) {
      kill(getpid(), SIGCHLD);
      return 0;
    }
  }
  *code = info.si_code;
  *status = info.si_status;
  return info.si_pid;
}

static int argument_count;
static char **arguments_of_program;

// glibc hands them to what runs before main. Swift looks for them in /proc/self/maps, and finds none where that cannot be read.
__attribute__((constructor)) static void keep_arguments(int count, char **arguments) {
  argument_count = count;
  arguments_of_program = arguments;
}

int cl_argument_count(void) { return argument_count; }

char **cl_arguments(void) { return arguments_of_program; }

void cl_wipe_command_line(char **arguments, char **environment) {
  for (char **argument = arguments; argument != NULL && *argument != NULL; argument++)
    memset(*argument, 0, strlen(*argument));
  for (char **variable = environment; variable != NULL && *variable != NULL; variable++)
    memset(*variable, 0, strlen(*variable));
}

int cl_new_session(void) { return setsid() == -1 ? -1 : 0; }
