"""Control groups of the tests' own, in which whatever a start leaves would be seen."""

import os
import pathlib
import re

# In others a group takes no process before it is told more.
KINDS = {"", "memory", "pids", "cpu", "cpuacct", "freezer", "blkio"}


def folders():
    """Those of this process's own groups, as far as they can be seen here."""
    mounts = {}
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        match = re.match(r"\S+ \S+ \S+ (\S+) (\S+) .* - cgroup2? \S+ (\S+)$", line)
        if match:
            root, place, options = match.groups()
            kinds = set(options.split(",")) & KINDS if " - cgroup " in line else {""}
            mounts.update({kind: (root, place) for kind in kinds})
    for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines():
        _, kinds, path = line.split(":", 2)
        for kind in set(kinds.split(",")) & mounts.keys():
            root, place = mounts[kind]
            folder = pathlib.Path(place) / os.path.relpath(path, root)
            if folder.is_dir() and os.access(folder, os.W_OK):
                yield folder


def enter(name):
    """Puts this process into a group of that name in each hierarchy where that is allowed; the groups."""
    entered = []
    for folder in list(folders()):
        group = folder / name
        try:
            group.mkdir(exist_ok=True)
            (group / "cgroup.procs").write_text("0")
        except OSError:
            # Such as EBUSY or EROFS; then nobody else can make groups there either.
            if group.is_dir():
                group.rmdir()
            continue
        entered.append(group)
    return entered


def below(entered):
    return sorted(str(pathlib.Path(folder) / name) for group in entered for folder, names, _ in os.walk(group) for name in names)


def remove(name):
    """Removes the groups of that name, in which nothing is any more."""
    for folder in list(folders()):
        for path, _, _ in list(os.walk(folder / name, topdown=False)):
            os.rmdir(path)
