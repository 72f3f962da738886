#define _GNU_SOURCE
#include "cl_network.h"

#include <errno.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static _Alignas(64) char helper_stack[64 * 1024];
static int namespace_descriptor;

// Runs beside the process that started it and in the same memory, so it makes system calls and nothing else: no
// allocation, no stdio. Returns 0 or the error number, which becomes its exit code.
static int make_network(void *unused) {
  (void)unused;
  if (unshare(CLONE_NEWNET) == -1)
    return errno;
  // A Unix socket serves interface ioctls as well as an internet one, and costs less to make.
  int control = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (control == -1)
    return errno;
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  if (ioctl(control, SIOCSIFFLAGS, &request) == -1)
    return errno;
  namespace_descriptor = ioctl(control, SIOCGSKNS);
  if (namespace_descriptor == -1)
    return errno;
  close(control);
  return 0;
}

// A new process starts on the processor of its parent, and would wait there until that one blocks, which is too late. If
// there is no other processor, or it may not be chosen, nothing is lost but time.
static void move_to_other_processor(int process) {
  cpu_set_t allowed;
  int here = sched_getcpu();
  if (here < 0 || sched_getaffinity(0, sizeof allowed, &allowed) == -1)
    return;
  CPU_CLR((size_t)here, &allowed);
  if (CPU_COUNT(&allowed) > 0)
    sched_setaffinity(process, sizeof allowed, &allowed);
}

int cl_network_begin(void) {
  // No exit signal: the helper is waited for by its id alone, and nobody else hears of it.
  int helper = clone(make_network, helper_stack + sizeof helper_stack, CLONE_VM | CLONE_FILES, NULL);
  if (helper > 0)
    move_to_other_processor(helper);
  return helper;
}

int cl_network_enter(int helper) {
  int status;
  while (waitpid(helper, &status, __WALL) == -1)
    if (errno != EINTR)
      return -1;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    errno = WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
    return -1;
  }
  int result = setns(namespace_descriptor, CLONE_NEWNET);
  int saved = errno;
  close(namespace_descriptor);
  errno = saved;
  return result;
}
