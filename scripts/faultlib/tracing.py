"""Runs a command under Tests/Faults/tracer.c: records its system calls, makes one fail, or kills a process before one."""

import collections
import errno
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
TRACER = ROOT / "build/faults/tracer"
PROBE = ROOT / "build/faults/probe"
# Of one run, in seconds.
LIMIT = 20

# The so-manieth call of that name that a process makes. `step` is the place in the plan of the step that it belongs to.
Call = collections.namedtuple("Call", "process name count result text step")
# How a traced command ended: its exit code, or the negative number of a signal; whether what was ordered came to pass; what
# had to be ended at the time limit; and how many microseconds after the kill, or the end of the first process, all were gone.
Outcome = collections.namedtuple("Outcome", "code output errors reached left gone")

# Flags of clone(2).
VM, VFORK, PARENT, NEW_USER, NEW_PID = 0x100, 0x4000, 0x8000, 0x10000000, 0x20000000
# The first number of --trace-timing that stands for a step.
FIRST_STEP = 100


class Recording:
    """What a clean run did."""

    def __init__(self, outcome, lines):
        self.outcome, self.calls, self.flags, steps = outcome, [], {}, None
        marks = set()
        for line in lines:
            kind, *fields = line.rstrip("\n").split("\t", 6)
            if kind == "mark":
                marks.add(int(fields[0]))
                steps = sum(mark >= FIRST_STEP for mark in marks)
            elif kind == "process":
                self.flags[fields[0]] = int(fields[1], 16)
            elif kind == "call":
                number, process, name, count, result, text = fields
                self.calls.append((int(number), Call(process, name, int(count), int(result), text, steps)))
        # They are written when they return, and numbered when they begin.
        self.calls = [call for _, call in sorted(self.calls)]
        self.step_count = steps or 0

    def of(self, process):
        return [call for call in self.calls if call.process == process]

    @property
    def init(self):
        """The process that becomes PID 1."""
        return next(name for name, flags in self.flags.items() if flags & NEW_PID)

    def role(self, process):
        """What a process is, in words."""
        if process == "0":
            return "launcher"
        flags, maker = self.flags.get(process, 0), process.rpartition(".")[0]
        if flags & NEW_PID:
            return "PID 1"
        if flags & NEW_USER:
            return "holder of an owner map"
        if flags & PARENT:
            return "program's process, joined"
        if maker == self.init:
            return "program's process" if flags & VFORK else "network helper"
        if flags & VFORK:
            return "helper for id maps"
        return "helper that joins"


def run(command, user, environment, folder, orders=()):
    """Runs a command as a user; the outcome and the lines of the tracer."""
    reading, writing = os.pipe()
    with open(reading, encoding="utf-8", errors="replace") as report:
        tracing = [str(TRACER), "-u", str(user), "-t", str(LIMIT), "-o", f"/proc/self/fd/{writing}", *orders, *command]
        ended = None
        try:
            process = subprocess.Popen(tracing, env=environment, cwd=folder, pass_fds=[writing], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        finally:
            os.close(writing)
        lines = report.readlines()
        output, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{' '.join(tracing)}: {process.returncode}: {errors.decode(errors='replace')}")
    found = collections.defaultdict(list)
    for line in lines:
        kind, *fields = line.rstrip("\n").split("\t")
        if kind in ("ended", "reached", "gone", "left"):
            found[kind].append(fields)
    ended = int(found["ended"][0][0]) if found["ended"] else None
    left = [" in ".join(filter(None, fields)) for fields in found["left"]]
    outcome = Outcome(ended, output.decode(errors="replace"), errors.decode(errors="replace"), found["reached"][0][0] == "1",
                      left, int(found["gone"][0][0]))
    return outcome, lines


def record(command, user, environment, folder):
    return Recording(*run(command, user, environment, folder, ["-r"]))


def works():
    """Whether processes can be traced here at all."""
    try:
        return run(["/bin/true"], os.getuid(), {}, "/")[0].code == 0
    except (RuntimeError, OSError):
        return False


def numbers():
    """The numbers of errors by their names, on this architecture."""
    return {name: getattr(errno, name) for name in dir(errno) if name.startswith("E")}


def kinds_of_steps():
    """All cases of SetupStep, from its source."""
    source = (ROOT / "Sources/Planning/SetupStep.swift").read_text()
    body = re.search(r"enum SetupStep\b[^{]*\{(.*?)\n\}", source, re.DOTALL).group(1)
    return re.findall(r"^  case (\w+)\(", body, re.MULTILINE)
