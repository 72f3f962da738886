#define _GNU_SOURCE
#include "cl_marks.h"

#include <errno.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int cl_put_mark(uint64_t mark) {
  struct rlimit limit = {mark, mark};
  return setrlimit(RLIMIT_LOCKS, &limit);
}

int cl_highest_mark(uint64_t *mark) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_LOCKS, &limit) == -1)
    return -1;
  *mark = limit.rlim_max;
  return 0;
}

int cl_mark_of(int id, uint64_t *mark) {
  struct rlimit limit;
  if (prlimit(id, RLIMIT_LOCKS, NULL, &limit) == -1)
    return -1;
  // What is not limited at all, or may be raised, is not from here; a process may lower the soft one as it likes.
  *mark = limit.rlim_max == RLIM_INFINITY ? 0 : limit.rlim_max;
  return 0;
}

struct entry {
  uint64_t inode, offset;
  unsigned short length;
  unsigned char type;
  char name[];
};

// 0 for a name that is no number.
static int number(const char *name) {
  int value = 0;
  for (; *name >= '0' && *name <= '9' && value < 100000000; name++)
    value = value * 10 + (*name - '0');
  return *name == '\0' ? value : 0;
}

int cl_marked_processes(int folder, struct cl_marked *found, int most) {
  _Alignas(8) char buffer[16384];
  int count = 0;
  if (lseek(folder, 0, SEEK_SET) == -1)
    return -1;
  for (;;) {
    long length = syscall(SYS_getdents64, folder, buffer, sizeof buffer);
    if (length <= 0)
      return length == 0 ? count : -1;
    for (long place = 0; place < length;) {
      const struct entry *entry = (const struct entry *)(buffer + place);
      place += entry->length;
      int id = number(entry->name);
      uint64_t mark = 0;
      if (id == 0 || cl_mark_of(id, &mark) == -1 || mark == 0)
        continue;
      if (count < most)
        found[count] = (struct cl_marked){id, mark};
      count++;
    }
  }
}
