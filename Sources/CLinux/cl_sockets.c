#define _GNU_SOURCE
#include "cl_sockets.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static int set_address(struct sockaddr_un *address, const char *path) {
  size_t length = strlen(path);
  if (length >= sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  memcpy(address->sun_path, path, length);
  return 0;
}

static int close_after_failure(int fd) {
  int saved = errno;
  close(fd);
  errno = saved;
  return -1;
}

int cl_listen_at(const char *path, int backlog) {
  struct sockaddr_un address;
  if (set_address(&address, path) == -1) return -1;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd == -1) return -1;
  // The file gets the mode that the socket has: there is no moment at which others could connect.
  if (fchmod(fd, 0600) == -1 || bind(fd, (struct sockaddr *)&address, sizeof address) == -1 || listen(fd, backlog) == -1)
    return close_after_failure(fd);
  return fd;
}

int cl_accept(int socket) { return accept4(socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

int cl_connect_to(const char *path, long patience) {
  struct sockaddr_un address;
  if (set_address(&address, path) == -1) return -1;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd == -1) return -1;
  // For room among those who wait to be let in, too, which a listener that is stopped never makes.
  if (cl_set_patience(fd, patience) == -1 || connect(fd, (struct sockaddr *)&address, sizeof address) == -1)
    return close_after_failure(fd);
  return fd;
}

int cl_peer_of(int socket, struct cl_peer *peer) {
  struct ucred credentials;
  socklen_t length = sizeof credentials;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == -1) return -1;
  *peer = (struct cl_peer){credentials.pid, credentials.uid, credentials.gid};
  return 0;
}

// Since Linux 6.5, which the headers may be older than.
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

int cl_peer_handle(int socket) {
  int pidfd = -1;
  socklen_t length = sizeof pidfd;
  return getsockopt(socket, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &length) == -1 ? -1 : pidfd;
}

int cl_set_patience(int socket, long milliseconds) {
  struct timeval time = {milliseconds / 1000, milliseconds % 1000 * 1000};
  if (setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) == -1) return -1;
  return setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

int cl_message_pair(int *one, int *other) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
    return -1;
  *one = pair[0];
  *other = pair[1];
  return 0;
}

int cl_is_hung_up(int socket) {
  struct pollfd entry = {.fd = socket};
  return poll(&entry, 1, 0) == 1 && (entry.revents & (POLLHUP | POLLERR)) != 0;
}

union control {
  struct cmsghdr header;
  char bytes[CMSG_SPACE(cl_most_descriptors * sizeof(int))];
};

ssize_t cl_send_part(
    int socket, bool waits, const void *bytes, size_t count, const int *descriptors, int descriptor_count) {
  struct iovec part = {(void *)bytes, count};
  union control control = {0};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (descriptor_count > cl_most_descriptors) {
    errno = EINVAL;
    return -1;
  }
  if (descriptor_count > 0) {
    size_t size = (size_t)descriptor_count * sizeof(int);
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(size);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(header), descriptors, size);
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL | (waits ? 0 : MSG_DONTWAIT));
}

ssize_t cl_receive_part(
    int socket, bool waits, void *bytes, size_t capacity, int *descriptors, int most, int *descriptor_count) {
  struct iovec part = {bytes, capacity};
  union control control = {0};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  *descriptor_count = 0;
  ssize_t count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (waits ? 0 : MSG_DONTWAIT));
  if (count == -1) return -1;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    size_t size = header->cmsg_len - CMSG_LEN(0);
    for (size_t offset = 0; offset + sizeof(int) <= size; offset += sizeof(int)) {
      int fd;
      memcpy(&fd, CMSG_DATA(header) + offset, sizeof fd);
      if (*descriptor_count < most)
        descriptors[(*descriptor_count)++] = fd;
      else
        close(fd);
    }
  }
  return count;
}
