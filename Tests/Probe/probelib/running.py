"""Runs the probe: on a terminal, with things of the caller at hand that must not come in."""

import contextlib
import fcntl
import json
import os
import pty
import subprocess
import termios
import tty

from .world import GROUP, SECRET, USER

AS_USER = ["setpriv", "--reuid", str(USER), "--regid", str(USER), "--groups", str(GROUP), "--"]
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "CAPSPROBE_SECRET": SECRET}


class Terminal:
    """A terminal of the caller. Whatever arrives in its input was typed by somebody inside."""

    def __enter__(self):
        self.first, self.second = pty.openpty()
        tty.setraw(self.second)
        status = os.fstat(self.second)
        os.fchmod(self.second, 0o666)
        self.name = f"{status.st_dev}:{status.st_ino}"
        return self

    def __exit__(self, *_):
        os.close(self.first)
        os.close(self.second)

    def control(self):
        os.setsid()
        fcntl.ioctl(self.second, termios.TIOCSCTTY, 0)

    def typed(self):
        waiting = fcntl.ioctl(self.second, termios.FIONREAD, b"\0" * 4)
        return int.from_bytes(waiting, "little")


class Failure(Exception):
    pass


def grants(world):
    folder = world.folder
    return ["--read", folder / "bin", "--read", folder / "read", "--write", folder / "write",
            "--read", folder / "write/locked", "--read", folder / "write/parent/locked"]


def callers(world):
    """Name -> what to put before the command inside, and the user whose folder is written to."""
    box = [world.probe, "keyed", world.capsrun, "box", *grants(world), "--"]
    return {
        "root": (box, 0),
        "user": ([*AS_USER, *box], USER),
        "switched": ([*box[:3], "--user", *box[3:]], USER),
        # The same for a process that joins a sandbox, and is no child of its PID 1.
        "joined root": ([*box[:4], "--join", *box[4:]], 0),
        "joined user": ([*AS_USER, *box[:4], "--join", *box[4:]], USER),
        # With a terminal of its own, which is not implied without a screen.
        "terminal": ([*AS_USER, *box[:4], "-t", *box[4:]], USER),
        "joined terminal": ([*box[:4], "--join", "-t", *box[4:]], 0),
    }


@contextlib.contextmanager
def beside(prefix, world, token):
    """Meanwhile another sandbox has left what two of them could share, and a process of the host can be seen."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": environment()}
    others = [subprocess.Popen([*prefix, world.probe, "leave", token, world.folder], **pipes),
              subprocess.Popen([world.probe, "host", SECRET], **pipes)]
    try:
        for other in others:
            if not other.stdout.readline():
                raise Failure("what should stand beside did not start")
        yield
    finally:
        for other in others:
            other.stdin.close()
            other.wait(20)


def environment():
    return {**ENVIRONMENT, "SUDO_UID": str(USER), "SUDO_GID": str(USER)}


def run(prefix, world, words, typed=None):
    """Outcomes by id. `prefix` is what leads into a sandbox; the number of typed bytes is added to `typed`."""
    token = str(int.from_bytes(os.urandom(3), "little"))
    outside = os.open("/etc", os.O_RDONLY)
    # As close_fds would close it: a number that programs do not use for themselves.
    os.dup2(outside, 29, inheritable=True)
    with beside(prefix, world, token), Terminal() as terminal:
        command = [*prefix, world.probe, *words, *world.options(token, terminal.name)]
        process = subprocess.run(command, stdin=terminal.second, capture_output=True, text=True, timeout=300, preexec_fn=terminal.control,
                                 env=environment(), pass_fds=[29])
        if typed is not None:
            typed.append(terminal.typed())
    os.close(29)
    os.close(outside)
    # What has been typed into a terminal of the sandbox's own may stand in front.
    outcomes = [json.loads(line[line.index("{"):]) for line in process.stdout.splitlines() if "{" in line]
    if process.returncode or not outcomes:
        raise Failure(f"{words} ended with {process.returncode}: {process.stderr.strip()[:200]}")
    return {one["id"]: one for one in outcomes}


def run_outside(world):
    """The same outside of any sandbox, where each attack must be seen to work."""
    outcomes = run([world.probe, "keyed"], world, ["control", "all"])
    # In the namespaces of the control nobody else has left anything.
    outcomes.update(run([], world, ["lock"]))
    return outcomes
