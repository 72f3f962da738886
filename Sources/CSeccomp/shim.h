#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

/// Writes the name of a system call, at most `capacity` bytes with the NUL; returns 0 for a number without one.
static inline int cs_call_name(uint32_t architecture, int number, char *text, size_t capacity) {
  char *name = seccomp_syscall_resolve_num_arch(architecture, number);
  if (name == NULL)
    return 0;
  strncpy(text, name, capacity - 1);
  text[capacity - 1] = '\0';
  free(name);
  return 1;
}
