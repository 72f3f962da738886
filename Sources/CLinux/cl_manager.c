#define _GNU_SOURCE
#include "cl_manager.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

ssize_t cl_tell_manager(const char *address, const void *bytes, size_t count) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  size_t length = strlen(address);
  // Neither kind of name needs the zero byte at its end.
  if (length < 2 || length > sizeof to.sun_path) {
    errno = EINVAL;
    return -1;
  }
  memcpy(to.sun_path, address, length);
  if (address[0] == '@') to.sun_path[0] = 0;
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd == -1) return -1;
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  ssize_t sent = sendto(fd, bytes, count, MSG_NOSIGNAL, (struct sockaddr *)&to, size);
  int saved = errno;
  close(fd);
  errno = saved;
  return sent;
}
