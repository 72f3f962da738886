// What two sandboxes could share. Another one, or process, has left it before: `capsprobe leave TOKEN`.
#include "probe.h"

#include <mqueue.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "commands.h"

static key_t shared_key(void) { return 0x43000000 | (atoi(context.token) & 0xffffff); }

static const char *named(const char *folder) {
  static char path[100];
  snprintf(path, sizeof path, "%s/capsprobe-%s", folder, context.token);
  return path;
}

static int abstract_socket(bool listens) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = snprintf(address.sun_path + 1, 90, "capsprobe-%s", context.token);
  length += offsetof(struct sockaddr_un, sun_path) + 1;
  int end = socket(AF_UNIX, SOCK_STREAM, 0);
  if (listens) return bind(end, (struct sockaddr *)&address, length) ?: listen(end, 1);
  return connect(end, (struct sockaddr *)&address, length);
}

// Leaves all of it, says so, and takes it back at the end of standard input.
int leave(int count, char **words) {
  context.token = count > 1 ? words[1] : "0";
  context.world = count > 2 ? words[2] : "/nonexistent";
  close(shm_open(named(""), O_CREAT | O_RDWR, 0666));
  close(open(named("/tmp"), O_CREAT | O_RDWR, 0666));
  mqd_t queue = mq_open(named(""), O_CREAT | O_RDWR, 0666, NULL);
  int segment = shmget(shared_key(), 4096, IPC_CREAT | 0666);
  abstract_socket(true);
  flock(open(in_world("read/file"), O_RDONLY), LOCK_EX | LOCK_NB);
  printf("left\n");
  fflush(stdout);
  // Meanwhile it opens what both may read, which is to be seen by nobody.
  struct pollfd end = {.fd = 0, .events = POLLIN};
  while (poll(&end, 1, 5) == 0) close(open(in_world("read/file"), O_RDONLY));
  if (queue >= 0) mq_unlink(named(""));
  if (segment >= 0) shmctl(segment, IPC_RMID, NULL);
  shm_unlink(named(""));
  unlink(named("/tmp"));
  return 0;
}

static struct outcome finds_memory(const struct check *check) { return judge(shm_open(named(""), O_RDWR, 0)); }
static struct outcome finds_file(const struct check *check) { return judge(open(named("/tmp"), O_RDWR)); }
static struct outcome finds_queue(const struct check *check) { return judge(mq_open(named(""), O_RDWR)); }
static struct outcome finds_segment(const struct check *check) { return judge(shmget(shared_key(), 0, 0)); }

static struct outcome finds_socket(const struct check *check) {
  int returned = abstract_socket(false);
  return returned && errno == ECONNREFUSED ? outcome(REFUSED, errno, " ") : judge(returned);
}

static struct outcome finds_lock(const struct check *check) {
  int file = open(in_world("read/file"), O_RDONLY | O_CLOEXEC);
  if (file < 0) return judge(-1);
  if (flock(file, LOCK_EX | LOCK_NB) == 0) return outcome(REFUSED, 0, "is not locked");
  return errno == EWOULDBLOCK ? outcome(SUCCEEDED, 0, "is locked") : judge(-1);
}

static struct outcome sees_opening(const struct check *check) {
  int watches = inotify_init1(IN_CLOEXEC);
  if (inotify_add_watch(watches, in_world("read/file"), IN_OPEN) < 0) return judge(-1);
  struct pollfd event = {.fd = watches, .events = POLLIN};
  int count = poll(&event, 1, 1000);
  return count == 1 ? outcome(SUCCEEDED, 0, "was opened") : outcome(REFUSED, 0, "saw nothing");
}

static struct outcome guarded(const struct check *check) {
  struct outcome (*const run[])(const struct check *) = {finds_memory, finds_file,   finds_queue,
                                                         finds_segment, finds_socket, finds_lock, sees_opening};
  if (!context.token) return outcome(NOT_TRIED, 0, "no token was given");
  return run[check->number](check);
}

const struct check lock[] = {
    {"T-38.shared-memory", "find another sandbox's shared memory", guarded, 0},
    {"T-38.temporary-file", "find another sandbox's temporary file", guarded, 1},
    {"T-38.message-queue", "find another sandbox's message queue", guarded, 2},
    {"T-38.segment", "find another sandbox's System V memory", guarded, 3},
    {"T-38.abstract-socket", "find another sandbox's abstract socket", guarded, 4},
    {"T-38.file-lock", "see another sandbox's lock on a file that both may read", guarded, 5},
    {"T-38.watch", "see another sandbox open a file that both may read", guarded, 6},
    END,
};
