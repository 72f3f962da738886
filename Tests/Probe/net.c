// Kinds of sockets, and the host's network.
#include "probe.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

// A family or protocol that the kernel lacks looks as one that a filter refuses; the control tells them apart.
static struct outcome judge_socket(int returned) {
  bool is_unknown = errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT || errno == ESOCKTNOSUPPORT || errno == EINVAL;
  if (returned < 0 && is_unknown) return outcome(context.is_control ? ABSENT : REFUSED, errno, " ");
  return judge(returned);
}

static struct outcome makes_socket(const struct check *check) {
  return judge_socket(socket(check->number, check->arguments[0] | SOCK_CLOEXEC, check->arguments[1]));
}

// Each other family with each type; says which opened.
static struct outcome makes_others(const struct check *check) {
  struct outcome made = outcome(REFUSED, EAFNOSUPPORT, " ");
  size_t length = 0;
  for (int family = 0; family <= 46; family++) {
    if (family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK) continue;
    for (int type = 1; type <= 6; type++) {
      int made_socket = socket(family, type | SOCK_CLOEXEC, 0);
      if (made_socket < 0) continue;
      close(made_socket);
      if (made.result == REFUSED) made = outcome(SUCCEEDED, 0, " ");
      if (length < sizeof made.detail - 12) length += snprintf(made.detail + length, 12, "%d/%d ", family, type);
    }
  }
  return made;
}

static struct outcome makes_pair(const struct check *check) {
  int pair[2];
  return judge_socket(socketpair(check->number, SOCK_STREAM, check->arguments[1], pair));
}

static struct outcome lists_addresses(const struct check *check) {
  struct ifaddrs *list = NULL;
  int returned = getifaddrs(&list);
  return returned ? judge(-1) : outcome(list ? SUCCEEDED : ABSENT, 0, "%s", list ? list->ifa_name : "");
}

static struct outcome sees_interface(const struct check *check) {
  struct if_nameindex *list = if_nameindex();
  if (!list) return judge(-1);
  for (struct if_nameindex *at = list; at->if_index; at++)
    if (strcmp(at->if_name, "lo")) return outcome(SUCCEEDED, 0, "%s", at->if_name);
  return outcome(context.is_control ? ABSENT : REFUSED, 0, "only lo");
}

static struct outcome connects(const struct check *check) {
  if (!context.port) return outcome(NOT_TRIED, 0, "no port was given");
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(context.port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int end = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int returned = connect(end, (struct sockaddr *)&address, sizeof address);
  if (returned && errno == ECONNREFUSED) return outcome(REFUSED, errno, " ");
  return judge(returned);
}

#define SOCKET(id, what, family, type, protocol) \
  {"T-12." id, "make a socket: " what, makes_socket, family, {type, protocol}, NULL}

const struct check net[] = {
    SOCKET("af_alg", "cryptography of the kernel", 38, SOCK_SEQPACKET, 0),
    SOCKET("vsock", "between machine and hypervisor", AF_VSOCK, SOCK_STREAM, 0),
    SOCKET("packet", "raw packets", AF_PACKET, SOCK_RAW, 0x300),
    SOCKET("packet-datagram", "packets", AF_PACKET, SOCK_DGRAM, 0x300),
    SOCKET("xdp", "XDP", 44, SOCK_RAW, 0),
    SOCKET("tipc", "TIPC", 30, SOCK_STREAM, 0),
    SOCKET("key", "IPsec keys", AF_KEY, SOCK_RAW, 2),
    SOCKET("netlink-generic", "generic netlink", AF_NETLINK, SOCK_RAW, 16),
    SOCKET("netlink-netfilter", "netlink of netfilter", AF_NETLINK, SOCK_RAW, 12),
    SOCKET("netlink-audit", "netlink of audit", AF_NETLINK, SOCK_RAW, 9),
    SOCKET("netlink-uevent", "netlink of devices", AF_NETLINK, SOCK_RAW, 15),
    SOCKET("netlink-xfrm", "netlink of IPsec", AF_NETLINK, SOCK_RAW, 6),
    SOCKET("netlink-diag", "netlink of socket lists", AF_NETLINK, SOCK_RAW, 4),
    SOCKET("raw-ipv4", "raw IPv4", AF_INET, SOCK_RAW, 255),
    SOCKET("raw-icmp", "raw ICMP", AF_INET, SOCK_RAW, 1),
    SOCKET("raw-icmpv6", "raw ICMPv6", AF_INET6, SOCK_RAW, 58),
    SOCKET("mptcp", "multipath TCP", AF_INET, SOCK_STREAM, 262),
    SOCKET("sctp", "SCTP", AF_INET, SOCK_STREAM, 132),
    SOCKET("smc", "SMC", 43, SOCK_STREAM, 0),
    {"T-12.other-families", "make a socket of any other family and type", makes_others},
    {"T-12.pair-tipc", "make a pair of TIPC sockets", makes_pair, 30},
    SOCKET("unix-works", "local", AF_UNIX, SOCK_STREAM, 0),
    SOCKET("tcp-works", "TCP", AF_INET, SOCK_STREAM, 0),
    SOCKET("udp6-works", "UDP over IPv6", AF_INET6, SOCK_DGRAM, 0),
    SOCKET("netlink-route-works", "netlink of routes", AF_NETLINK, SOCK_RAW, 0),
    {"T-12.getifaddrs-works", "list addresses", lists_addresses},
    {"T-31.interfaces", "see an interface beside the loopback", sees_interface},
    {"T-31.loopback", "connect to the host's loopback", connects},
    END,
};
