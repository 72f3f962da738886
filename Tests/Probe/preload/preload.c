// A library that says who has loaded it: the pid namespace, as a line in the file that CAPSPROBE_LOG names.
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((constructor)) static void tell(void) {
  char line[100] = "";
  const char *path = getenv("CAPSPROBE_LOG");
  int file = path ? open(path, O_WRONLY | O_APPEND | O_CREAT, 0666) : -1;
  if (file < 0 || readlink("/proc/self/ns/pid", line, sizeof line - 2) < 0) return;
  strcat(line, "\n");
  if (write(file, line, strlen(line)) < 0) return;
  close(file);
}
