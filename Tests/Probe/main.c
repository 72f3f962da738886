// capsprobe [control] SUBJECT... [--KEY=VALUE...]: one line of JSON for each check.
#include "probe.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "commands.h"

struct context context = {.init = 1, .world = "/nonexistent"};

static const struct subject subjects[] = {
    {"fds", fds},   {"caps", caps}, {"seccomp", seccomp}, {"ns", ns},     {"proc", proc}, {"dev", dev},
    {"net", net},   {"unix", unix_sockets}, {"tty", tty}, {"fs", fs},     {"lock", lock}, {"env", env},
    {"identity", identity}, {"arch", arch}, {"cgroup", cgroup}, {"race", race},
};

static void print_text(const char *text) {
  putchar('"');
  for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
    if (*at == '"' || *at == '\\') printf("\\%c", *at);
    else if (*at < 0x20 || *at > 0x7e) printf("\\u%04x", *at);
    else putchar(*at);
  }
  putchar('"');
}

static void print(const struct check *check, const struct outcome *outcome) {
  static const char *names[] = {"refused", "succeeded", "absent", "not-tried"};
  printf("{\"id\": \"%s\", \"what\": ", check->id);
  print_text(check->what);
  printf(", \"result\": \"%s\", \"errno\": ", names[outcome->result]);
  if (outcome->error) print_text(strerrorname_np(outcome->error) ?: "?");
  else printf("null");
  printf(", \"detail\": ");
  print_text(outcome->detail);
  printf("}\n");
  fflush(stdout);
}

// In a child: it may be killed, hang or change itself.
static struct outcome attempt(const struct check *check) {
  int pipes[2];
  if (pipe2(pipes, O_CLOEXEC)) return outcome(NOT_TRIED, errno, "no pipe");
  fflush(stdout);
  pid_t child = fork();
  if (child < 0) return outcome(NOT_TRIED, errno, "no child");
  if (child == 0) {
    close(pipes[0]);
    // What the descriptors above the standard streams are is looked at.
    if (pipes[1] != 2 && dup2(pipes[1], 1000) == 1000) close(pipes[1]), pipes[1] = 1000;
    fcntl(pipes[1], F_SETFD, FD_CLOEXEC);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    alarm(30);
    struct outcome result = check->run(check);
    ssize_t written = write(pipes[1], &result, sizeof result);
    _exit(written == sizeof result ? 0 : 1);
  }
  close(pipes[1]);
  struct outcome result;
  ssize_t count = read(pipes[0], &result, sizeof result);
  close(pipes[0]);
  int status;
  waitpid(child, &status, 0);
  if (count == sizeof result) return result;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) return outcome(REFUSED, 0, "killed by SIGSYS");
  if (WIFSIGNALED(status)) return outcome(NOT_TRIED, 0, "killed by signal %d", WTERMSIG(status));
  return outcome(NOT_TRIED, 0, "said nothing");
}

static int run(const struct subject *subject) {
  for (const struct check *check = subject->checks; check->id; check++) {
    struct outcome result = attempt(check);
    print(check, &result);
  }
  return 0;
}

// Namespaces that keep what a successful check does from everybody else. Not of users, or it would lack capabilities;
// nor of the network and processes, whose being apart is what is checked.
static void become_control(void) {
  if (unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) {
    perror("capsprobe: control needs root");
    exit(69);
  }
  context.is_control = true;
  context.init = fork();
  if (context.init == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) pause();
  }
}

static bool option(const char *text) {
  const struct { const char *key; const char **value; } texts[] = {
      {"--world=", &context.world}, {"--abstract=", &context.abstract},
      {"--terminal=", &context.terminal}, {"--token=", &context.token}};
  for (size_t i = 0; i < LENGTH(texts); i++) {
    size_t length = strlen(texts[i].key);
    if (strncmp(text, texts[i].key, length)) continue;
    *texts[i].value = text + length;
    return true;
  }
  if (!strncmp(text, "--port=", 7)) context.port = atoi(text + 7);
  return !strncmp(text, "--port=", 7);
}

int main(int count, char **words) {
  int status = 64;
  if (count > 1 && command(count - 1, words + 1, &status)) return status;
  bool is_control = count > 1 && !strcmp(words[1], "control");
  int first = is_control ? 2 : 1;
  for (int i = first; i < count; i++)
    if (!strncmp(words[i], "--", 2) && !option(words[i])) return fprintf(stderr, "capsprobe: unknown option %s\n", words[i]), 64;
  if (is_control) become_control();
  for (int i = first; i < count; i++) {
    if (!strncmp(words[i], "--", 2)) continue;
    bool is_known = false;
    for (size_t j = 0; j < LENGTH(subjects); j++)
      if (!strcmp(words[i], subjects[j].name) || !strcmp(words[i], "all")) is_known = true, run(&subjects[j]);
    if (!is_known) return fprintf(stderr, "capsprobe: unknown subject %s\n", words[i]), 64;
    status = 0;
  }
  if (status) fprintf(stderr, "usage: capsprobe [control] all|SUBJECT... [--KEY=VALUE...]\n");
  if (context.is_control) kill(context.init, SIGKILL);
  return status;
}
