"""What may succeed once in ten thousand times, with somebody who exchanges names meanwhile."""

import collections
import contextlib
import os
import pathlib
import shutil
import struct
import subprocess

from .running import AS_USER, environment, grants
from .world import USER

TRIES = 10_000
# Each start resolves this many names, so that fewer starts are needed.
NAMES = [f"capsprobe-{number}" for number in range(25)]
STARTS = 300
MARK = "capsprobe mark"


class Swapper:
    """Exchanges two names until the end of the block; `exchanges` says how often."""

    def __init__(self, command, one, other):
        self.command = [*command, "swap", one, other]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=environment())
        if self.process.stdout.readline() != "swaps\n":
            raise RuntimeError("the swapper does not start")
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.exchanges = int(self.process.stdout.readline() or 0)
        self.process.wait(20)


@contextlib.contextmanager
def place(world, name, target, mark):
    """A folder with a marked file in `write`, and beside it a link to the target."""
    folder, link = world.folder / "write" / name, world.folder / "write" / (name + ".link")
    folder.mkdir()
    for each in mark:
        (folder / each).write_text(f"{MARK}\n")
    link.symlink_to(target)
    try:
        yield folder, link
    finally:
        for each in [folder, link]:
            each.unlink() if each.is_symlink() else shutil.rmtree(each)


def naive(world, folder, link, name):
    """How often a program that looks first and opens then is led astray: it must be, or the race is none."""
    with Swapper([world.probe], folder, link):
        ended = subprocess.run([world.probe, "naive", folder, name], capture_output=True, text=True, timeout=120)
    return int(ended.stdout.split()[0])


def ends(command, count):
    """Exit code -> how often."""
    codes = collections.Counter()
    for _ in range(count):
        codes[subprocess.run(command, capture_output=True, env=environment(), timeout=60).returncode] += 1
    return codes


def outcome(codes, is_lost, lost, swapper, tries):
    """Of a race whose control was lost `lost` times."""
    detail = f"{swapper.exchanges} exchanges, {tries} tries, ended with {dict(codes)}; control led astray {lost} times"
    if not lost or swapper.exchanges < TRIES or len(codes) < 2:
        return "not-tried", detail
    return "succeeded" if is_lost else "refused", detail


def targets(world, name, mark):
    """A program inside exchanges the folder that another start is to show something in, with a link out of it."""
    # A folder that sandboxes have too, each its own; on the host nothing else is called as what is made here.
    elsewhere = pathlib.Path("/dev/shm")
    canary = elsewhere / world.folder.name
    canary.touch()
    before = set(os.listdir(elsewhere))
    with place(world, name, elsewhere, mark) as (folder, link):
        lost = naive(world, folder, link, canary.name)
        source = world.folder / "read/marked"
        source.write_text(f"{MARK} of the source\n")
        binds = [word for name in NAMES for word in ("--bind", f"{source}:{folder / name}")]
        box = [world.capsrun, "box", *grants(world)]
        # Ends with 3 when a bind lies in the sandbox where the link leads to.
        command = [*box, *binds, "--", world.probe, "has", f"{MARK} of", *(elsewhere / name for name in NAMES), folder / "mark"]
        with Swapper([*box, "--", world.probe], folder, link) as swapper:
            codes = ends(command, TRIES // len(NAMES))
        source.unlink()
        canary.unlink()
        is_made = before & set(NAMES) != set(os.listdir(elsewhere)) & set(NAMES) or set(os.listdir(folder)) != set(mark)
    return codes, is_made, lost, swapper, len(NAMES) * sum(codes.values())


def existing_targets(world):
    codes, is_made, *counts = targets(world, "target", [*NAMES, "mark"])
    return outcome(codes, is_made or codes[3], *counts)


def missing_targets(world):
    """The same when there is nothing to show it on: on the host nothing is made, in neither of the folders."""
    codes, is_made, *counts = targets(world, "missing", ["mark"])
    return outcome(codes, is_made, *counts)


def sources(world, caller=()):
    """What is granted is exchanged with a link to what never is, while it is granted."""
    with place(world, "source", "/proc", ["mark"]) as (folder, link):
        lost = naive(world, folder, link, "uptime")
        # Ends with 4 when it shows the folder, and else when it shows something of /proc.
        command = [*caller, world.capsrun, "box", "--read", world.folder / "bin", "--read", folder, "--",
                   world.probe, "has", "none", folder / "version", folder / "uptime"]
        with Swapper([world.probe], folder, link) as swapper:
            codes = ends(command, STARTS)
    return outcome(codes, codes[0] or codes[3], lost, swapper, STARTS)


def sources_of_user(world):
    return sources(world, AS_USER)


def settings(world, caller=()):
    """A granted file is led onto the setting that capsrun itself writes to: CVE-2025-52881, CVE-2019-19921."""
    name = "max_user_namespaces"
    with place(world, "setting", "/proc/sys/user", [name]) as (folder, link):
        if caller:
            subprocess.run(["chown", "-R", f"{USER}:{USER}", folder], check=True)
        lost = naive(world, folder, link, "max_mnt_namespaces")
        # Ends with 3 when the limit is not there, but the file of the host, with the 0 that capsrun wrote into it.
        command = [*caller, world.capsrun, "box", *grants(world), "--write", folder / name, "--",
                   world.probe, "has", f"0{MARK[1:]}", f"/proc/sys/user/{name}"]
        with Swapper([world.probe], folder, link) as swapper:
            codes = ends(command, STARTS)
        is_written = not (folder / name).read_text().startswith(MARK)
    return outcome(codes, codes[3] or is_written, lost, swapper, STARTS)


def descriptors(world):
    """The caller opens and closes a folder all the time, and some of it is open in each start."""
    look, starts = [world.probe, "inherited"], STARTS // 2
    command = [world.capsrun, "box", "--read", world.folder / "bin", "--", *look, str(TRIES // starts)]
    control = subprocess.run([world.probe, "leak", "50", "/", *look, "1"], capture_output=True, text=True, timeout=120)
    ended = subprocess.run([world.probe, "leak", str(starts), "/", *command], capture_output=True, text=True, timeout=120)
    seen = int(control.stdout.split()[1])
    _, found, failed = map(int, ended.stdout.split())
    detail = f"{starts} starts with {TRIES // starts} looks each: {found} found, {failed} failed; control found {seen} of 50"
    return "not-tried" if failed or not seen else "succeeded" if found else "refused", detail


def joins(world, caller=()):
    """What a process that joins is, before it has become its program. /usr/bin/true is what it becomes."""
    address = lowest_address(world.capsrun)
    joining = [*caller, world.capsrun, "box", "--join", "--join-more", "1000", "--read", world.folder / "bin", "--"]
    inside = subprocess.run([*joining, world.probe, "watch", hex(address), "/usr/bin/true"], capture_output=True, text=True,
                            env=environment(), timeout=120)
    # The control: children of a shell that do nothing to hide.
    shell = f"{world.probe} watch {hex(lowest_address(world.probe))} /usr/bin/true & for i in 1 2 3 4 5 6 7 8 9; do " \
            f"{world.probe} has x {world.probe} {world.probe}; sleep 0.01 & wait $!; done; sleep 0.5; wait"
    control = subprocess.run([*AS_USER, "/bin/sh", "-c", shell], capture_output=True, text=True, timeout=120)
    seen, looks, exposed = map(int, inside.stdout.split())
    detail = f"{looks} looks at {seen} of 1000 processes: {exposed} exposed; control {control.stdout.split()}"
    if inside.returncode or looks < TRIES or int(control.stdout.split()[2]) == 0:
        return "not-tried", detail
    return "succeeded" if exposed else "refused", detail


def joins_of_user(world):
    return joins(world, AS_USER)


def lowest_address(program):
    """Where the image of an executable that is not position-independent begins."""
    with open(program, "rb") as file:
        header = file.read(4096)
    start, size, count = struct.unpack_from("<Q", header, 32)[0], *struct.unpack_from("<HH", header, 54)
    segments = [struct.unpack_from("<IIQQ", header, start + size * number) for number in range(count)]
    return min(address for kind, _, _, address in segments if kind == 1)


CASES = {
    "T-02.race-descriptors": descriptors,
    "T-05.race-targets": existing_targets,
    "T-05.race-host": missing_targets,
    "T-03.race-settings": settings,
    "T-18.race-joins": joins,
    "T-18.race-joins-of-user": joins_of_user,
    "T-29.race-sources": sources,
    "T-29.race-sources-of-user": sources_of_user,
}


def run(world):
    world.give_to(0)
    for name, case in CASES.items():
        yield name, *case(world)
