#define _GNU_SOURCE
#include "cl_beside.h"
#include "raw_call.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static _Alignas(64) char helper_stack[64 * 1024];
static int namespace_descriptor;

// What one side says and the other one waits for: a word each, as both are in one memory.
static uint32_t is_network_made, is_root_left;

static void say(uint32_t *word) {
  __atomic_store_n(word, 1, __ATOMIC_RELEASE);
  raw_call(SYS_futex, (long)word, FUTEX_WAKE_PRIVATE, 1, 0);
}

// Whether it has been said, after a tenth of a second at most.
static int hear(uint32_t *word) {
  if (__atomic_load_n(word, __ATOMIC_ACQUIRE))
    return 1;
  struct timespec patience = {.tv_nsec = 100 * 1000 * 1000};
  raw_call(SYS_futex, (long)word, FUTEX_WAIT_PRIVATE, 0, (long)&patience);
  return (int)__atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static long make_network(void) {
  long result = raw_call(SYS_unshare, CLONE_NEWNET, 0, 0, 0);
  if (result < 0)
    return result;
  // A Unix socket serves interface ioctls as well as an internet one, and costs less to make.
  long control = raw_call(SYS_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0);
  if (control < 0)
    return control;
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  result = raw_call(SYS_ioctl, control, SIOCSIFFLAGS, (long)&request, 0);
  if (result < 0)
    return result;
  result = raw_call(SYS_ioctl, control, SIOCGSKNS, 0, 0);
  if (result < 0)
    return result;
  namespace_descriptor = (int)result;
  raw_call(SYS_close, control, 0, 0, 0);
  return 0;
}

// Runs beside the process that started it and in the same memory, so it makes system calls and nothing else. Returns 0 or
// the error number, which becomes its exit code.
static int help(void *unused) {
  (void)unused;
  long result = make_network();
  if (result < 0)
    return (int)-result;
  say(&is_network_made);
  while (!hear(&is_root_left))
    continue;
  // The root of this process, too, is the new one by now, and what lies on top of it is the old one.
  return (int)-raw_call(SYS_umount2, (long)"/", MNT_DETACH, 0, 0);
}

// A new process starts on the processor of its parent, and would wait there until that one blocks, which is too late. So
// it is pushed away, and then allowed everywhere again: should the other processor be busy, the kernel takes it back when
// this one has nothing to do. If there is no other processor, nothing is lost but time.
static void move_to_other_processor(int process) {
  cpu_set_t allowed;
  int here = sched_getcpu();
  if (here < 0 || sched_getaffinity(0, sizeof allowed, &allowed) == -1)
    return;
  cpu_set_t others = allowed;
  CPU_CLR((size_t)here, &others);
  if (CPU_COUNT(&others) > 0 && sched_setaffinity(process, sizeof others, &others) == 0)
    sched_setaffinity(process, sizeof allowed, &allowed);
}

int cl_beside_begin(void) {
  is_network_made = is_root_left = 0;
  // No exit signal: the helper is waited for by its id alone, and nobody else hears of it.
  int helper = clone(help, helper_stack + sizeof helper_stack, CLONE_VM | CLONE_FILES, NULL);
  if (helper > 0)
    move_to_other_processor(helper);
  return helper;
}

// 0 while it lives, 1 when it has done all; else -1 and the error that it ended with.
static int has_ended(int helper, int options) {
  int status, found;
  while ((found = waitpid(helper, &status, __WALL | options)) == -1)
    if (errno != EINTR)
      return -1;
  if (found == 0)
    return 0;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return 1;
  errno = WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
  return -1;
}

int cl_beside_enter_network(int helper) {
  while (!hear(&is_network_made)) {
    int ended = has_ended(helper, WNOHANG);
    if (ended == 0)
      continue;
    if (ended == 1)
      errno = ECHILD;
    return -1;
  }
  int result = setns(namespace_descriptor, CLONE_NEWNET);
  int saved = errno;
  close(namespace_descriptor);
  errno = saved;
  return result;
}

void cl_beside_detach(void) { say(&is_root_left); }

int cl_beside_end(int helper) { return has_ended(helper, 0) == 1 ? 0 : -1; }
