#define _GNU_SOURCE
#include "cl_beside.h"
#include "raw_call.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static _Alignas(64) char helper_stack[64 * 1024];
static bool has_begun, makes_ipc;
static int network_descriptor, ipc_descriptor;

// What one side says and the other one waits for: a word each.
static uint32_t are_namespaces_made, is_root_left, is_root_gone;

// The error that the helper has failed with, once it has said so; else 0.
static int failure;

static void say(uint32_t *word) {
  __atomic_store_n(word, 1, __ATOMIC_RELEASE);
  raw_call(SYS_futex, (long)word, FUTEX_WAKE_PRIVATE, 1, 0);
}

static void wait_for(uint32_t *word) {
  while (!__atomic_load_n(word, __ATOMIC_ACQUIRE))
    raw_call(SYS_futex, (long)word, FUTEX_WAIT_PRIVATE, 0, 0);
}

static long make_ipc(void) {
  long result = raw_call(SYS_unshare, CLONE_NEWIPC, 0, 0, 0);
  if (result < 0)
    return result;
  result = raw_call(SYS_openat, AT_FDCWD, (long)"/proc/thread-self/ns/ipc", O_RDONLY | O_CLOEXEC, 0);
  if (result < 0)
    return result;
  ipc_descriptor = (int)result;
  return 0;
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
  network_descriptor = (int)result;
  raw_call(SYS_close, control, 0, 0, 0);
  return 0;
}

// Makes system calls and nothing else: libc and Swift take this process for one with a single thread. A thread it is because
// nobody has to wait for its end, and nobody sees it.
static int help(void *unused) {
  (void)unused;
  // A signal for this process that this thread took would be lost: the other one has it blocked, and reads it when it comes to it.
  uint64_t all = ~(uint64_t)0;
  long result = raw_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all, 0, sizeof all);
  if (result == 0)
    result = make_network();
  if (result == 0 && makes_ipc)
    result = make_ipc();
  failure = (int)-result;
  say(&are_namespaces_made);
  if (failure != 0)
    return 0;
  wait_for(&is_root_left);
  // The root of this thread, too, is the new one by now, and what lies on top of it is the old one.
  failure = (int)-raw_call(SYS_umount2, (long)"/", MNT_DETACH, 0, 0);
  say(&is_root_gone);
  return 0;
}

// A new thread starts on the processor of the one that made it, and would wait there until that one blocks, which is too late. So
// it is pushed away, and then allowed everywhere again: should the other processor be busy, the kernel takes it back when
// this one has nothing to do. If there is no other processor, nothing is lost but time.
static void move_to_other_processor(int thread) {
  cpu_set_t allowed;
  int here = sched_getcpu();
  if (here < 0 || sched_getaffinity(0, sizeof allowed, &allowed) == -1)
    return;
  cpu_set_t others = allowed;
  CPU_CLR((size_t)here, &others);
  if (CPU_COUNT(&others) > 0 && sched_setaffinity(thread, sizeof others, &others) == 0)
    sched_setaffinity(thread, sizeof allowed, &allowed);
}

int cl_beside_begin(bool with_ipc) {
  makes_ipc = with_ipc;
  has_begun = true;
  are_namespaces_made = is_root_left = is_root_gone = 0;
  int helper =
      clone(help, helper_stack + sizeof helper_stack, CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD, NULL);
  if (helper > 0)
    move_to_other_processor(helper);
  return helper == -1 ? -1 : 0;
}

bool cl_beside_has_begun(void) { return has_begun; }

static int result(void) {
  errno = failure;
  return failure == 0 ? 0 : -1;
}

static int enter(int namespace, int kind) {
  int result = setns(namespace, kind);
  int saved = errno;
  close(namespace);
  errno = saved;
  return result;
}

int cl_beside_enter(void) {
  wait_for(&are_namespaces_made);
  if (result() == -1)
    return -1;
  if (enter(network_descriptor, CLONE_NEWNET) == -1)
    return -1;
  return makes_ipc ? enter(ipc_descriptor, CLONE_NEWIPC) : 0;
}

void cl_beside_detach(void) { say(&is_root_left); }

int cl_beside_end(void) {
  wait_for(&is_root_gone);
  return result();
}
