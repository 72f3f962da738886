#!/usr/bin/env python3
"""Runs a command by runc with its default specification: runc.py WORLD rootless|root COMMAND...

The specification is that of `runc spec`, with the folders of the world at their own paths, which is what the other tools
are granted too, and a writable /tmp."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def grants(world):
    for name, access in [("bin", "ro"), ("read", "ro"), ("write", "rw"), ("write/locked", "ro"),
                         ("write/parent/locked", "ro")]:
        yield {"destination": f"{world}/{name}", "type": "bind", "source": f"{world}/{name}",
               "options": ["rbind", access, "nosuid", "nodev"]}


def main(world, kind, *command):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="capsprobe-runc-", dir="/var/tmp"))
    try:
        for name in ["rootfs/tmp", "rootfs/proc", "rootfs/dev", "rootfs/sys", f"rootfs{world}"]:
            (folder / name).mkdir(parents=True)
        subprocess.run(["runc", "spec", *(["--rootless"] if kind == "rootless" else [])], cwd=folder, check=True)
        file = folder / "config.json"
        config = json.loads(file.read_text())
        config["process"]["args"] = list(command)
        # What is left beside another one is read from a pipe; runc gives a terminal only to what has one.
        config["process"]["terminal"] = os.isatty(0)
        config["mounts"] += [*grants(world), {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs",
                                              "options": ["nosuid", "nodev", "mode=1777"]}]
        file.write_text(json.dumps(config))
        return subprocess.run(["runc", "--root", folder / "state", "run", "--bundle", folder, folder.name]).returncode
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
