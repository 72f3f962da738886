#define _GNU_SOURCE
#include "cl_network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static int is_connected(int family, const void *address, socklen_t length) {
  int connection = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection == -1)
    return 0;
  int result = connect(connection, address, length) == 0;
  close(connection);
  return result;
}

int cl_is_listened_to(uint16_t port) {
  struct sockaddr_in old = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  struct sockaddr_in6 new = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  return is_connected(AF_INET, &old, sizeof old) || is_connected(AF_INET6, &new, sizeof new);
}
