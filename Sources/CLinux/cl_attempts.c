#define _GNU_SOURCE
#include "cl_attempts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#if defined(__x86_64__)
const uint32_t cl_native_architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
const uint32_t cl_native_architecture = AUDIT_ARCH_AARCH64;
#else
#error "an architecture without filters"
#endif

const int32_t cl_number_bpf = SYS_bpf;
const int32_t cl_number_clone3 = SYS_clone3;
const int32_t cl_number_io_uring_setup = SYS_io_uring_setup;
const int32_t cl_number_ioctl = SYS_ioctl;
const int32_t cl_number_keyctl = SYS_keyctl;
const int32_t cl_number_move_mount = SYS_move_mount;
const int32_t cl_number_perf_event_open = SYS_perf_event_open;
const int32_t cl_number_socket = SYS_socket;
const int32_t cl_number_unshare = SYS_unshare;
const int32_t cl_number_userfaultfd = SYS_userfaultfd;

int cl_attempt(int32_t number, const uint64_t arguments[3]) {
  long result = syscall(number, arguments[0], arguments[1], arguments[2], 0, 0, 0);
  if (result == -1)
    return errno;
  if (result > 2 && (number == SYS_socket || number == SYS_userfaultfd))
    close((int)result);
  return 0;
}

int cl_attempt_device(const char *path) {
  // The null device. Older kernels let a whiteout be made, which needs no privilege, wherever files may be made.
  if (mknod(path, S_IFCHR, makedev(1, 3)) == -1)
    return errno;
  unlink(path);
  return 0;
}

int cl_holds_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};
  if (syscall(SYS_capget, &header, sets) == -1)
    return -1;
  for (int half = 0; half < _LINUX_CAPABILITY_U32S_3; half++)
    if (sets[half].effective | sets[half].permitted | sets[half].inheritable)
      return 1;
  // No capability is ambient that is not permitted.
  return 0;
}

int cl_has_capabilities(void) {
  int holds = cl_holds_capabilities();
  if (holds != 0)
    return holds;
  // The bounding set goes from its first to its last, so the last tells. No answer is not a no.
  return prctl(PR_CAPBSET_READ, CAP_LAST_CAP, 0, 0, 0) != 0 || prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN, 0, 0, 0) != 0;
}

int cl_attempt_listing(const char *path) {
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder == -1)
    return errno;
  close(folder);
  return 0;
}

int cl_attempt_signal(void) { return kill(getppid(), 0) == -1 ? errno : 0; }

int cl_attempt_socket(void) {
  int number = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (number == -1)
    return errno;
  close(number);
  return 0;
}

int cl_has_no_new_privileges(void) { return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1; }

int cl_is_read_only(const char *path) {
  struct statvfs status;
  return statvfs(path, &status) == -1 ? -1 : (status.f_flag & ST_RDONLY) != 0;
}

int cl_forbids_execution(const char *path) {
  struct statvfs status;
  return statvfs(path, &status) == -1 ? -1 : (status.f_flag & ST_NOEXEC) != 0;
}

int cl_attempt_route(void) {
  int socket_number = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket_number == -1)
    return errno;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
  address.sin_addr.s_addr = htonl(0xC6336401); // 198.51.100.1, kept for documents.
  int error = connect(socket_number, (struct sockaddr *)&address, sizeof address) == -1 ? errno : 0;
  close(socket_number);
  return error;
}
