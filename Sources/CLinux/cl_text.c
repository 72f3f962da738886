#define _GNU_SOURCE
#include "cl_text.h"

#include <string.h>

const char *cl_error_name(int number) { return strerrorname_np(number); }

const char *cl_error_description(int number) { return strerrordesc_np(number); }

const char *cl_signal_name(int number) { return sigabbrev_np(number); }
