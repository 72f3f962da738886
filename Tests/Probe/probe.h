// capsprobe: tries from inside a sandbox what must not be possible there, and says of each what came of it.
//
// A check runs in a child process of its own, so whatever it changes in itself is gone with it. It must do no harm when
// nothing holds it back: it restores, never writes, or passes arguments that are impossible behind the point where the
// kernel decides about permission.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum result { REFUSED, SUCCEEDED, ABSENT, NOT_TRIED };

struct outcome {
  enum result result;
  int error;
  char detail[200];
};

struct check {
  const char *id;    // with the row of docs/threat-coverage.md
  const char *what;  // what is tried
  struct outcome (*run)(const struct check *);
  long number;  // of a system call, a flag, a family: whatever `run` takes
  long arguments[6];
  const char *path;
};

struct subject {
  const char *name;
  const struct check *checks;
};

// What the harness has prepared, and how it is run.
struct context {
  bool is_control;       // outside of any sandbox, in namespaces of its own, to see that the check can succeed
  pid_t init;            // PID 1, or a harmless stand-in outside
  const char *world;     // a folder: bin, read and write are granted, secret is not
  const char *abstract;  // an abstract socket that the host listens on
  int port;              // of the host's loopback, listened on as well
  const char *terminal;  // DEVICE:INODE of the caller's terminal
  const char *token;     // names what two sandboxes try to share
};
extern struct context context;

extern const struct check fds[], caps[], seccomp[], ns[], proc[], dev[], net[], unix_sockets[], tty[], fs[], lock[], env[],
    identity[], arch[], cgroup[], race[];

#define END {0}
#define LENGTH(array) (sizeof(array) / sizeof *(array))

struct outcome outcome(enum result result, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));

// What a call's result means when the sandbox has to refuse it for want of permission: EPERM, EACCES, ENOSYS and EROFS are
// refusals, ENOENT and the like an absence. Any other error shows that the call got further, and counts as a success.
struct outcome judge(long returned);

// Opens the path of the check with the flags in `number`, and neither reads nor writes.
struct outcome opens(const struct check *);
// Opens the path of the check and reads: an empty file counts as absent.
struct outcome reads(const struct check *);

// WORLD/name, in a buffer that the next call but three reuses.
const char *in_world(const char *name);
// A new private folder in /tmp, or "" when there is none.
const char *private_folder(void);
// Runs `body` in a child and returns how that ended: its exit code, or 128 and the signal.
int in_child(int (*body)(const void *), const void *argument);
// The whole of a small file; its length, or -1.
ssize_t slurp(const char *path, char *buffer, size_t size);
