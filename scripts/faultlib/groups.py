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
    places = sorted({str(path) for path in own()})
    found = [group for mount in hierarchies() for place in places for group in (mount / place / "capsrun").glob(f"{name}-*")]
    # Another start may be removing them right now.
    return sorted({folder for group in found for folder, _, _ in os.walk(group)})
