// Moments: when something happened, written down by several processes in memory that they share.
#ifndef CL_MOMENTS_H
#define CL_MOMENTS_H

#include <stdint.h>

struct cl_moments;

/// Makes room for 250 moments, which the children of this process share; NULL and errno on failure.
struct cl_moments *cl_moments_make(void);

/// Writes down that `what` has happened now. What comes after the last room is not kept.
void cl_moments_add(struct cl_moments *moments, uint32_t what);

/// How many there are, and one of them: what it was, and at which nanosecond of a clock that never goes back.
uint32_t cl_moments_count(const struct cl_moments *moments);
uint32_t cl_moments_what(const struct cl_moments *moments, uint32_t index);
uint64_t cl_moments_time(const struct cl_moments *moments, uint32_t index);

#endif
