"""`scripts/bench boxes`: 200 boxes at the same time. Each must start, wait until all of them run, and end with its own exit code;
then nothing of them may be left. (bubblewrap does not wait for its PID 1, so that those may be seen for a while.)"""

import os
import pathlib
import resource
import select
import subprocess
import time

from . import processes, turns

COUNT = 200
# Its number comes back as its exit code; the end of the input that all share is what they wait for.
WAITING = 'echo ready; read -r line; exit "$1"'
SECONDS = 120


def limits():
    """What could stand in the way of many sandboxes."""
    found = {"descriptors": resource.getrlimit(resource.RLIMIT_NOFILE)[1], "processes": resource.getrlimit(resource.RLIMIT_NPROC)[1]}
    found = {name: "unlimited" if value == resource.RLIM_INFINITY else value for name, value in found.items()}
    for path in ("user/max_user_namespaces", "user/max_net_namespaces", "user/max_mnt_namespaces", "kernel/pid_max",
                 "kernel/keys/maxkeys", "kernel/keys/root_maxkeys", "kernel/pty/max", "fs/mount-max"):
        file = pathlib.Path("/proc/sys") / path
        if file.exists():
            found[path] = file.read_text().strip()
    return ", ".join(f"{name} {value}" for name, value in found.items())


class Crowd:
    """Boxes that have been started and wait."""

    def __init__(self, command, caller, errors):
        self.told, self.tell = os.pipe()
        self.answers, write = os.pipe()
        self.errors = errors
        self.begun = time.perf_counter()
        self.boxes = [
            subprocess.Popen([*caller.prefix, *command, "/bin/sh", "-c", WAITING, "box", str(self.code(number))], cwd="/",
                             stdin=self.told, stdout=write, stderr=errors)
            for number in range(COUNT)]
        os.close(write)
        os.close(self.told)

    @staticmethod
    def code(number):
        return number % 100 + 1

    def wait_until_ready(self):
        """How many said that they run, and after how many seconds all did."""
        ready, end = b"", time.monotonic() + SECONDS
        while ready.count(b"\n") < COUNT and select.select([self.answers], [], [], max(0, end - time.monotonic()))[0]:
            part = os.read(self.answers, 4096)
            if not part:
                break
            ready += part
        return ready.count(b"\n"), time.perf_counter() - self.begun

    def finish(self):
        """Tells them to end; how many did not as they should, and after how many seconds the last was gone."""
        os.close(self.tell)
        begun, failures = time.perf_counter(), 0
        for number, box in enumerate(self.boxes):
            try:
                code = box.wait(SECONDS)
            except subprocess.TimeoutExpired:
                box.kill()
                code = box.wait()
            failures += code != self.code(number)
        os.close(self.answers)
        return failures, time.perf_counter() - begun


def one_round(command, caller, errors):
    before = processes.available_memory()
    crowd = Crowd(command, caller, errors)
    ready, starting = crowd.wait_until_ready()
    inside = {process: processes.birth(process) for box in crowd.boxes for process in processes.family(box.pid)}
    used = 0
    for process in inside:
        try:
            used += processes.memory(process)["Pss"]
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    taken = before - processes.available_memory()
    failures, ending = crowd.finish()
    left = sum(1 for process, birth in inside.items() if birth is not None and processes.birth(process) == birth)
    return {"ready": ready, "failures": max(failures, COUNT - ready), "starting": starting, "ending": ending, "processes": len(inside),
            "pss": used, "taken": taken, "left": left}


def run(root, kept, rounds):
    """False when a box failed, or something was left."""
    turns.raise_descriptor_limit()
    print(f"Limits: {limits()}")
    holds = True
    with turns.workplace() as place:
        capsrun = turns.copy(root / "build" / "capsrun", place)
        peers = {"capsrun": [capsrun, "box", "--"], "bubblewrap": ["bwrap", *"--unshare-all --ro-bind / / --proc /proc --dev /dev".split()]}
        for caller in turns.Caller.all():
            print(f"{COUNT} at once as {caller.name} ({turns.noise()}):")
            samples = {name: [] for name in peers}
            for number in range(rounds):
                for name, command in peers.items():
                    with open(kept / f"boxes-{name}-{caller.user}.txt", "w" if number == 0 else "a") as errors:
                        samples[name].append(one_round(command, caller, errors))
            turns.keep(kept, f"boxes-{caller.user}", samples)
            for name, found in samples.items():
                failures, left = (sum(one[key] for one in found) for key in ("failures", "left"))
                print(line(name, found, failures, left))
                if name == "capsrun" and failures + left > 0:
                    holds = False
                    print((kept / f"boxes-{name}-{caller.user}.txt").read_text()[:600])
    return holds


def line(name, found, failures, left):
    def median(key):
        return sorted(one[key] for one in found)[len(found) // 2]

    return (f"  {name:12} {failures} of {len(found) * COUNT} failed, {left} processes left; all ran after {median('starting'):.2f} s, all "
            f"were gone {median('ending'):.2f} s after the word; {median('pss') / 2**20:.0f} MiB in their {median('processes')} "
            f"processes, {median('taken') / 2**20:.0f} MiB less to give by the machine")
