// Runs a program and all its children one instruction at a time, and writes each address of the program's text the first
// time that it is executed: trace OUTPUT PROGRAM [ARGUMENT...]
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

// Where a static executable that is not relocated lies.
static const uint64_t text_start = 0x200000, text_end = 0x2000000;

static const long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC |
                            PTRACE_O_EXITKILL;

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

// Steps one stopped process on; a program that it has executed runs freely.
static void resume(pid_t process, int status) {
  int event = status >> 16;
  int signal = WSTOPSIG(status);
  int is_ours = event != 0 || signal == SIGTRAP || signal == SIGSTOP;
  long request = event == PTRACE_EVENT_EXEC ? PTRACE_CONT : PTRACE_SINGLESTEP;
  ptrace(request, process, NULL, is_ours ? 0 : signal);
}

int main(int count, char **arguments) {
  if (count < 3)
    return 64;
  FILE *output = fopen(arguments[1], "w");
  uint8_t *seen = calloc(text_end - text_start, 1);
  if (output == NULL || seen == NULL)
    return 1;
  pid_t first = fork();
  if (first == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    execv(arguments[2], arguments + 2);
    _exit(127);
  }
  int status;
  waitpid(first, &status, 0);
  ptrace(PTRACE_SETOPTIONS, first, NULL, options);
  ptrace(PTRACE_SINGLESTEP, first, NULL, NULL);
  pid_t process;
  while ((process = waitpid(-1, &status, __WALL)) > 0) {
    if (!WIFSTOPPED(status))
      continue;
    record(process, seen, output);
    resume(process, status);
  }
  return fclose(output) == 0 ? 0 : 1;
}
