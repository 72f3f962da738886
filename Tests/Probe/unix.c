// Sockets of the host by name and by path.
#include "probe.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

static struct outcome connect_to(const struct sockaddr_un *address, size_t length) {
  int end = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int returned = connect(end, (const struct sockaddr *)address, offsetof(struct sockaddr_un, sun_path) + length);
  if (returned && errno == ECONNREFUSED) return outcome(REFUSED, errno, " ");
  return judge(returned);
}

static struct outcome connects_by_name(const struct check *check) {
  if (!context.abstract) return outcome(NOT_TRIED, 0, "no name was given");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "%s", context.abstract);
  return connect_to(&address, length + 1);
}

static struct outcome connects_by_path(const struct check *check) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = snprintf(address.sun_path, sizeof address.sun_path, "%s", in_world(check->path));
  return connect_to(&address, length + 1);
}

// Those whose owner does as it is told.
static struct outcome finds_known(const struct check *check) {
  const char *paths[] = {"/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock",
                         "/run/dbus/system_bus_socket", "/run/systemd/private", "/run/user/0/bus", "/run/user/1000/bus"};
  char kept[sizeof "/tmp/capsprobe-XXXXXX"] = "";
  if (context.is_control) {
    // A socket where one is looked for, in a folder that stands in for /run.
    snprintf(kept, sizeof kept, "%s", private_folder());
    paths[0] = kept;
  }
  for (size_t i = 0; i < LENGTH(paths); i++) {
    bool is_there = !access(paths[i], F_OK);
    if (kept[0]) rmdir(kept);
    if (is_there) return outcome(SUCCEEDED, 0, "%s is there", paths[i]);
  }
  return outcome(ABSENT, ENOENT, " ");
}

const struct check unix_sockets[] = {
    {"T-25.abstract", "connect to an abstract socket of the host", connects_by_name},
    {"T-26.ungranted", "connect to a socket in a folder that is not granted", connects_by_path, 0, {0}, "secret/socket"},
    {"T-26.granted-folder", "connect to a socket in a folder that is granted for reading", connects_by_path, 0, {0},
     "read/socket"},
    {"T-26.known", "find a socket that is as good as root", finds_known},
    END,
};
