#define _GNU_SOURCE
#include "cl_text.h"

#include <string.h>

const char *cl_error_name(int number) { return strerrorname_np(number); }

const char *cl_error_description(int number) { return strerrordesc_np(number); }

const char *cl_signal_name(int number) { return sigabbrev_np(number); }

long cl_find(const void *bytes, size_t count, const void *text, size_t length) {
  const void *found = memmem(bytes, count, text, length);
  return found == NULL ? -1 : (const char *)found - (const char *)bytes;
}
