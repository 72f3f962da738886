"""Processes from outside, as root or their own user sees them in /proc."""

import pathlib


def children(process):
    """Ids of the children of all threads of a process; none when it is gone."""
    found = []
    try:
        for file in pathlib.Path(f"/proc/{process}/task").glob("*/children"):
            found += [int(word) for word in file.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def family(process):
    """The process, its children, theirs, and so on."""
    return [process] + [one for child in children(process) for one in family(child)]


def birth(process):
    """What tells a process from a later one of the same number; None when it is gone."""
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        return None


def memory(process):
    """Bytes by the names of smaps_rollup: `Pss`, and `Private`, which nobody else has mapped."""
    found = {}
    for line in pathlib.Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split(":")
        found[name] = int(value.split()[0]) << 10
    return {"Private": found["Private_Clean"] + found["Private_Dirty"], "Pss": found["Pss"]}


def available_memory():
    """What the whole machine could still give."""
    for line in pathlib.Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) << 10
    raise ValueError("no MemAvailable")
