#define _GNU_SOURCE
#include "cl_terminals.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif

const int cl_terminal_access = O_RDWR | O_NOCTTY | O_NONBLOCK;

int cl_is_of_terminals(int fd) {
  struct statfs status;
  if (fstatfs(fd, &status) == -1) return -1;
  return status.f_type == DEVPTS_SUPER_MAGIC;
}

int cl_terminal_unlock(int fd) {
  int locked = 0;
  return ioctl(fd, TIOCSPTLCK, &locked);
}

int cl_terminal_open_device(int fd) { return ioctl(fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC); }

int cl_terminal_take_control(int fd) { return ioctl(fd, TIOCSCTTY, 0); }

int cl_terminal_size(int fd, uint16_t size[4]) {
  struct winsize window;
  if (ioctl(fd, TIOCGWINSZ, &window) == -1) return -1;
  size[0] = window.ws_row, size[1] = window.ws_col, size[2] = window.ws_xpixel, size[3] = window.ws_ypixel;
  return 0;
}

int cl_terminal_set_size(int fd, const uint16_t size[4]) {
  struct winsize window = {size[0], size[1], size[2], size[3]};
  return ioctl(fd, TIOCSWINSZ, &window);
}

int cl_has_input(int fd) {
  struct pollfd entry = {.fd = fd, .events = POLLIN};
  int result = poll(&entry, 1, 0);
  return result == -1 ? -1 : result == 1 && (entry.revents & POLLIN) != 0;
}

int cl_open_again(int fd, int flags) {
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return open(path, flags | O_CLOEXEC);
}
