// Runs a program and all its children one instruction at a time, and writes each address of the program's text the first
// time that it is executed; and of its variables each byte that one of them has changed when it ends:
// trace OUTPUT FIRST-VARIABLE END-OF-VARIABLES PROGRAM [ARGUMENT...], the addresses in hexadecimal
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

// Where a static executable that is not relocated lies.
static const uint64_t text_start = 0x200000, text_end = 0x2000000, page = 4096;

static const long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC |
                            PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL;

static void record(pid_t process, uint8_t *seen, FILE *output) {
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, process, NULL, &registers) == -1)
    return;
  uint64_t address = registers.rip;
  if (address < text_start || address >= text_end || seen[address - text_start])
    return;
  seen[address - text_start] = 1;
  fprintf(output, "%lx\n", address);
}

struct variables {
  uint64_t start, size;
  uint8_t *before, *now, *changed;
};

// Page by page: between two sections may be one that is not there, and is left as it was.
static void read_variables(pid_t process, const struct variables *variables, uint8_t *into) {
  for (uint64_t at = 0; at < variables->size;) {
    uint64_t address = variables->start + at, length = page - address % page;
    if (length > variables->size - at)
      length = variables->size - at;
    struct iovec here = {into + at, length}, there = {(void *)address, length};
    (void)process_vm_readv(process, &here, 1, &there, 1, 0);
    at += length;
  }
}

// Of a process that is about to end, and still is the program.
static void record_changes(pid_t process, struct variables *variables, FILE *output) {
  read_variables(process, variables, variables->now);
  for (uint64_t at = 0; at < variables->size; at++) {
    if (variables->changed[at] || variables->before[at] == variables->now[at])
      continue;
    variables->changed[at] = 1;
    fprintf(output, "%lx\n", variables->start + at);
  }
}

// Steps one stopped process on; a program that it has executed runs freely.
static void resume(pid_t process, int status) {
  int event = status >> 16;
  int signal = WSTOPSIG(status);
  int is_ours = event != 0 || signal == SIGTRAP || signal == SIGSTOP;
  long request = event == PTRACE_EVENT_EXEC ? PTRACE_CONT : PTRACE_SINGLESTEP;
  ptrace(request, process, NULL, is_ours ? 0 : signal);
}

int main(int count, char **arguments) {
  if (count < 5)
    return 64;
  FILE *output = fopen(arguments[1], "w");
  uint8_t *seen = calloc(text_end - text_start, 1);
  struct variables variables = {.start = strtoull(arguments[2], NULL, 16)};
  variables.size = strtoull(arguments[3], NULL, 16) - variables.start;
  variables.before = calloc(3, variables.size);
  if (output == NULL || seen == NULL || variables.before == NULL)
    return 1;
  variables.now = variables.before + variables.size;
  variables.changed = variables.now + variables.size;
  pid_t first = fork();
  if (first == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    execv(arguments[4], arguments + 4);
    _exit(127);
  }
  int status;
  waitpid(first, &status, 0);
  read_variables(first, &variables, variables.before);
  ptrace(PTRACE_SETOPTIONS, first, NULL, options);
  ptrace(PTRACE_SINGLESTEP, first, NULL, NULL);
  pid_t process;
  while ((process = waitpid(-1, &status, __WALL)) > 0) {
    if (!WIFSTOPPED(status))
      continue;
    if (status >> 16 == PTRACE_EVENT_EXIT)
      record_changes(process, &variables, output);
    record(process, seen, output);
    resume(process, status);
  }
  return fclose(output) == 0 ? 0 : 1;
}
