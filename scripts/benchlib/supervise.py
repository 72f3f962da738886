"""`scripts/bench supervise`: what it takes to keep processes running, beside s6 and supervisord, which confine nothing."""

import json
import os
import pathlib
import select
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import time

from . import processes, pypi, turns

# Debian's package starts a daemon on the machine that it is installed on.
SUPERVISOR = "4.3.0"

COUNT = 100
IDLE_COUNT = 50
IDLE_SECONDS = 30
RESPAWNS = 20
# Of the median of another one's time; seconds; a part of one processor; bytes.
GOALS = {"start of supervisord": 0.5, "start of s6": 1.5, "ps": 0.020, "idle": 0.002, "memory": 16 << 20}


class Pipe:
    """A FIFO that all processes write their number to when they run."""

    def __init__(self, folder):
        self.path = folder / "told"
        os.mkfifo(self.path, 0o666)
        self.path.chmod(0o666)
        # Also for writing, so that it never is at its end.
        self.number = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)

    def wait(self, lines, seconds=120):
        """When so many lines have come."""
        found, end = b"", time.monotonic() + seconds
        while found.count(b"\n") < lines:
            if not select.select([self.number], [], [], max(0, end - time.monotonic()))[0]:
                ready = found.count(b"\n")
                raise TimeoutError(f"{ready} of {lines} processes have said that they run")
            found += os.read(self.number, 65536)
        return time.perf_counter()

    def close(self):
        os.close(self.number)
        self.path.unlink()


def script(pipe, number):
    return f"echo {number} > {pipe.path}; exec sleep {200_000 + number}"


class Capsrun:
    """A supervised capsule: each process in one sandbox, with its own filter and rules, its output kept."""

    name = "capsrun"

    def __init__(self, place, caller, tools):
        self.place, self.caller, self.program = place, caller, tools / "capsrun"
        self.environment = {**os.environ, **{f"CAPSRUN_{name}": str(place / name.lower()) for name in ("RUN", "LOGS", "STORE")}}

    def prepare(self, pipe, count):
        folder = self.place / "app"
        folder.mkdir(exist_ok=True)
        rule = "restart_policy: always, restart_delay: 0, restart: {max: 1000}"
        lines = [f"  p{n}: {{cmd: /bin/sh, args: [-c, {script(pipe, n)!r}], cwd: /tmp, {rule}}}" for n in range(count)]
        (folder / "capsule.yml").write_text(
            f"capsule: 1\nname: app\ncapabilities: {{fs_write: [{pipe.path.parent}]}}\nprocesses:\n" + "\n".join(lines) + "\n")
        for name in ("run", "logs", "store"):
            (self.place / name).mkdir(exist_ok=True, mode=0o700)
        turns.give(self.place, self.caller)

    def call(self, *arguments):
        ended = subprocess.run([*self.caller.prefix, self.program, *arguments], env=self.environment, cwd=self.place,
                               capture_output=True, text=True)
        if ended.returncode:
            raise RuntimeError(f"capsrun {' '.join(arguments)}: {ended.stderr}")
        return ended.stdout

    def start(self):
        self.call("start", "./app")
        self.main = json.loads(self.call("ps", "app", "--json"))["supervisor"]

    def own(self):
        """The supervisor, its keeper, and PID 1: those in its family that are still this program."""
        inode = os.stat(self.program).st_ino
        return [one for one in processes.family(self.main) if os.stat(f"/proc/{one}/exe").st_ino == inode]

    def list(self):
        self.call("ps", "app")

    def stop(self):
        self.call("stop", "app")


class Supervisord:
    name = "supervisord"

    def __init__(self, place, caller, tools):
        self.place, self.caller = place, caller
        self.environment = {**os.environ, "PYTHONPATH": str(tools / "supervisor")}
        self.file = place / "supervisord.conf"

    def prepare(self, pipe, count):
        text = (f"[supervisord]\nnodaemon=true\nlogfile={self.place}/log\npidfile={self.place}/pid\nchildlogdir={self.place}\n"
                f"[unix_http_server]\nfile={self.place}/socket\n[supervisorctl]\nserverurl=unix://{self.place}/socket\n"
                "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n")
        for number in range(count):
            text += f"[program:p{number}]\ncommand=/bin/sh -c {shlex.quote(script(pipe, number))}\nstartsecs=0\n"
        self.file.write_text(text)
        turns.give(self.place, self.caller)

    def command(self, module, *arguments):
        return [*self.caller.prefix, sys.executable, "-m", f"supervisor.{module}", "-c", self.file, *arguments]

    def start(self):
        self.process = subprocess.Popen(self.command("supervisord"), cwd=self.place, env=self.environment,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def own(self):
        return [self.process.pid]

    def list(self):
        subprocess.run(self.command("supervisorctl", "status"), env=self.environment, stdout=subprocess.DEVNULL, check=True)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class S6:
    name = "s6"

    def __init__(self, place, caller, tools):
        self.place, self.caller = place, caller
        self.folder = place / "scan"

    def prepare(self, pipe, count):
        for number in range(count):
            service = self.folder / f"p{number}"
            service.mkdir(parents=True)
            (service / "run").write_text(f"#!/bin/sh\n{script(pipe, number)}\n")
            (service / "run").chmod(0o755)
        turns.give(self.place, self.caller)

    def start(self):
        self.process = subprocess.Popen([*self.caller.prefix, "s6-svscan", "-c", str(COUNT * 2), self.folder],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def own(self):
        return [one for one in processes.family(self.process.pid)
                if pathlib.Path(f"/proc/{one}/comm").read_text().startswith("s6-")]

    def list(self):
        for service in self.folder.iterdir():
            if not service.name.startswith("."):
                subprocess.run(["s6-svstat", service], stdout=subprocess.DEVNULL, check=True)

    def stop(self):
        subprocess.run([*self.caller.prefix, "s6-svscanctl", "-t", self.folder], check=True)
        self.process.wait()


ALL = [Capsrun, Supervisord, S6]


def times(pid):
    """Seconds of the processor that a process has used, without its children."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sleeper(number):
    """The process that has this number; None while there is none."""
    wanted = f"sleep\0{200_000 + number}\0".encode()
    for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if file.read_bytes() == wanted:
                return int(file.parent.name)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return None


class Measurement:
    """One supervisor, measured once; `tools` is the folder of those that do not come from the system."""

    def __init__(self, kind, caller, tools, count):
        self.kind, self.caller, self.tools, self.count = kind, caller, tools, count

    def __enter__(self):
        self.context = turns.workplace()
        place = self.context.__enter__()
        shared, own = place / "shared", place / "own"
        shared.mkdir()
        shared.chmod(0o777)
        own.mkdir()
        self.pipe = Pipe(shared)
        self.peer = self.kind(own, self.caller, self.tools)
        self.peer.prepare(self.pipe, self.count)
        begun = time.perf_counter()
        self.peer.start()
        self.starting = self.pipe.wait(self.count) - begun
        return self

    def __exit__(self, *_):
        begun = time.perf_counter()
        self.peer.stop()
        self.stopping = time.perf_counter() - begun
        self.pipe.close()
        self.context.__exit__(None, None, None)

    def respawn(self):
        """From the end of a process to the next one that says it runs: seconds."""
        # s6 and supervisord wait, when a process has lived for less than a second.
        time.sleep(1.1)
        process = sleeper(0)
        begun = time.perf_counter()
        os.kill(process, signal.SIGKILL)
        return self.pipe.wait(1) - begun

    def listing(self):
        begun = time.perf_counter()
        self.peer.list()
        return time.perf_counter() - begun

    def idle(self):
        """The part of a processor that is used while nothing happens."""
        own = self.peer.own()
        before = sum(times(one) for one in own)
        time.sleep(IDLE_SECONDS)
        return (sum(times(one) for one in own) - before) / IDLE_SECONDS

    def memory(self):
        return sum(processes.memory(one)["Private"] for one in self.peer.own())


def run(root, kept, rounds, gate):
    holds = True
    with turns.workplace() as place:
        turns.copy(root / "build" / "capsrun", place)
        # Where an ordinary user can read it.
        shutil.copytree(pypi.package(kept, "supervisor", SUPERVISOR), place / "supervisor")
        for caller in turns.Caller.all():
            print(f"Supervision as {caller.name}, {turns.noise()}:")
            holds = report(measure(caller, place, rounds), kept, caller, gate) and holds
    return holds


def measure(caller, tools, rounds):
    found = {kind.name: {what: [] for what in ("start", "stop", "respawn", "ps", "idle", "memory")} for kind in ALL}
    for index in range(rounds):
        for kind in ALL:
            samples = found[kind.name]
            with Measurement(kind, caller, tools, COUNT) as one:
                samples["start"].append(one.starting)
                samples["ps"] += [one.listing() for _ in range(10)]
                samples["respawn"] += [one.respawn() for _ in range(max(2, RESPAWNS // rounds))]
            samples["stop"].append(one.stopping)
            if index == 0:
                with Measurement(kind, caller, tools, IDLE_COUNT) as one:
                    time.sleep(2)
                    samples["idle"].append(one.idle())
                    samples["memory"].append(one.memory())
    return found


def report(found, kept, caller, gate):
    turns.keep(kept, f"supervise-{caller.user}", found)
    medians = {name: {what: statistics.median(values) for what, values in samples.items()} for name, samples in found.items()}
    for name, of in medians.items():
        print(f"  {name:12} {COUNT} running {of['start'] * 1e3:6.0f} ms, stopped {of['stop'] * 1e3:6.0f} ms, "
              f"started again {of['respawn'] * 1e3:6.1f} ms, list {of['ps'] * 1e3:6.1f} ms; with {IDLE_COUNT}: idle "
              f"{of['idle'] * 100:.2f} %, private memory {of['memory'] / 2**20:.1f} MiB")
    ours = medians["capsrun"]
    ratios = {"start of supervisord": ours["start"] / medians["supervisord"]["start"],
              "start of s6": ours["start"] / medians["s6"]["start"],
              "ps": ours["ps"], "idle": ours["idle"], "memory": ours["memory"]}
    holds = True
    for what, value in ratios.items():
        beyond = value > GOALS[what] * turns.GATE
        holds = holds and not beyond
        unit = 2**20 if what == "memory" else 1
        print(f"  {what:22} {value / unit:.3f}, goal {GOALS[what] / unit:.3f}" + ("  BEYOND THE GATE" if gate and beyond else ""))
    return holds
