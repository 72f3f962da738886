// System calls through other interfaces than the processor's own. Only on x86_64 there are any.
#include "probe.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#ifdef __x86_64__
#define CODE_SOCKET 0xb8, 0x67, 1, 0, 0, /* eax = socket */                                        \
                    0xbb, 0x26, 0, 0, 0, /* ebx = AF_ALG */                                        \
                    0xb9, 5, 0, 0, 0,    /* ecx = SOCK_SEQPACKET */                                \
                    0x31, 0xd2, 0xcd, 0x80
#define CODE_GETPID 0xb8, 20, 0, 0, 0, 0xcd, 0x80
// Ends with 7, which shows that the call before came back.
#define CODE_EXIT 0xbb, 7, 0, 0, 0, 0xb8, 1, 0, 0, 0, 0xcd, 0x80

static int executes_32_bit(const void *argument) {
  static const unsigned char getpid_program[] = {CODE_GETPID, CODE_EXIT}, socket_program[] = {CODE_SOCKET, CODE_EXIT};
  bool is_socket = *(const long *)argument == 1;
  const unsigned char *code = is_socket ? socket_program : getpid_program;
  size_t length = is_socket ? sizeof socket_program : sizeof getpid_program;
  struct { Elf32_Ehdr header; Elf32_Phdr segment; unsigned char code[64]; } file = {
      .header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, EV_CURRENT}, .e_type = ET_EXEC,
                 .e_machine = EM_386, .e_version = EV_CURRENT, .e_ehsize = sizeof(Elf32_Ehdr),
                 .e_phoff = sizeof(Elf32_Ehdr), .e_phentsize = sizeof(Elf32_Phdr), .e_phnum = 1,
                 .e_entry = 0x8048000 + sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr)},
      .segment = {.p_type = PT_LOAD, .p_vaddr = 0x8048000, .p_filesz = 200, .p_memsz = 200, .p_flags = PF_R | PF_X,
                  .p_align = 0x1000}};
  memcpy(file.code, code, length);
  file.segment.p_filesz = file.segment.p_memsz = sizeof file;
  int memory = memfd_create("capsprobe", MFD_CLOEXEC);
  if (memory < 0 || write(memory, &file, sizeof file) != sizeof file) return 1;
  char *const none[] = {NULL};
  syscall(SYS_execveat, memory, "", none, none, AT_EMPTY_PATH);
  return errno == ENOEXEC ? 2 : 3;
}

static struct outcome runs_32_bit(const struct check *check) {
  int code = in_child(executes_32_bit, &check->number);
  if (code == 128 + 31) return outcome(REFUSED, 0, "killed by SIGSYS");
  if (code == 2) return outcome(ABSENT, ENOEXEC, "the kernel runs no 32-bit programs");
  if (code == 7) return outcome(SUCCEEDED, 0, "a 32-bit program ran");
  return outcome(NOT_TRIED, 0, "ended with %d", code);
}

// From a 64-bit program. Without the interface the processor faults, which is no refusal of a filter.
static int interrupts(const void *argument) {
  long answer;
  __asm__ volatile("int $0x80" : "=a"(answer) : "a"(*(const long *)argument), "b"(0L), "c"(0x5412L), "d"(0L) : "memory");
  return answer == -38 ? 9 : 7;
}

static struct outcome calls_by_interrupt(const struct check *check) {
  int code = in_child(interrupts, &check->number);
  if (code == 128 + 31) return outcome(REFUSED, 0, "killed by SIGSYS");
  if (code == 128 + 11) return outcome(ABSENT, 0, "the kernel has no such interface");
  return outcome(code == 7 ? SUCCEEDED : REFUSED, 0, "ended with %d", code);
}

static struct outcome calls_x32(const struct check *check) { return judge(syscall(0x40000000 | check->number)); }

const struct check arch[] = {
    {"T-10.program-32", "run a 32-bit program", runs_32_bit, 0},
    {"T-10.program-32-af_alg", "make a socket of the kernel's cryptography in a 32-bit program", runs_32_bit, 1},
    {"T-10.interrupt", "call getpid by int 0x80", calls_by_interrupt, 20},
    {"T-10.interrupt-keyctl", "call keyctl by int 0x80", calls_by_interrupt, 288},
    {"T-08.tiocsti-interrupt", "type into the terminal by int 0x80", calls_by_interrupt, 54},
    {"T-10.x32", "call getpid by its number of x32", calls_x32, 39},
    END,
};
#else
const struct check arch[] = {END};
#endif
