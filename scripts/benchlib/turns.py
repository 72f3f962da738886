"""Commands that take turns in short rounds, so that all of them meet the same noise.

root runs them in the real-time class, in which nothing else on the machine takes a processor from them: so the figures are those of a
machine that has nothing else to do, however busy it is. Memory and caches are shared with others all the same.
"""

import contextlib
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

ROUNDS = 20
GATE = 1.5
# As numbers, for machines that have no such user.
USER = 1500
REAL_TIME = ["chrt", "--rr", "1"]


def class_of(is_shared):
    """What to put before a command for the class that it is to run in."""
    return [] if is_shared or os.geteuid() != 0 else REAL_TIME


class Caller:
    """Who runs the commands: root, or an ordinary user whom root makes one for that."""

    def __init__(self, name, prefix, user):
        self.name, self.prefix, self.user = name, prefix, user

    @staticmethod
    def all():
        own = Caller("root" if os.geteuid() == 0 else "the caller", [], os.geteuid())
        if os.geteuid() != 0:
            return [own]
        switch = ["setpriv", "--reuid", str(USER), "--regid", str(USER), "--clear-groups", "--"]
        return [own, Caller("an ordinary user", switch, USER)]


@contextlib.contextmanager
def workplace():
    """A folder that every user can reach, for what is measured; a folder of each user's own goes by `owned`."""
    with tempfile.TemporaryDirectory(prefix="capsrun-bench-", dir="/var/tmp") as name:
        place = pathlib.Path(name)
        place.chmod(0o755)
        yield place


def owned(place, caller):
    folder = place / str(caller.user)
    if not folder.exists():
        folder.mkdir(mode=0o755)
        give(folder, caller)
    return folder


def give(folder, caller):
    """Makes a folder and all in it the caller's."""
    if caller.prefix:
        subprocess.run(["chown", "-hR", f"{caller.user}:{caller.user}", folder], check=True)


def copy(program, place):
    """Every program is copied at the same time, as it matters how a file lies in the page cache."""
    target = place / pathlib.Path(program).name
    shutil.copyfile(program, target)
    target.chmod(0o755)
    return target


def measure(commands, runs, place, caller=None, environment=None, is_shared=False):
    """Samples in seconds by name, and means of processor time of each round. `place` belongs to the caller."""
    samples, processor = {name: [] for name in commands}, {name: [] for name in commands}
    file = place / "round.json"
    for _ in range(ROUNDS):
        ended = subprocess.run(
            [*class_of(is_shared), *(caller.prefix if caller else []), "hyperfine", "--shell=none", "--warmup", "2", "--runs",
             str(max(2, runs // ROUNDS)), "--style=none", "--export-json", str(file), *commands.values()],
            capture_output=True, text=True, env=environment, cwd="/" if caller else None)
        if ended.returncode:
            sys.exit(f"scripts/bench: a command does not work: {ended.stderr}")
        for name, result in zip(commands, json.loads(file.read_text())["results"]):
            samples[name] += result["times"]
            processor[name].append(result["user"] + result["system"])
        file.unlink()
    return samples, processor


def keep(folder, name, samples):
    """Raw samples stay, whatever they are."""
    (folder / f"{name}.json").write_text(json.dumps(samples, indent=1))


def noise(is_shared=True):
    """What else the machine does: all that waits for a processor, this one's own commands among it."""
    with open("/proc/loadavg") as file:
        text = f"{os.cpu_count()} processors, load average {file.read().split()[0]}"
    return text + (", in the real-time class" if class_of(is_shared) else "")


def report(measured, goals, limits, gate):
    """Prints medians and ratios; False when the gate does not hold."""
    samples, processor = measured
    ours = samples["capsrun"]
    holds = True
    for name, times in samples.items():
        median = statistics.median(times)
        quartiles = statistics.quantiles(times, n=4)
        line = f"{name:20} median {median * 1e3:7.3f} ms  quartiles {quartiles[0] * 1e3:.3f} to {quartiles[2] * 1e3:.3f}"
        # Without that of processes that nobody waited for, such as PID 1 of bubblewrap.
        line += f"  processor {statistics.median(processor[name]) * 1e3:.3f}"
        if name in goals:
            ratio = statistics.median(ours) / median
            # That of the lower quartiles says what is left of it when the noise of others is smallest.
            quiet = statistics.quantiles(ours, n=4)[0] / quartiles[0]
            line += f"  capsrun is {ratio:.2f} x, goal {goals[name]:.2f} (of the lower quartiles {quiet:.2f})"
            if ratio > goals[name] * GATE:
                holds = False
                line += "  BEYOND THE GATE" if gate else ""
        if name in limits:
            line += f"  goal {limits[name] * 1e3:.0f} ms"
            if median > limits[name] * GATE:
                holds = False
                line += "  BEYOND THE GATE" if gate else ""
        print(line)
    return holds


def raise_descriptor_limit():
    """To what this process may have; returns it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most
