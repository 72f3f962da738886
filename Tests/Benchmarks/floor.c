// The floor: what `capsrun box -- /bin/true` enforces, by the shortest way that C and the kernel know.
//
//   floor [PROGRAM [ARGUMENT...]]
//
// scripts/bench builds it with plan.h, which has the steps, the rights, the filter and the program that capsrun's own plan has; so it
// follows what capsrun does, and a step that it does not know stops the build. The steps come one after the other as they come there.
//
// Shorter ways that it does not take, as capsrun refuses them for what they would give up:
// * PID 1 in the launcher's memory (CLONE_VM): the sandbox would live in one memory with a process of the host;
// * the program as PID 1: it would have to reap, and could not be told from what it leaves behind;
// * ending before PID 1 is gone, as bubblewrap does: something inside could still run when the caller goes on;
// * the set-up believed: capabilities are read back, and what must be refused is tried before the program starts (the tripwire);
// * signals left ignored, keyrings, groups, sessions or open descriptors left as they are.
// Ways that it does take, as the plan is known beforehand: no command line, no facts of the machine, nothing looked up twice, and paths
// in a root that nobody else can reach yet, instead of descriptors that no link can lead elsewhere.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "floor.h"
#include "plan.h"

#define SECUREBITS                                                                                                     \
  (SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED |                     \
   SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

static char **program;

// Every process of the floor that fails ends at once, and with PID 1 all that is in the sandbox.
static void fail(const char *what) {
  dprintf(2, "floor: %s: %s\n", what, strerror(errno));
  _exit(125);
}

static int need(long result, const char *what) {
  if (result == -1)
    fail(what);
  return (int)result;
}

static void require(int holds, const char *what) {
  if (!holds)
    fail(what);
}

static void write_file(const char *path, const char *text, size_t length) {
  int file = need(open(path, O_WRONLY | O_CLOEXEC), path);
  require(write(file, text, length) == (ssize_t)length, path);
  close(file);
}

// --- The network namespace, made by a helper in the same memory beside the other steps: raw system calls, as errno is shared.

static _Alignas(64) char helper_stack[16 * 1024];
static int network = -1;

static long raw(long number, long first, long second, long third) {
  long result;
#if defined(__x86_64__)
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(first), "S"(second), "d"(third) : "rcx", "r11", "memory");
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = first, x1 __asm__("x1") = second, x2 __asm__("x2") = third;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  result = x0;
#endif
  return result;
}

static int make_network(void *unused) {
  (void)unused;
  if (raw(SYS_unshare, CLONE_NEWNET, 0, 0) < 0)
    return 1;
  long control = raw(SYS_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  if (control < 0 || raw(SYS_ioctl, control, SIOCSIFFLAGS, (long)&request) < 0)
    return 1;
  network = (int)raw(SYS_ioctl, control, SIOCGSKNS, 0);
  raw(SYS_close, control, 0, 0);
  return network < 0;
}

static pid_t begin_network(void) {
  pid_t helper = need(clone(make_network, helper_stack + sizeof helper_stack, CLONE_VM | CLONE_FILES, NULL), "clone");
  // A new process waits on the processor of its parent until that one blocks, unless it is pushed away.
  cpu_set_t allowed, others;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
    others = allowed;
    CPU_CLR((size_t)sched_getcpu(), &others);
    if (CPU_COUNT(&others) > 0 && sched_setaffinity(helper, sizeof others, &others) == 0)
      sched_setaffinity(helper, sizeof allowed, &allowed);
  }
  return helper;
}

static void enter_network(pid_t helper) {
  int status;
  need(waitpid(helper, &status, __WALL), "wait for the network");
  require(WIFEXITED(status) && WEXITSTATUS(status) == 0, "make the network namespace");
  need(setns(network, CLONE_NEWNET), "enter the network namespace");
  close(network);
}

// --- The steps of the plan.

static void set_attributes(const char *path, int recursive, uint64_t set) {
  struct mount_attr attributes = {.attr_set = set, .propagation = MS_PRIVATE};
  need(syscall(SYS_mount_setattr, AT_FDCWD, path, recursive ? AT_RECURSIVE : 0, &attributes, sizeof attributes), path);
}

static void make_file(const char *path, const char *text, size_t length) {
  int file = need(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444), path);
  require(write(file, text, length) == (ssize_t)length, path);
  close(file);
}

static void make_machine_id(const char *path) {
  static const char digits[] = "0123456789abcdef";
  unsigned char bytes[16];
  char text[33];
  need(getrandom(bytes, sizeof bytes, 0), "getrandom");
  for (int i = 0; i < 16; i++) {
    text[2 * i] = digits[bytes[i] >> 4];
    text[2 * i + 1] = digits[bytes[i] & 15];
  }
  text[32] = '\n';
  make_file(path, text, sizeof text);
}

static void bind_source(const struct step *step) {
  need(step->is_folder ? mkdir(step->path, 0755) : mknod(step->path, S_IFREG | 0444, 0), step->path);
  need(mount(step->text, step->path, NULL, MS_BIND | (step->is_device ? 0 : MS_REC), NULL), step->path);
  struct stat status;
  if (step->is_device)
    require(stat(step->path, &status) == 0 && S_ISCHR(status.st_mode), step->path);
  set_attributes(step->path, !step->is_device, step->attributes);
}

static void enter_root(void) {
  need(syscall(SYS_pivot_root, ".", "."), "pivot_root");
  need(umount2(".", MNT_DETACH), "let go of the old root");
  need(chdir("/"), "/");
}

static void close_user_namespaces(void) {
  static const char path[] = "/proc/sys/user/max_user_namespaces";
  int file = need(open(path, O_WRONLY | O_CLOEXEC), path);
  struct statfs status;
  require(fstatfs(file, &status) == 0 && status.f_type == 0x9fa0, path);
  require(write(file, "0", 1) == 1, path);
  close(file);
}

static void drop_privileges(void) {
  need(prctl(PR_SET_SECUREBITS, SECUREBITS, 0, 0, 0), "securebits");
  int count = 0;
  while (prctl(PR_CAPBSET_DROP, count, 0, 0, 0) == 0)
    count++;
  require(errno == EINVAL && count > CAP_AUDIT_READ, "drop the bounding set");
  need(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "clear the ambient set");
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
  need(syscall(SYS_capset, &header, none), "capset");
  for (int capability = 0; capability < count; capability++)
    require(prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 0 &&
                prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, capability, 0, 0) == 0,
            "a capability is left");
  require(prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) == SECUREBITS, "the securebits");
  need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
}

static void execute(const struct step *step, pid_t helper) {
  switch (step->kind) {
  case STEP_HOST_NAME: need(sethostname(step->text, step->length), "sethostname"); return;
  case STEP_ROOT:
    need(mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, step->text), "mount the root");
    need(chdir("/tmp"), "/tmp");
    return;
  case STEP_FOLDER: need(mkdir(step->path, 0755), step->path); return;
  case STEP_FILE: make_file(step->path, step->text, step->length); return;
  case STEP_MACHINE_ID: make_machine_id(step->path); return;
  case STEP_LINK: need(symlink(step->text, step->path), step->path); return;
  case STEP_BIND: bind_source(step); return;
  case STEP_SCRATCH:
    // A bind of the root's own tmpfs has its options: nosuid, nodev.
    need(mkdir(step->path, 0755), step->path);
    need(chmod(step->path, 01777), step->path);
    need(mount(step->path, step->path, NULL, MS_BIND, NULL), step->path);
    return;
  case STEP_TERMINALS:
    need(mkdir(step->path, 0755), step->path);
    need(mount("devpts", step->path, "devpts", MS_NOSUID | MS_NOEXEC, step->text), step->path);
    return;
  case STEP_CONTROL_GROUPS:
    need(mkdir(step->path, 0755), step->path);
    if (mount("cgroup2", step->path, "cgroup2", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "") == -1)
      require(errno == ENODEV, step->path);
    return;
  case STEP_PROCESSES:
    need(mkdir(step->path, 0755), step->path);
    need(mount("proc", step->path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, ""), step->path);
    return;
  case STEP_COVER:
    // Not every kernel has every file.
    if (mount(step->text, step->path, NULL, MS_BIND, NULL) == -1)
      require(errno == ENOENT, step->path);
    return;
  case STEP_NETWORK: enter_network(helper); return;
  case STEP_ENTER_ROOT: enter_root(); return;
  case STEP_CLOSE_USER_NAMESPACES: close_user_namespaces(); return;
  case STEP_SEAL_ROOT: set_attributes(step->path, 0, MOUNT_ATTR_RDONLY); return;
  case STEP_DROP_PRIVILEGES: drop_privileges(); return;
  }
}

// --- The program's process, in the memory of PID 1 until it executes.

static void allow_reopening(int rules, int stream, uint64_t known) {
  struct stat status;
  need(fstat(stream, &status), "look at a stream");
  if (!S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode))
    return;
  int mode = need(fcntl(stream, F_GETFL), "look at a stream") & O_ACCMODE;
  uint64_t rights = (mode == O_WRONLY ? 0 : LANDLOCK_ACCESS_FS_READ_FILE) |
                    (mode == O_RDONLY ? 0 : LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE) |
                    (S_ISCHR(status.st_mode) ? IOCTL_DEVICE : 0);
  struct landlock_path_beneath_attr rule = {rights & known, stream};
  if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == -1)
    require(errno == EBADFD, "allow a stream");
}

static void hold_to_files(void) {
  int version = need(syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION), "landlock");
  uint64_t known = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
  known |= (version >= 2 ? LANDLOCK_ACCESS_FS_REFER : 0) | (version >= 3 ? TRUNCATE : 0) | (version >= 5 ? IOCTL_DEVICE : 0);
  struct landlock_ruleset_attr attributes = {.handled_access_fs = known};
  int rules = need(syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0), "landlock");
  for (size_t i = 0; i < sizeof plan_rights / sizeof plan_rights[0]; i++) {
    int place = need(open(plan_rights[i].path, O_PATH | O_CLOEXEC), plan_rights[i].path);
    struct landlock_path_beneath_attr rule = {plan_rights[i].rights & known, place};
    need(syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0), plan_rights[i].path);
    close(place);
  }
  for (int stream = 0; stream < 3; stream++)
    allow_reopening(rules, stream, known);
  need(syscall(SYS_landlock_restrict_self, rules, version >= 7 ? 1 : 0), "landlock");
  close(rules);
}

static void try_layers(void) {
  require(mknod("/tmp/.device", S_IFCHR, makedev(1, 3)) == -1 && errno == EACCES, "rely on Landlock");
  struct statfs status;
  require(statfs("/", &status) == 0 && (status.f_flags & ST_RDONLY), "rely on the read-only root");
  int internet = need(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(0xC6336401)};
  require(connect(internet, (struct sockaddr *)&address, sizeof address) == -1 && errno == ENETUNREACH,
          "rely on the network namespace");
  close(internet);
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};
  require(syscall(SYS_capget, &header, sets) == 0 && !(sets[0].effective | sets[0].permitted | sets[0].inheritable) &&
              !(sets[1].effective | sets[1].permitted | sets[1].inheritable),
          "rely on the empty capability sets");
  require(prctl(PR_CAPBSET_READ, CAP_LAST_CAP, 0, 0, 0) == 0 && prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN, 0, 0, 0) == 0,
          "rely on the empty bounding set");
  require(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, "rely on no_new_privs");
}

// The calls of Sources/Linux/Attempt.swift.
static void try_filter(void) {
  static const struct {
    long number, arguments[3];
    int error;
  } attempts[] = {
      {SYS_bpf, {INT_MAX}, EPERM},
      {SYS_clone3, {0}, ENOSYS},
      {SYS_io_uring_setup, {0}, ENOSYS},
      {SYS_ioctl, {INT_MAX, 0x100005412}, EPERM},
      {SYS_keyctl, {INT_MAX}, EPERM},
      {SYS_move_mount, {INT_MAX, 0, INT_MAX}, EPERM},
      {SYS_perf_event_open, {0}, EPERM},
      {SYS_socket, {AF_VSOCK, SOCK_STREAM}, EAFNOSUPPORT},
      {SYS_unshare, {INT_MAX}, EPERM},
      {SYS_userfaultfd, {INT_MAX}, EPERM},
  };
  for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
    const long *arguments = attempts[i].arguments;
    long result = syscall(attempts[i].number, arguments[0], arguments[1], arguments[2], 0, 0, 0);
    require(result == -1 && errno == attempts[i].error, "rely on the filter");
  }
}

static int become_program(void *unused) {
  (void)unused;
  char folder[4096];
  need(chdir(plan_folder), plan_folder);
  require(syscall(SYS_getcwd, folder, sizeof folder) > 0 && folder[0] == '/', "the current folder");
  need(setsid(), "setsid");
  struct rlimit none = {0, 0};
  need(setrlimit(RLIMIT_CORE, &none), "setrlimit");
  // CLONE_CLEAR_SIGHAND would leave ignored what the caller ignores.
  for (int number = 1; number < 32; number++)
    signal(number, SIG_DFL);
  sigset_t empty;
  sigemptyset(&empty);
  need(sigprocmask(SIG_SETMASK, &empty, NULL), "sigprocmask");
  need(close_range(3, ~0U, CLOSE_RANGE_CLOEXEC), "close_range");
  hold_to_files();
  try_layers();
  struct sock_fprog filter = {.len = sizeof plan_filter / sizeof plan_filter[0], .filter = (struct sock_filter *)plan_filter};
  need(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter), "seccomp");
  try_filter();
  execve(program[0], program, (char **)plan_environment);
  fail(program[0]);
  return 0;
}

// --- PID 1 and the launcher.

static int signal_queue(int last) {
  sigset_t set;
  sigemptyset(&set);
  int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM, SIGCONT, SIGTSTP, SIGWINCH, last};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
    sigaddset(&set, numbers[i]);
  need(sigprocmask(SIG_BLOCK, &set, NULL), "sigprocmask");
  return need(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
}

// Passes signals on to a process, but for the last of its queue. In PID 1 those from outside have no sender.
static void pass_signals_on(int queue, pid_t process, uint32_t last, int only_from_outside) {
  struct signalfd_siginfo info;
  while (read(queue, &info, sizeof info) == sizeof info)
    if (info.ssi_signo != last && !(only_from_outside && info.ssi_pid != 0))
      kill(process, (int)info.ssi_signo);
}

static void attend(pid_t process, int queue, int lifeline) {
  struct pollfd waiting[] = {{.fd = queue, .events = POLLIN}, {.fd = lifeline, .events = POLLIN}};
  for (;;) {
    if (poll(waiting, 2, -1) == -1)
      continue;
    if (waiting[1].revents)
      _exit(125);
    pass_signals_on(queue, process, SIGCHLD, 1);
    siginfo_t info = {0};
    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) == 0 && info.si_pid != 0)
      if (info.si_pid == process)
        _exit(info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status);
  }
}

static _Alignas(64) char program_stack[64 * 1024];

static void be_init(int is_root, uid_t user, gid_t group, int lifeline, char **arguments) {
  char go_ahead;
  for (char **argument = arguments; *argument != NULL; argument++)
    memset(*argument, 0, strlen(*argument));
  for (char **variable = environ; *variable != NULL; variable++)
    memset(*variable, 0, strlen(*variable));
  need(close_range((unsigned)lifeline + 1, ~0U, 0), "close_range");
  if (lifeline > 3)
    need(close_range(3, (unsigned)lifeline - 1, 0), "close_range");
  if (is_root) {
    require(read(lifeline, &go_ahead, 1) == 1, "the launcher is gone");
    need(setgroups(0, NULL), "setgroups");
  } else {
    // A map of the own ids may be written from inside, which spares the way to the launcher and back.
    char map[64];
    write_file("/proc/self/uid_map", map, (size_t)snprintf(map, sizeof map, "%u %u 1\n", PLAN_USER, user));
    write_file("/proc/self/setgroups", "deny", 4);
    write_file("/proc/self/gid_map", map, (size_t)snprintf(map, sizeof map, "%u %u 1\n", PLAN_GROUP, group));
  }
  need(setsid(), "setsid");
  need(setresgid(PLAN_GROUP, PLAN_GROUP, PLAN_GROUP), "setresgid");
  need(setresuid(PLAN_USER, PLAN_USER, PLAN_USER), "setresuid");
  need(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL), "keyctl");
  need(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl");
  umask(022);
  pid_t helper = begin_network();
  for (size_t i = 0; i < sizeof plan_steps / sizeof plan_steps[0]; i++)
    execute(&plan_steps[i], helper);
  int queue = signal_queue(SIGCHLD);
  int flags = CLONE_VM | CLONE_VFORK | SIGCHLD;
  pid_t process = need(clone(become_program, program_stack + sizeof program_stack, flags, NULL), "clone");
  need(close_range(0, 2, 0), "close_range");
  attend(process, queue, lifeline);
}

static void map_ids(pid_t init, uid_t user, gid_t group) {
  char path[64], map[64];
  snprintf(path, sizeof path, "/proc/%d/uid_map", init);
  write_file(path, map, (size_t)snprintf(map, sizeof map, "%u %u 1\n", PLAN_USER, user));
  snprintf(path, sizeof path, "/proc/%d/gid_map", init);
  write_file(path, map, (size_t)snprintf(map, sizeof map, "%u %u 1\n", PLAN_GROUP, group));
}

int main(int count, char **arguments) {
  int is_root = geteuid() == 0, pipes[2], init_descriptor = -1;
  // root's sandboxes have a user of their own each, as capsrun's have.
  uid_t user = is_root ? PLAN_RESERVED_USERS + (uid_t)getpid() : geteuid();
  gid_t group = is_root ? PLAN_RESERVED_USERS + (gid_t)getpid() : getegid();
  char **own = calloc((size_t)count + 1, sizeof *own);
  for (int i = 1; i < count; i++)
    own[i - 1] = strdup(arguments[i]);
  program = count > 1 ? own : (char **)plan_program;
  signal(SIGCHLD, SIG_DFL);
  int queue = signal_queue(SIGPIPE);
  need(pipe2(pipes, O_CLOEXEC), "pipe2");
  struct clone_args clone_arguments = {
      .flags = PLAN_NAMESPACES | CLONE_PIDFD, .exit_signal = SIGCHLD, .pidfd = (uint64_t)(uintptr_t)&init_descriptor};
  pid_t init = need(syscall(SYS_clone3, &clone_arguments, sizeof clone_arguments), "clone3");
  if (init == 0)
    be_init(is_root, user, group, pipes[0], arguments);
  close(pipes[0]);
  if (is_root) {
    map_ids(init, user, group);
    require(write(pipes[1], "", 1) == 1, "tell PID 1");
  }
  struct pollfd waiting[] = {{.fd = queue, .events = POLLIN}, {.fd = init_descriptor, .events = POLLIN}};
  do {
    if (poll(waiting, 2, -1) > 0)
      pass_signals_on(queue, init, SIGPIPE, 0);
  } while (!waiting[1].revents);
  siginfo_t info = {0};
  need(waitid(P_PID, (id_t)init, &info, WEXITED), "waitid");
  _exit(info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status);
}
