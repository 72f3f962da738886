// Marks: numbers in the limit RLIMIT_LOCKS, by which processes are found that descend from one.
#ifndef CL_MARKS_H
#define CL_MARKS_H

#include <stdint.h>

/// A process, and what stands in its limit.
struct cl_marked {
  int id;
  uint64_t mark;
};

/// Puts a mark on the calling process; EPERM when it is above the hard limit.
int cl_put_mark(uint64_t mark);

/// The highest mark that the calling process could put on itself.
int cl_highest_mark(uint64_t *mark);

/// Walks over all processes of /proc, which `folder` is open as. Writes those that have a mark, `most` at the most, and returns how many
/// there are, which may be more. Others than the caller may ask for are left out.
int cl_marked_processes(int folder, struct cl_marked *found, int most);

/// The mark of one process, 0 for none.
int cl_mark_of(int id, uint64_t *mark);

#endif
