// System calls that reach what belongs to no namespace, or that filters have been led around by.
#include "probe.h"

#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define BAD 0xffffffff

static struct outcome raw(const struct check *check) {
  const long *a = check->arguments;
  long returned = syscall(check->number, a[0], a[1], a[2], a[3], a[4], a[5]);
  // A refusal is one of a filter or of the kernel for want of permission; all else got to the kernel.
  if (returned < 0 && (errno == ENOENT || errno == ENXIO || errno == ENODEV || errno == ENOTDIR))
    return outcome(SUCCEEDED, errno, "reached the kernel");
  return judge(returned);
}

static struct outcome adds_key(const struct check *check) {
  // The keyring of this process, which ends with it: KEY_SPEC_PROCESS_KEYRING.
  return judge(syscall(SYS_add_key, "user", "capsprobe", "x", 1, -2));
}

static struct outcome loads_bpf(const struct check *check) {
  struct bpf_insn program[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT}};
  union bpf_attr attributes = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER, .insn_cnt = 2};
  attributes.insns = (unsigned long)program;
  attributes.license = (unsigned long)"GPL";
  return judge(syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes));
}

static struct outcome counts_events(const struct check *check) {
  struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes};
  attributes.config = PERF_COUNT_SW_CPU_CLOCK;
  attributes.exclude_kernel = 1;
  return judge(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
}

static struct outcome sets_up_ring(const struct check *check) {
  struct io_uring_params parameters = {0};
  return judge(syscall(SYS_io_uring_setup, 1, &parameters));
}

static struct outcome traces_child(const struct check *check) {
  pid_t child = fork();
  if (child == 0) for (;;) pause();
  struct outcome made = judge(ptrace(PTRACE_SEIZE, child, 0, 0));
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return made;
}

static struct outcome reads_memory(const struct check *check) {
  char from = 'x', to = 0;
  struct iovec local = {&to, 1}, remote = {&from, 1};
  return judge(process_vm_readv(getpid(), &local, 1, &remote, 1, 0));
}

static struct outcome writes_memory(const struct check *check) {
  char from = 'x', to = 0;
  struct iovec local = {&from, 1}, remote = {&to, 1};
  return judge(process_vm_writev(getpid(), &local, 1, &remote, 1, 0));
}

static struct outcome compares(const struct check *check) { return judge(syscall(SYS_kcmp, getpid(), getpid(), 2, 0, 0)); }

static struct outcome steals_descriptor(const struct check *check) {
  int process = syscall(SYS_pidfd_open, getpid(), 0);
  return judge(syscall(SYS_pidfd_getfd, process, 0, 0));
}

static struct outcome names_handle(const struct check *check) {
  struct file_handle *handle = calloc(1, sizeof *handle + MAX_HANDLE_SZ);
  handle->handle_bytes = MAX_HANDLE_SZ;
  int mount;
  return judge(name_to_handle_at(AT_FDCWD, "/usr", handle, &mount, 0));
}

static struct outcome opens_handle(const struct check *check) {
  // Inode 2 is the root of most file systems; where it is not, the kernel says ESTALE after it has looked.
  struct file_handle *handle = calloc(1, sizeof *handle + MAX_HANDLE_SZ);
  const unsigned root[] = {2, 0};
  handle->handle_bytes = 8;
  handle->handle_type = 1;
  memcpy(handle->f_handle, root, sizeof root);
  int place = open("/usr", O_RDONLY | O_DIRECTORY);
  return judge(open_by_handle_at(place, handle, O_RDONLY));
}

// The kernel disconnects the terminal of the session, so the session must have none.
static struct outcome hangs_up(const struct check *check) {
  if (setsid() < 0) return outcome(NOT_TRIED, errno, "no session");
  return judge(syscall(SYS_vhangup));
}

static struct outcome names_host(const struct check *check) {
  char name[65] = "";
  gethostname(name, sizeof name - 1);
  if (check->number == 0) return judge(sethostname(name, strlen(name)));
  if (getdomainname(name, sizeof name - 1)) return judge(-1);
  return judge(setdomainname(name, strlen(name)));
}

static struct outcome sets_clock(const struct check *check) {
  struct timespec_like { long seconds, nanoseconds; } never = {-1, -1};
  return judge(syscall(SYS_clock_settime, 0, &never));
}

static struct outcome adjusts_clock(const struct check *check) {
  // No mode: the clock is only read, which needs no permission.
  long timex[64] = {0};
  return judge(check->number == 0 ? syscall(SYS_adjtimex, timex) : syscall(SYS_clock_adjtime, 0, timex));
}

static struct outcome lets_ports(const struct check *check) {
  // Port 0x80 only lights diodes, and nothing is sent there.
  return judge(check->number == 0 ? syscall(SYS_ioperm, 0x80, 1, 1) : syscall(SYS_iopl, 3));
}

static struct outcome reads_ldt(const struct check *check) {
  char table[16];
  return judge(syscall(SYS_modify_ldt, 0, table, sizeof table));
}

static void *nothing(void *argument) { return argument; }

static struct outcome makes_thread(const struct check *check) {
  pthread_t thread;
  errno = pthread_create(&thread, NULL, nothing, NULL);
  if (errno) return judge(-1);
  pthread_join(thread, NULL);
  return judge(0);
}

static struct outcome opens_process(const struct check *check) { return judge(syscall(SYS_pidfd_open, getpid(), 0)); }

static struct outcome queues_io(const struct check *check) {
  unsigned long queue = 0;
  return judge(syscall(SYS_io_setup, 1, &queue));
}

#define CALL(row, name, ...) {"T-" row "." #name, "call " #name, raw, SYS_##name, {__VA_ARGS__}, NULL}
#define NUMBER(row, name, number, ...) {"T-" row "." name, "call " name, raw, number, {__VA_ARGS__}, NULL}

const struct check seccomp[] = {
    CALL("09", fsopen, 0, BAD),
    CALL("09", fsconfig, BAD, 0xffff),
    CALL("09", fsmount, BAD, 0, 0),
    CALL("09", fspick, BAD, 0, BAD),
    CALL("09", open_tree, BAD, 0, 0),
    CALL("09", move_mount, BAD, 0, BAD, 0, 0),
    CALL("09", mount_setattr, BAD, 0, BAD),
    NUMBER("09", "open_tree_attr", 467, BAD, 0, 0, 0, 0),
    NUMBER("09", "statmount", 457, 0, 0, 0, BAD),
    NUMBER("09", "listmount", 458, 0, 0, 0, BAD),
    CALL("09", clone3, 0, 0),
    {"T-09.threads-work", "make a thread", makes_thread},
    {"T-09.pidfd-works", "open a process by its number", opens_process},
    {"T-11.io_uring_setup", "set up an io_uring", sets_up_ring},
    CALL("11", io_uring_enter, BAD, 0, 0, 0, 0),
    CALL("11", io_uring_register, BAD, 0xffff, 0, 0),
    {"T-11.older-queues-work", "set up a queue of the older asynchronous interface", queues_io},
    {"T-14.add_key", "add a key to the keyring of the process", adds_key},
    CALL("14", request_key, 0, 0, 0, 0),
    CALL("14", keyctl, 0xffff),
    {"T-14.bpf", "load a program into the kernel", loads_bpf},
    {"T-14.perf_event_open", "count events of the own process", counts_events},
    CALL("14", userfaultfd, 0xffffff),
    CALL("14", kexec_load, 0, 0, 0, 0xffffffffL),
    CALL("14", kexec_file_load, BAD, BAD, 0, 0, 0xffffffffL),
    CALL("14", init_module, 0, 0, 0),
    CALL("14", finit_module, BAD, 0, 0xffff),
    CALL("14", delete_module, 0, 0),
    CALL("14", quotactl, 0x800001L << 8, 0, 0, 0),
    CALL("14", quotactl_fd, BAD, 0, 0, 0),
    {"T-14.swapon", "call swapon", raw, SYS_swapon, {(long)"/nonexistent-capsprobe", 0}, NULL},
    {"T-14.swapoff", "call swapoff", raw, SYS_swapoff, {(long)"/nonexistent-capsprobe"}, NULL},
    {"T-14.acct", "call acct", raw, SYS_acct, {(long)"/nonexistent-capsprobe"}, NULL},
    CALL("14", reboot, 0, 0, 0, 0),
    {"T-14.syslog", "ask for the size of the kernel's log", raw, SYS_syslog, {10, 0, 0}, NULL},
    {"T-14.ptrace", "trace an own child", traces_child},
    {"T-14.process_vm_readv", "read memory by process number", reads_memory},
    {"T-14.process_vm_writev", "write memory by process number", writes_memory},
    CALL("14", process_madvise, BAD, 0, 0, 0, 0),
    {"T-14.kcmp", "compare what two processes share", compares},
    {"T-14.pidfd_getfd", "take a descriptor of a process", steals_descriptor},
    {"T-14.name_to_handle_at", "ask for the handle of a folder", names_handle},
    {"T-14.open_by_handle_at", "open the root of a file system by its handle", opens_handle},
    CALL("14", fanotify_init, 0xffffffffL, 0),
    CALL("14", fanotify_mark, BAD, 0, 0, BAD, 0),
    CALL("14", get_mempolicy, 0, 0, 0, 0, 0),
    CALL("14", set_mempolicy, 0, 0, 0),
    CALL("14", mbind, 0, 0, 0, 0, 0, 0),
    CALL("14", migrate_pages, 0, 0, 0, 0),
    CALL("14", move_pages, 0, 0, 0, 0, 0, 0),
    {"T-14.vhangup", "hang up the terminal of a session that has none", hangs_up},
    {"T-14.sethostname", "set the host name to what it is", names_host, 0},
    {"T-14.setdomainname", "set the domain name to what it is", names_host, 1},
    CALL("14", settimeofday, 0, 0),
    {"T-14.clock_settime", "set the clock to an impossible time", sets_clock},
    {"T-14.adjtimex", "ask how the clock is adjusted", adjusts_clock, 0},
    {"T-14.clock_adjtime", "ask how a clock is adjusted", adjusts_clock, 1},
    {"T-14.ioperm", "reach an input and output port", lets_ports, 0},
    {"T-14.iopl", "reach all input and output ports", lets_ports, 1},
    {"T-14.modify_ldt", "read the local descriptor table", reads_ldt},
    {"T-14.personality", "make addresses predictable", raw, SYS_personality, {0x40000}, NULL},
    NUMBER("14", "memfd_secret", 447, 0xffffffffL),
    END,
};
