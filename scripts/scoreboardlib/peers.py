"""The tools beside each other, each with the flags that are printed."""

import collections
import pathlib
import re
import shlex
import subprocess

from benchlib.starts import pypi_bubblewrap
from probelib.running import AS_USER
from probelib.running import callers as capsrun_callers

HERE = pathlib.Path(__file__).resolve().parent
# `flags` are shown as they would be typed, with WORLD for the folder of the harness; `prefix` is what is run.
Peer = collections.namedtuple("Peer", "name version who flags prefix user")

USUAL = "--unshare-all --ro-bind / / --proc /proc --dev /dev --tmpfs /tmp --die-with-parent"
HARDENED = ("--unshare-all --unshare-user --disable-userns --cap-drop ALL --new-session --die-with-parent --clearenv "
            "--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 "
            "--proc /proc --dev /dev --tmpfs /tmp --hostname box")
# What capsrun is granted, for the tools that show nothing by themselves; the first two are there in any case by `USUAL`.
READ = "--ro-bind WORLD/bin WORLD/bin --ro-bind WORLD/read WORLD/read"
WRITE = ("--bind WORLD/write WORLD/write --ro-bind WORLD/write/locked WORLD/write/locked "
         "--ro-bind WORLD/write/parent/locked WORLD/write/parent/locked")


def version(command):
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.search(r"\d[\w.+~-]*", text)[0]


def bubblewrap(world, program, flags, kind):
    prefix = [*AS_USER, world.probe, "keyed", program, *shlex.split(flags.replace("WORLD", str(world.folder))), "--"]
    name = f"bwrap {version([program, '--version'])}{kind}"
    return Peer(name, "", "an ordinary user", f"bwrap {flags}", prefix, 1500)


def runc(world, kind, before, user):
    prefix = [*before, world.probe, "keyed", HERE / "runc.py", world.folder, kind]
    flags = f"runc spec{' --rootless' if kind == 'rootless' else ''}; the folders as bind mounts, a tmpfs on /tmp"
    return Peer(f"runc {version(['runc', '--version'])} {kind}", "", "an ordinary user" if user else "root", flags, prefix, user)


def every(world, root):
    """In the order of the columns."""
    box = ("capsrun box --read WORLD/bin --read WORLD/read --write WORLD/write --read WORLD/write/locked "
           "--read WORLD/write/parent/locked")
    own = capsrun_callers(world)
    number = version([world.capsrun, "--version"])
    pypi = pypi_bubblewrap(root / "build" / "bench")
    return [
        Peer(f"capsrun {number} as root", "", "root", box, *own["root"]),
        Peer(f"capsrun {number} as a user", "", "an ordinary user", box, *own["user"]),
        bubblewrap(world, "/usr/bin/bwrap", f"{USUAL} {WRITE}", ""),
        bubblewrap(world, str(pypi), f"{USUAL} {WRITE}", ""),
        bubblewrap(world, str(pypi), f"{HARDENED} {READ} {WRITE}", ", hardened"),
        runc(world, "root", [], 0),
        runc(world, "rootless", AS_USER, 1500),
    ]
