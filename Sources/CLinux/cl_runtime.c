#include "cl_processes.h"

#include <stdbool.h>

// What Swift's runtime would bring itself. A static program that has these does not take them from the runtime's archive, and with
// them not what they do at each start of a program, before main: read /proc/self/maps for the arguments, and look for a program
// that prints the stack after a crash. A variable of the environment could name that program, and it would run with our rights.

char **_swift_stdlib_getUnsafeArgvArgc(int *count) {
  *count = cl_argument_count();
  return cl_arguments();
}

// All off: there is no such program. The runtime reads it when it reports a fatal error.
const int _swift_backtraceSettings[64] = {0};

// Asked by what prints stacks alone.
bool _swift_backtrace_isThunkFunction(const char *name) {
  (void)name;
  return false;
}
