"""`scripts/bench memory`: what a sandbox that runs keeps for itself of the memory, in its launcher and in its PID 1."""

import statistics
import subprocess
import time

from . import floor, processes, turns

MOST_FOR_INIT = 1 << 20
WAITING = ["/bin/sh", "-c", "echo ready; read -r line"]


def look(command, caller):
    """Private bytes of the launcher, PID 1 and the program, while the program waits."""
    process = subprocess.Popen([*caller.prefix, *command, *WAITING], cwd="/", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdout.readline()
    # The two lay down their memory while the program is at work.
    time.sleep(0.1)
    launcher, init, *programs = processes.family(process.pid)
    found = {"launcher": processes.memory(launcher)["Private"], "PID 1": processes.memory(init)["Private"],
             "program": sum(processes.memory(one)["Private"] for one in programs)}
    process.stdin.close()
    process.stdout.close()
    process.wait()
    return found


def run(root, kept, rounds, gate):
    """False when PID 1 is beyond its gate."""
    holds = True
    with turns.workplace() as place:
        # Copies, so that no other process has pages of the same files mapped: those would not count as private.
        commands = {"capsrun": [turns.copy(root / "build" / "capsrun", place), "box", "--"],
                    "floor": [turns.copy(floor.build(root, kept), place)],
                    "bubblewrap": ["bwrap", *"--unshare-all --ro-bind / / --proc /proc --dev /dev".split()]}
        for caller in turns.Caller.all():
            print(f"Private memory as {caller.name}, in KiB:")
            samples = {name: [] for name in commands}
            for _ in range(rounds):
                for name, command in commands.items():
                    samples[name].append(look(command, caller))
            turns.keep(kept, f"memory-{caller.user}", samples)
            for name, found in samples.items():
                medians = {who: statistics.median(one[who] for one in found) for who in found[0]}
                text = ", ".join(f"{who} {value / 1024:.0f}" for who, value in medians.items())
                if name == "capsrun":
                    text += f"; goal for PID 1 {MOST_FOR_INIT >> 10}"
                    if medians["PID 1"] > MOST_FOR_INIT * turns.GATE:
                        holds = False
                        text += "  BEYOND THE GATE" if gate else ""
                print(f"  {name:12} {text}")
    return holds
