// What /proc and /sys tell or let change, and other processes through them.
#include "probe.h"

#include <dirent.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>

static const char *of_init(const char *name) {
  static char path[100];
  snprintf(path, sizeof path, "/proc/%d/%s", context.init, name);
  return path;
}

static struct outcome opens_of_init(const struct check *check) { return judge(open(of_init(check->path), check->number)); }

static struct outcome reads_of_init(const struct check *check) {
  struct check there = *check;
  there.path = of_init(check->path);
  return reads(&there);
}

// Its length is shown in any case.
static struct outcome reads_command_line(const struct check *check) {
  static char text[1 << 17];
  ssize_t length = slurp(of_init("cmdline"), text, sizeof text);
  for (ssize_t i = 0; i < length; i++)
    if (text[i]) return outcome(SUCCEEDED, 0, "%.100s", text + i);
  return length < 0 ? judge(-1) : outcome(REFUSED, 0, "%zd bytes, all empty", length);
}

static struct outcome follows(const struct check *check) {
  char target[200] = "";
  long length = readlink(of_init(check->path), target, sizeof target - 1);
  return length < 0 ? judge(-1) : outcome(SUCCEEDED, 0, "%.150s", target);
}

static struct outcome lists(const struct check *check) {
  const char *path = check->path[0] == '/' ? check->path : of_init(check->path);
  DIR *folder = opendir(path);
  if (!folder) return judge(-1);
  int count = 0;
  while (readdir(folder)) count++;
  return count > 2 ? outcome(SUCCEEDED, 0, "%d entries", count - 2) : outcome(ABSENT, 0, "empty");
}

static struct outcome seizes_init(const struct check *check) {
  // Which does not stop it, and ends with this process.
  return judge(ptrace(PTRACE_SEIZE, context.init, 0, 0));
}

// An address that is not zero.
static struct outcome reads_addresses(const struct check *check) {
  static char symbols[1 << 16];
  if (slurp("/proc/kallsyms", symbols, sizeof symbols) <= 0) return judge(-1);
  char *rest = symbols;
  for (char *line; (line = strsep(&rest, "\n"));)
    if (strtoull(line, NULL, 16) && strlen(line) > 16) return outcome(SUCCEEDED, 0, "addresses are shown");
  // Some machines show them to nobody.
  return outcome(context.is_control ? ABSENT : REFUSED, 0, "all are zero");
}

static struct outcome finds_text(const struct check *check) {
  static char text[1 << 18];
  if (slurp(check->path, text, sizeof text) < 0) return judge(-1);
  const char *wanted = check->number ? "capsprobe-key" : context.world;
  return strstr(text, wanted) ? outcome(SUCCEEDED, 0, "shows %s", wanted) : outcome(REFUSED, 0, "does not show it");
}

static char writable[160];
static int tried;

static int try_writing(const char *path, const struct stat *status, int kind, struct FTW *place) {
  // Everybody may open the first, and only who has CAP_CHECKPOINT_RESTORE over the pid namespace may write; the others are
  // settings of the pid and ipc namespaces.
  const char *own[] = {"kernel/ns_last_pid", "kernel/pid_max", "kernel/auto_msgmni", "kernel/msg", "kernel/sem", "kernel/shm", "fs/mqueue"};
  for (size_t i = 0; i < LENGTH(own); i++)
    if (!strncmp(path + strlen("/proc/sys/"), own[i], strlen(own[i])) && !strncmp(path, "/proc/sys/", 10)) return 0;
  if (kind != FTW_F || writable[0]) return 0;
  tried++;
  int file = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return 0;
  close(file);
  snprintf(writable, sizeof writable, "%s", path);
  return 0;
}

static struct outcome finds_writable(const struct check *check) {
  struct stat status;
  if (stat(check->path, &status)) return judge(-1);
  nftw(check->path, try_writing, 32, FTW_PHYS);
  return writable[0] ? outcome(SUCCEEDED, 0, "%s can be written", writable)
                     : outcome(REFUSED, 0, "none of %d can be written", tried);
}

// The harness has one there of this name.
static struct outcome sees_processes(const struct check *check) {
  DIR *folder = opendir("/proc");
  if (!folder) return judge(-1);
  for (struct dirent *entry; (entry = readdir(folder));) {
    char path[300], text[400];
    if (!atoi(entry->d_name)) continue;
    snprintf(path, sizeof path, "/proc/%s/comm", entry->d_name);
    if (slurp(path, text, sizeof text) > 0 && !strncmp(text, "capsprobe-host", 14))
      return outcome(SUCCEEDED, 0, "%s of the host", path);
  }
  return outcome(REFUSED, 0, " ");
}

static struct outcome is_not_proc(const struct check *check) {
  struct statfs status;
  const char *path = context.is_control ? "/" : "/proc";
  if (statfs(path, &status)) return judge(-1);
  return outcome(status.f_type == 0x9fa0 ? REFUSED : SUCCEEDED, 0, "type %lx", (long)status.f_type);
}

#define READS(row, name) {"T-" row ".proc-" name, "read /proc/" name, reads, 0, {0}, "/proc/" name}
#define WRITES(row, id, file) {"T-" row "." id, "open " file " for writing", opens, O_WRONLY, {0}, file}

const struct check proc[] = {
    {"T-01.init-exe", "open the executable of PID 1", opens_of_init, O_RDONLY, {0}, "exe"},
    {"T-03.proc-type", "find something else at /proc", is_not_proc},
    READS("03", "kcore"),
    WRITES("03", "core_pattern", "/proc/sys/kernel/core_pattern"),
    WRITES("03", "sysrq-trigger", "/proc/sysrq-trigger"),
    WRITES("03", "modprobe", "/proc/sys/kernel/modprobe"),
    {"T-03.sysctl", "open any file below /proc/sys for writing", finds_writable, 0, {0}, "/proc/sys"},
    {"T-03.sys", "open any file below /sys for writing", finds_writable, 0, {0}, "/sys/kernel"},
    {"T-18.seize-init", "trace PID 1", seizes_init},
    {"T-18.init-memory", "open the memory of PID 1", opens_of_init, O_RDWR, {0}, "mem"},
    {"T-18.init-system-call", "see what PID 1 calls", reads_of_init, 0, {0}, "syscall"},
    READS("27", "keys"),
    READS("27", "timer_list"),
    READS("27", "kmsg"),
    READS("27", "slabinfo"),
    READS("27", "vmallocinfo"),
    READS("27", "pagetypeinfo"),
    READS("27", "kpageflags"),
    READS("27", "key-users"),
    READS("27", "cmdline"),
    READS("27", "interrupts"),
    READS("27", "softirqs"),
    READS("27", "config.gz"),
    READS("27", "partitions"),
    READS("27", "diskstats"),
    READS("27", "modules"),
    READS("27", "buddyinfo"),
    READS("27", "zoneinfo"),
    READS("27", "vmstat"),
    {"T-27.boot-id", "read what identifies this boot", reads, 0, {0}, "/proc/sys/kernel/random/boot_id"},
    {"T-27.addresses", "read addresses of the kernel", reads_addresses},
    {"T-27.acpi", "list /proc/acpi", lists, 0, {0}, "/proc/acpi"},
    {"T-27.bus", "list /proc/bus", lists, 0, {0}, "/proc/bus"},
    {"T-27.fs", "list /proc/fs", lists, 0, {0}, "/proc/fs"},
    {"T-27.irq", "list /proc/irq", lists, 0, {0}, "/proc/irq"},
    {"T-27.sys-firmware", "list /sys/firmware", lists, 0, {0}, "/sys/firmware"},
    {"T-27.sys-block", "list /sys/block", lists, 0, {0}, "/sys/block"},
    {"T-27.host-processes", "see a process of the host", sees_processes},
    {"T-27.mountinfo", "read the host's paths in mountinfo", finds_text, 0, {0}, "/proc/self/mountinfo"},
    {"T-14.callers-keys", "see a key of the caller", finds_text, 1, {0}, "/proc/keys"},
    {"T-28.init-cwd", "follow PID 1's working folder", follows, 0, {0}, "cwd"},
    {"T-28.init-root", "follow PID 1's root", follows, 0, {0}, "root"},
    {"T-28.init-exe", "follow PID 1's executable", follows, 0, {0}, "exe"},
    {"T-28.init-fd", "list PID 1's descriptors", lists, 0, {0}, "fd"},
    {"T-28.init-fd-0", "follow PID 1's standard input", follows, 0, {0}, "fd/0"},
    {"T-28.init-map", "list PID 1's mapped files", lists, 0, {0}, "map_files"},
    {"T-28.init-shadow", "open /etc/shadow through PID 1's root", opens_of_init, O_RDONLY, {0}, "root/etc/shadow"},
    {"T-28.init-environment", "read PID 1's environment", reads_of_init, 0, {0}, "environ"},
    {"T-28.init-command-line", "read PID 1's command line", reads_command_line},
    {"T-28.init-maps", "read where PID 1's memory lies", reads_of_init, 0, {0}, "maps"},
    {"T-28.shadow", "open /etc/shadow", opens, O_RDONLY, {0}, "/etc/shadow"},
    END,
};
