// The caller's terminal.
#include "probe.h"

#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

// The terminal on standard input; outside one of its own, so that nothing is typed into anybody's.
static int terminal(void) {
  if (!context.is_control) return 0;
  int first, second;
  if (openpty(&first, &second, NULL, NULL, NULL)) return -1;
  setsid();
  ioctl(second, TIOCSCTTY, 0);
  return second;
}

static struct outcome requests(const struct check *check) {
  int end = terminal();
  if (!context.is_control && !isatty(end)) return outcome(NOT_TRIED, 0, "standard input is no terminal");
  // For TIOCSTI the character, for TIOCLINUX the least of what it can do: to ask for the shift keys.
  char argument[8] = {6};
  int discipline = 0;
  unsigned long request = check->number;
  void *where = (request & 0xffffffff) == TIOCSETD ? (void *)&discipline : (void *)argument;
  return judge(syscall(SYS_ioctl, end, request, where));
}

static struct outcome is_callers(const struct check *check) {
  struct stat status;
  char text[64];
  if (context.is_control) return outcome(SUCCEEDED, 0, "standard input is handed over as it is");
  if (!context.terminal || fstat(0, &status)) return outcome(NOT_TRIED, 0, "no terminal was given");
  if (!isatty(0)) return outcome(ABSENT, 0, "standard input is no terminal");
  snprintf(text, sizeof text, "%lu:%lu", (long)status.st_dev, (long)status.st_ino);
  return outcome(strcmp(text, context.terminal) ? REFUSED : SUCCEEDED, 0, "%s", text);
}

// To what they are.
static struct outcome changes_settings(const struct check *check) {
  struct termios settings;
  if (context.is_control) dup2(terminal(), 0);
  else if (is_callers(check).result != SUCCEEDED) return outcome(REFUSED, 0, "not the caller's terminal");
  return judge(tcgetattr(0, &settings) ? -1 : tcsetattr(0, TCSANOW, &settings));
}

static struct outcome controls(const struct check *check) {
  if (context.is_control) terminal();
  return judge(open("/dev/tty", O_RDWR | O_CLOEXEC));
}

static struct outcome leads_session(const struct check *check) {
  // A session of its own, or that of the caller with its terminal and its other processes.
  if (context.is_control) return outcome(getsid(0) != getpid() ? SUCCEEDED : REFUSED, 0, "session %d", getsid(0));
  return outcome(getsid(0) > 0 ? REFUSED : SUCCEEDED, 0, "session %d", getsid(0));
}

#define UPPER (1L << 32)

const struct check tty[] = {
    {"T-08.tiocsti", "type into the terminal", requests, TIOCSTI},
    {"T-08.tioclinux", "paste into a console", requests, TIOCLINUX},
    {"T-08.tiocsetd", "change the line discipline", requests, TIOCSETD},
    {"T-08.tiocsti-upper", "type into the terminal, with a bit above the lower 32", requests, TIOCSTI | UPPER},
    {"T-08.tioclinux-upper", "paste into a console, with a bit above the lower 32", requests, TIOCLINUX | UPPER},
    {"T-08.callers-terminal", "hold the caller's terminal", is_callers},
    {"T-08.settings", "change the settings of the caller's terminal", changes_settings},
    {"T-08.controlling-terminal", "open the controlling terminal", controls},
    {"T-08.session", "be in the caller's session", leads_session},
    END,
};
