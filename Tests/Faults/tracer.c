// Runs a command with all processes that it makes under ptrace(2), as long as they are the command's own program: writes
// their system calls down, makes one of them fail, or kills a process before it makes one.
//
//   tracer [-u USER] [-r] [-f PROCESS:CALL:COUNT:ERROR | -F CALL:ERROR | -k PROCESS:CALL:COUNT] [-t SECONDS] -o FILE COMMAND...
//
// A process is named by its place among those that made it: "0" is the first, "0.2" the second one that it made. What each
// line of FILE says is in scripts/faultlib/tracing.py, which reads it.
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "calls.h"

enum { MOST_CALLS = 1024, MOST_PROCESSES = 256, MOMENTS = 250 };

struct process {
  pid_t id;
  char name[64];
  // Of another program, which is let run; not named yet, as its maker has not told of it; and new, before its first stop.
  bool is_foreign, is_unnamed, is_new;
  bool is_waiting, has_ended;
  int children;
  unsigned short counts[MOST_CALLS];
  int call;
  uint64_t arguments[6];
  char text[200];
  unsigned number;
  int error;
};

static struct process processes[MOST_PROCESSES];
static int process_count;
static FILE *report;

static struct {
  bool is_recording;
  // What is to fail or to be killed: of this process, or of any when it is empty; this call; the so-manieth, or all for 0.
  char process[64];
  int call;
  unsigned count;
  int error;
  bool kills;
} order = {.call = -1};

static bool was_reached;
static uint64_t moments_place;
static unsigned moments_seen;
static unsigned calls_seen;
static struct timespec ended_at;
static bool is_ending;
static volatile sig_atomic_t is_late;

static void fail(const char *what) {
  fprintf(stderr, "tracer: %s: %s\n", what, strerror(errno));
  exit(100);
}

static const char *call_name(int number, char buffer[16]) {
  for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
    if (calls[i].number == number)
      return calls[i].name;
  snprintf(buffer, 16, "call_%d", number);
  return buffer;
}

static int call_number(const char *name) {
  for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
    if (strcmp(calls[i].name, name) == 0)
      return calls[i].number;
  int number = -1;
  if (sscanf(name, "call_%d", &number) != 1) {
    fprintf(stderr, "tracer: there is no system call %s\n", name);
    exit(64);
  }
  return number;
}

static struct process *find(pid_t id) {
  for (int i = 0; i < process_count; i++)
    if (processes[i].id == id && !processes[i].has_ended)
      return &processes[i];
  return NULL;
}

static struct process *add(pid_t id) {
  if (process_count == MOST_PROCESSES) {
    errno = EMFILE;
    fail("too many processes");
  }
  struct process *process = &processes[process_count++];
  *process = (struct process){.id = id, .is_new = true, .is_unnamed = true, .call = -1};
  return process;
}

static bool read_memory(pid_t id, uint64_t place, void *bytes, size_t count) {
  struct iovec local = {bytes, count}, remote = {(void *)(uintptr_t)place, count};
  return process_vm_readv(id, &local, 1, &remote, 1, 0) == (ssize_t)count;
}

static void read_text(pid_t id, uint64_t place, char *text, size_t capacity) {
  // Not beyond the page, behind which there may be nothing.
  size_t count = 4096 - place % 4096;
  if (count > capacity - 1)
    count = capacity - 1;
  if (!read_memory(id, place, text, count))
    count = 0;
  text[count] = 0;
  for (char *letter = text; *letter; letter++)
    if (*letter < ' ')
      *letter = ' ';
}

// What a call is about, for people: the path in the argument that the letter of this table names, or else numbers.
static void describe(struct process *process, const char *name) {
  static const struct {
    const char *name;
    int argument;
  } texts[] = {{"open", 0},     {"openat", 1},     {"openat2", 1},  {"mkdirat", 1},   {"mkdir", 0},     {"mount", 1},
               {"execve", 0},   {"chdir", 0},      {"faccessat", 1}, {"faccessat2", 1}, {"newfstatat", 1}, {"statx", 1},
               {"readlink", 0}, {"readlinkat", 1}, {"symlinkat", 0}, {"unlinkat", 1},  {"open_tree", 1}, {"sethostname", 0},
               {"access", 0},   {"mknod", 0},      {"mknodat", 1},  {"statfs", 0},    {"renameat2", 1}, {"write", 1}};
  process->text[0] = 0;
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
    if (strcmp(texts[i].name, name) == 0)
      return read_text(process->id, process->arguments[texts[i].argument], process->text, sizeof process->text);
  snprintf(process->text, sizeof process->text, "%llx, %llx", (unsigned long long)process->arguments[0],
           (unsigned long long)process->arguments[1]);
}

// The marks of --trace-timing since the last look, in the memory that all processes of the start share.
static void read_moments(struct process *process) {
  struct {
    uint32_t count, what[MOMENTS];
  } moments;
  if (!order.is_recording || moments_place == 0 || !read_memory(process->id, moments_place, &moments, sizeof moments))
    return;
  for (; moments_seen < moments.count && moments_seen < MOMENTS; moments_seen++)
    fprintf(report, "mark\t%u\n", moments.what[moments_seen]);
}

static void write_call(struct process *process, long result) {
  char buffer[16];
  if (order.is_recording)
    fprintf(report, "call\t%u\t%s\t%s\t%u\t%ld\t%s\n", process->number, process->name, call_name(process->call, buffer),
            process->counts[process->call], result, process->text);
}

// Instead of the call something that every filter allows; what it returns is replaced.
static void replace_call(pid_t id) {
#if defined(__x86_64__)
  if (ptrace(PTRACE_POKEUSER, id, (void *)offsetof(struct user_regs_struct, orig_rax), (void *)(long)SYS_getpid) == -1)
    fail("cannot replace a call");
#elif defined(__aarch64__)
  int number = SYS_getpid;
  struct iovec part = {&number, sizeof number};
  if (ptrace(PTRACE_SETREGSET, id, (void *)NT_ARM_SYSTEM_CALL, &part) == -1)
    fail("cannot replace a call");
#endif
}

static void replace_result(pid_t id, long result) {
#if defined(__x86_64__)
  if (ptrace(PTRACE_POKEUSER, id, (void *)offsetof(struct user_regs_struct, rax), (void *)result) == -1)
    fail("cannot replace a result");
#elif defined(__aarch64__)
  struct user_regs_struct registers;
  struct iovec part = {&registers, sizeof registers};
  if (ptrace(PTRACE_GETREGSET, id, (void *)NT_PRSTATUS, &part) == -1)
    fail("cannot read registers");
  registers.regs[0] = (unsigned long long)result;
  if (ptrace(PTRACE_SETREGSET, id, (void *)NT_PRSTATUS, &part) == -1)
    fail("cannot replace a result");
#endif
}

static void expect_end(int seconds) {
  if (is_ending)
    return;
  is_ending = true;
  clock_gettime(CLOCK_MONOTONIC, &ended_at);
  alarm((unsigned)seconds);
}

static void enter(struct process *process, const struct __ptrace_syscall_info *info) {
  char buffer[16];
  process->call = info->entry.nr < MOST_CALLS ? (int)info->entry.nr : MOST_CALLS - 1;
  for (int i = 0; i < 6; i++)
    process->arguments[i] = info->entry.args[i];
  process->counts[process->call]++;
  process->number = ++calls_seen;
  process->error = 0;
  if (order.is_recording) {
    read_moments(process);
    describe(process, call_name(process->call, buffer));
    // These do not come back.
    if (process->call == SYS_exit || process->call == SYS_exit_group)
      write_call(process, 0);
  }
  if (order.call != process->call || (order.process[0] && strcmp(order.process, process->name) != 0) ||
      (order.count != 0 && order.count != process->counts[process->call]))
    return;
  was_reached = true;
  if (order.kills) {
    // By its number, which stays its own until its end has been seen here.
    kill(process->id, SIGKILL);
    expect_end(10);
  } else {
    process->error = order.error;
    replace_call(process->id);
  }
}

static void leave(struct process *process, const struct __ptrace_syscall_info *info) {
  long result = (long)info->exit.rval;
  if (process->error) {
    result = -process->error;
    replace_result(process->id, result);
    process->error = 0;
  }
  if (process->call == SYS_mmap && moments_place == 0 && result > 0 &&
      (process->arguments[3] & (MAP_SHARED | MAP_ANONYMOUS)) == (MAP_SHARED | MAP_ANONYMOUS))
    moments_place = (uint64_t)result;
  write_call(process, result);
}

static void look_at_call(struct process *process) {
  struct __ptrace_syscall_info info;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, process->id, (void *)sizeof info, &info) == -1)
    return;
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
    enter(process, &info);
  else if (info.op == PTRACE_SYSCALL_INFO_EXIT && process->call >= 0)
    leave(process, &info);
}

static void go_on(struct process *process, int signal) {
  // It may have been killed meanwhile.
  if (ptrace(process->is_foreign ? PTRACE_CONT : PTRACE_SYSCALL, process->id, NULL, (void *)(long)signal) == -1 && errno != ESRCH)
    fail("cannot let a process go on");
}

static void name_child(struct process *parent) {
  unsigned long id = 0;
  if (ptrace(PTRACE_GETEVENTMSG, parent->id, NULL, &id) == -1)
    return;
  struct process *child = find((pid_t)id);
  if (child == NULL)
    child = add((pid_t)id);
  if (snprintf(child->name, sizeof child->name, "%s.%d", parent->name, ++parent->children) >= (int)sizeof child->name)
    fail("too many generations");
  child->is_unnamed = false;
  child->is_foreign = parent->is_foreign;
  uint64_t flags = parent->arguments[0];
  if (parent->call == SYS_clone3)
    read_memory(parent->id, parent->arguments[0], &flags, sizeof flags);
  if (order.is_recording)
    fprintf(report, "process\t%s\t%llx\t%d\n", child->name, (unsigned long long)flags, child->is_foreign);
  if (child->is_waiting)
    go_on(child, 0);
}

static void stop(struct process *process, int status) {
  int signal = WSTOPSIG(status), event = status >> 16;
  if (process->is_new && signal == SIGSTOP) {
    process->is_new = false;
    if (process->is_unnamed)
      process->is_waiting = true;
    else
      go_on(process, 0);
    return;
  }
  if (signal == (SIGTRAP | 0x80)) {
    look_at_call(process);
    signal = 0;
  } else if (event == PTRACE_EVENT_CLONE || event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) {
    name_child(process);
    signal = 0;
  } else if (event == PTRACE_EVENT_EXEC) {
    if (process->call >= 0)
      write_call(process, 0);
    process->is_foreign = true;
    signal = 0;
  } else if (event != 0) {
    signal = 0;
  } else {
    siginfo_t info;
    if (ptrace(PTRACE_GETSIGINFO, process->id, NULL, &info) == -1)
      signal = 0;
  }
  go_on(process, signal);
}

static pid_t start(char **command, long user) {
  pid_t id = fork();
  if (id == -1)
    fail("fork");
  if (id != 0)
    return id;
  // With the rights of now, or else no program would gain any under the tracer, such as newuidmap.
  if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1)
    fail("cannot be traced");
  if (user >= 0 && (setgroups(0, NULL) == -1 || setresgid((gid_t)user, (gid_t)user, (gid_t)user) == -1 ||
                    setresuid((uid_t)user, (uid_t)user, (uid_t)user) == -1))
    fail("cannot become the user");
  raise(SIGSTOP);
  execv(command[0], command);
  fail(command[0]);
  return 0;
}

static void ring(int signal) {
  (void)signal;
  is_late = 1;
}

// Ends what is left; each is a tracee whose end has not been seen, so that its number is still its own.
static void give_up(void) {
  char buffer[16];
  for (int i = 0; i < process_count; i++)
    if (!processes[i].has_ended) {
      fprintf(report, "left\t%s\t%s\n", processes[i].is_unnamed ? "?" : processes[i].name,
              processes[i].is_foreign || processes[i].call < 0 ? "" : call_name(processes[i].call, buffer));
      kill(processes[i].id, SIGKILL);
    }
}

static void attend(pid_t first, int limit) {
  struct sigaction action = {.sa_handler = ring};
  sigaction(SIGALRM, &action, NULL);
  alarm((unsigned)limit);
  for (;;) {
    int status;
    pid_t id = waitpid(-1, &status, __WALL);
    if (is_late == 1) {
      is_late = 2;
      give_up();
    }
    if (id == -1 && errno == EINTR)
      continue;
    if (id == -1)
      break;
    struct process *process = find(id);
    if (WIFSTOPPED(status)) {
      stop(process ? process : add(id), status);
      continue;
    }
    if (process)
      process->has_ended = true;
    if (id == first) {
      fprintf(report, "ended\t%d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
      expect_end(10);
    }
  }
}

static void read_order(const char *text, bool names_process, bool has_error) {
  char copy[200], *rest = copy;
  snprintf(copy, sizeof copy, "%s", text);
  if (names_process)
    snprintf(order.process, sizeof order.process, "%s", strsep(&rest, ":"));
  const char *call = strsep(&rest, ":"), *count = names_process ? strsep(&rest, ":") : "0", *error = has_error ? strsep(&rest, ":") : "0";
  if (call == NULL || count == NULL || error == NULL) {
    fprintf(stderr, "tracer: wrong: %s\n", text);
    exit(64);
  }
  order.call = call_number(call);
  order.count = (unsigned)atoi(count);
  order.error = atoi(error);
}

int main(int count, char **arguments) {
  long user = -1;
  int limit = 20, option;
  while ((option = getopt(count, arguments, "+u:rf:F:k:t:o:")) != -1) {
    switch (option) {
    case 'u': user = atol(optarg); break;
    case 'r': order.is_recording = true; break;
    case 'f': read_order(optarg, true, true); break;
    case 'F': read_order(optarg, false, true); break;
    case 'k': read_order(optarg, true, false); order.kills = true; break;
    case 't': limit = atoi(optarg); break;
    case 'o': report = fopen(optarg, "we"); break;
    default: return 64;
    }
  }
  if (report == NULL || optind == count)
    return 64;
  // What loses its parent is reaped here and at once, not whenever the init of this machine gets to it.
  if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == -1)
    fail("cannot reap");
  pid_t first = start(arguments + optind, user);
  int status;
  if (waitpid(first, &status, 0) != first || !WIFSTOPPED(status))
    fail("the command does not stop");
  struct process *process = add(first);
  snprintf(process->name, sizeof process->name, "0");
  process->is_new = process->is_unnamed = false;
  long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
                 PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SETOPTIONS, first, NULL, (void *)options) == -1)
    fail("cannot trace");
  // Up to its first program, which is the one to look at.
  ptrace(PTRACE_CONT, first, NULL, NULL);
  if (waitpid(first, &status, 0) != first || status >> 8 != (SIGTRAP | PTRACE_EVENT_EXEC << 8))
    fail("the command cannot be executed");
  go_on(process, 0);
  attend(first, limit);
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  fprintf(report, "reached\t%d\ngone\t%lld\n", was_reached,
          (long long)(now.tv_sec - ended_at.tv_sec) * 1000000 + (now.tv_nsec - ended_at.tv_nsec) / 1000);
  return fclose(report) == 0 ? 0 : 100;
}
