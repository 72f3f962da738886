#define _GNU_SOURCE
#include "cl_notifications.h"
#include "raw_call.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

// Newer than some of the headers that this is built with: Linux 5.19.
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

enum { none = -1, failed = -2 };

// What the thread with the filter and the one without tell each other.
static atomic_int listener_number, is_handed_over, hand_over_error;
static struct msghdr hand_over_message;
static int hand_over_socket;
static _Alignas(64) char hand_over_stack[16 * 1024];

static void wake(atomic_int *word) { raw_call(SYS_futex, (long)word, FUTEX_WAKE_PRIVATE, 1, 0); }

// Runs beside the thread that gets the filter, which may not be able to wake anybody: so this one also looks from time to time.
static int hand_over(void *unused) {
  (void)unused;
  struct timespec moment = {.tv_nsec = 100000};
  while (atomic_load(&listener_number) == none)
    raw_call(SYS_futex, (long)&listener_number, FUTEX_WAIT_PRIVATE, none, (long)&moment);
  int number = atomic_load(&listener_number);
  if (number == failed)
    return 0;
  memcpy(CMSG_DATA(CMSG_FIRSTHDR(&hand_over_message)), &number, sizeof number);
  long result;
  do
    result = raw_call(SYS_sendmsg, hand_over_socket, (long)&hand_over_message, MSG_NOSIGNAL, 0);
  while (result == -EINTR);
  // Both threads have the same descriptors: from here on nothing inside can answer in the listener's place.
  raw_call(SYS_close, number, 0, 0, 0);
  atomic_store(&hand_over_error, result < 0 ? (int)-result : 0);
  atomic_store(&is_handed_over, 1);
  wake(&is_handed_over);
  return 0;
}

static void relax(void) {
#if defined(__x86_64__)
  __asm__ volatile("pause" ::: "memory");
#elif defined(__aarch64__)
  __asm__ volatile("yield" ::: "memory");
#endif
}

static int install(struct sock_fprog *program) {
  const unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
  // A thread whose call has been received is not woken by signals that it handles, so that no storm of them can keep the call
  // from its answer.
  long number =
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, program);
  if (number == -1 && errno == EINVAL)
    number = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, program);
  return (int)number;
}

int cl_install_listened_filter(
    const void *instructions, size_t count, bool allows_futex, int socket, const void *message, size_t length) {
  if (count == 0 || count > BPF_MAXINSNS) {
    errno = EINVAL;
    return -1;
  }
  static union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec part = {(void *)message, length};
  hand_over_socket = socket;
  hand_over_message = (struct msghdr){
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  control.header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
  atomic_store(&listener_number, none);
  atomic_store(&is_handed_over, 0);
  int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
  if (clone(hand_over, hand_over_stack + sizeof hand_over_stack, flags, NULL) == -1)
    return -1;
  struct sock_fprog program = {.len = (unsigned short)count, .filter = (struct sock_filter *)instructions};
  int number = install(&program);
  const int error = errno;
  atomic_store(&listener_number, number == -1 ? failed : number);
  if (number == -1) {
    wake(&listener_number);
    errno = error;
    return -1;
  }
  // Every call is the filter's from here on: without futex(2) this thread can only look. The other one ends with this process.
  if (allows_futex)
    wake(&listener_number);
  while (!atomic_load(&is_handed_over))
    if (allows_futex)
      raw_call(SYS_futex, (long)&is_handed_over, FUTEX_WAIT_PRIVATE, 0, 0);
    else
      relax();
  errno = atomic_load(&hand_over_error);
  return errno == 0 ? 0 : -1;
}

int cl_notification_receive(int listener, struct cl_notification *call) {
  // With room for a kernel that tells more.
  union {
    struct seccomp_notif notification;
    char room[512];
  } answer;
  memset(&answer, 0, sizeof answer);
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &answer) == -1)
    return -1;
  const struct seccomp_notif *notification = &answer.notification;
  *call = (struct cl_notification){
      .id = notification->id,
      .thread = notification->pid,
      .number = (uint32_t)notification->data.nr,
      .architecture = notification->data.arch,
  };
  for (int index = 0; index < 6; index++)
    call->arguments[index] = notification->data.args[index];
  return 0;
}

int cl_notification_refuse(int listener, uint64_t id, int error) {
  struct seccomp_notif_resp response = {.id = id, .error = -error};
  return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response) == -1 ? -1 : 0;
}

int cl_notification_is_valid(int listener, uint64_t id) {
  return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == -1 ? -1 : 0;
}

ssize_t cl_read_foreign_text(pid_t process, uint64_t address, char *text, size_t capacity, int *is_whole) {
  const size_t page = 4096;
  size_t count = 0;
  *is_whole = 0;
  while (count < capacity) {
    // Page by page: the next one may not be there, and a read that begins before it would be cut short anyhow.
    uint64_t place = address + count;
    size_t wanted = page - place % page;
    if (wanted > capacity - count)
      wanted = capacity - count;
    struct iovec here = {text + count, wanted}, there = {(void *)(uintptr_t)place, wanted};
    ssize_t read = process_vm_readv(process, &here, 1, &there, 1, 0);
    if (read <= 0)
      return count > 0 ? (ssize_t)count : -1;
    const char *end = memchr(text + count, 0, (size_t)read);
    if (end != NULL) {
      *is_whole = 1;
      return end - text;
    }
    count += (size_t)read;
  }
  return (ssize_t)count;
}
