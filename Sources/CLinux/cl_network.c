#define _GNU_SOURCE
#include "cl_network.h"
#include "raw_call.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static _Alignas(64) char helper_stack[64 * 1024];
static int namespace_descriptor;

// Runs beside the process that started it and in the same memory, so it makes system calls and nothing else. Returns 0 or
// the error number, which becomes its exit code.
static int make_network(void *unused) {
  (void)unused;
  long result = raw_call(SYS_unshare, CLONE_NEWNET, 0, 0, 0);
  if (result < 0)
    return (int)-result;
  // A Unix socket serves interface ioctls as well as an internet one, and costs less to make.
  long control = raw_call(SYS_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0);
  if (control < 0)
    return (int)-control;
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  result = raw_call(SYS_ioctl, control, SIOCSIFFLAGS, (long)&request, 0);
  if (result < 0)
    return (int)-result;
  result = raw_call(SYS_ioctl, control, SIOCGSKNS, 0, 0);
  if (result < 0)
    return (int)-result;
  namespace_descriptor = (int)result;
  raw_call(SYS_close, control, 0, 0, 0);
  return 0;
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

static int is_connected(int family, const void *address, socklen_t length) {
  int connection = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection == -1)
    return 0;
  int result = connect(connection, address, length) == 0;
  close(connection);
  return result;
}

int cl_is_listened_to(uint16_t port) {
  struct sockaddr_in old = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  struct sockaddr_in6 new = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  return is_connected(AF_INET, &old, sizeof old) || is_connected(AF_INET6, &new, sizeof new);
}
