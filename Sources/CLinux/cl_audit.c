#define _GNU_SOURCE
#include "cl_audit.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int ask(int socket_number) {
  struct nlmsghdr request = {
      .nlmsg_len = NLMSG_LENGTH(0), .nlmsg_type = AUDIT_GET, .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = 1};
  const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  // The kernel answers while it takes the request, so that there is nothing to wait for.
  if (sendto(socket_number, &request, sizeof request, 0, (const struct sockaddr *)&kernel, sizeof kernel) == -1)
    return -1;
  union {
    struct nlmsghdr header;
    char bytes[1024];
  } answer;
  const struct timeval moment = {.tv_sec = 1};
  if (setsockopt(socket_number, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment) == -1)
    return -1;
  ssize_t count = recv(socket_number, &answer, sizeof answer, 0);
  if (count == -1)
    return -1;
  if ((size_t)count >= NLMSG_LENGTH(sizeof(int)) && answer.header.nlmsg_type == NLMSG_ERROR) {
    int error;
    memcpy(&error, NLMSG_DATA(&answer.header), sizeof error);
    errno = error < 0 ? -error : EPROTO;
    return -1;
  }
  if ((size_t)count < NLMSG_LENGTH(2 * sizeof(uint32_t)) || answer.header.nlmsg_type != AUDIT_GET) {
    errno = EPROTO;
    return -1;
  }
  uint32_t status[2]; // the mask, and whether it is on
  memcpy(status, NLMSG_DATA(&answer.header), sizeof status);
  return status[1] != 0;
}

int cl_is_auditing(void) {
  int socket_number = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
  if (socket_number == -1)
    return -1;
  int result = ask(socket_number);
  int saved = errno;
  close(socket_number);
  errno = saved;
  return result;
}
