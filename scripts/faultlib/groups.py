"""The control groups that capsrun makes, as it names them."""

import os
import pathlib
import re


def hierarchies():
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        match = re.match(r"\S+ \S+ \S+ \S+ (\S+) .* - cgroup2? ", line)
        if match:
            yield pathlib.Path(match.group(1))


def own():
    """The groups in which this process is, as paths below each hierarchy, with all around them."""
    for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines():
        path = pathlib.PurePosixPath(line.split(":", 2)[2].lstrip("/"))
        yield from [path, *path.parents]


def of(name):
    """Those of the runs of one capsule, and all in them."""
    found = set()
    for mount in hierarchies():
        for place in own():
            # Which passes over what somebody else removes meanwhile.
            for folder, names, _ in os.walk(mount / place / "capsrun"):
                if pathlib.Path(folder).name == "capsrun":
                    names[:] = [one for one in names if one.startswith(f"{name}-")]
                else:
                    found.add(folder)
    return sorted(found)
