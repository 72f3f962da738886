"""`scripts/bench capsule`: packing and unpacking, beside tar in the same run.

The tree is made anew for each machine from the sources of its Python, always with the same sizes: about 6,000 files of
together 100 MB, and for building 10,000 files of together 500 MB. Each case is prepared outside of what is measured.
"""

import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import time

MEMORY = "/dev/shm"
MOST_MEMORY = 64 << 20


def corpus():
    """Some megabytes of text and of machine code, as a Python environment has them."""
    text = b"".join(path.read_bytes() for path in sorted(pathlib.Path(os.__file__).parent.glob("*.py")))
    code = pathlib.Path(sys.executable).read_bytes()
    return text, code


def make_tree(folder, files, total):
    """Files whose sizes differ as those of real trees do, all from one seed."""
    numbers = random.Random(1)
    text, code = corpus()
    weights = [numbers.lognormvariate(0, 1.8) for _ in range(files)]
    scale = total / sum(weights)
    for number, weight in enumerate(weights):
        size = max(1, int(weight * scale))
        source = code if number % 10 == 0 else text
        content = bytearray()
        while len(content) < size:
            start = numbers.randrange(len(source))
            content += source[start:start + min(size - len(content), 20000)]
        path = folder / f"lib{number % 97}" / f"module{number % 13}" / f"file{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "run").write_text("#!/bin/sh\n")
    (folder / "run").chmod(0o755)
    (folder / "capsule.yml").write_text("capsule: 1\nname: tree\nversion: 1.0.0\nentrypoint: run\n")


class Case:
    """A command, what must be done before it each time, and where its samples are."""

    def __init__(self, name, command, prepare=lambda: None):
        self.name, self.command, self.prepare = name, command, prepare
        self.times, self.memory = [], 0

    def run(self, environment):
        self.prepare()
        start = time.perf_counter()
        subprocess.run(self.command, shell=True, env=environment, stdout=subprocess.DEVNULL, check=True)
        self.times.append(time.perf_counter() - start)

    def measure_memory(self, environment):
        """By GNU time, as a child of this large program would count its size."""
        self.prepare()
        command = self.command.removeprefix("exec ")
        ended = subprocess.run(
            ["time", "-f", "%M", "sh", "-c", command], env=environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, check=True)
        self.memory = int(ended.stderr.split()[-1]) << 10

    @property
    def median(self):
        return statistics.median(self.times)


def cases(program, place, tree, large):
    def empty(name):
        def prepare():
            shutil.rmtree(place / name, ignore_errors=True)
            (place / name).mkdir()
        return prepare

    gz, zst = place / "tree.tar.gz", place / "tree.tar.zst"
    install = f"exec {program} install --quiet"
    found = [
        Case("install, gzip", f"{install} {gz}", empty("store")),
        Case("install again", f"{install} {gz}"),
        Case("tar xzf", f"exec tar xzf {gz} -C {place}/out", empty("out")),
        Case("bsdtar xf, gzip", f"exec bsdtar xf {gz} -C {place}/out", empty("out")),
        Case("install, zstd", f"{install} {zst}", empty("store")),
        Case("tar, zstd", f"exec tar --zstd -xf {zst} -C {place}/out", empty("out")),
        Case("bsdtar xf, zstd", f"exec bsdtar xf {zst} -C {place}/out", empty("out")),
    ]
    if large:
        found += [
            Case("build, gzip", f"exec {program} build --quiet {large} -o {place}/large.tar.gz"),
            Case("build, zstd", f"exec {program} build --quiet {large} -o {place}/large.tar.zst"),
            Case("tar czf | sha256sum", f"tar czf - -C {large} . | sha256sum"),
        ]
    return found


# Which case is compared with which, and the most that the first may take of the second; no goal where there is none.
RATIOS = [
    ("install, gzip", "tar xzf", None), ("install, gzip", "bsdtar xf, gzip", 1.0),
    ("install, zstd", "tar, zstd", None), ("install, zstd", "bsdtar xf, zstd", None),
    ("install, zstd", "install, gzip", None), ("install again", "install, gzip", 0.15),
    ("build, gzip", "tar czf | sha256sum", 1.0), ("build, zstd", "build, gzip", None),
]


def measure(program, place, rounds, with_large):
    tree, large = place / "tree", place / "large" if with_large else None
    make_tree(tree, 6000, 100 << 20)
    if large:
        make_tree(large, 10_000, 500 << 20)
    environment = {"PATH": os.environ["PATH"], "CAPSRUN_STORE": f"{place}/store", "CAPSRUN_CONFIG": f"{place}/config"}
    key = place / "key"
    subprocess.run([program, "keygen", "--no-password", "-o", key], env=environment, check=True, capture_output=True)
    subprocess.run([program, "trust", "add", f"{key}.pub"], env=environment, check=True, capture_output=True)
    for name in ("tree.tar.gz", "tree.tar.zst"):
        subprocess.run(
            [program, "build", "--quiet", tree, "--sign", f"{key}.key", "-o", place / name], env=environment, check=True)
    found = cases(program, place, tree, large)
    for _ in range(rounds):
        for case in found:
            case.run(environment)
    for case in found:
        case.measure_memory(environment)
    return {case.name: case for case in found}


def report(title, results, gate):
    """Prints medians and ratios; False when a goal is missed by more than the gate."""
    print(title)
    holds = True
    for case in results.values():
        print(f"  {case.name:22} median {case.median:6.3f} s  from {min(case.times):.3f} to {max(case.times):.3f}"
              f"  peak {case.memory >> 20} MiB")
        if "tar" not in case.name and case.memory > MOST_MEMORY:
            print(f"  {case.name}: more than {MOST_MEMORY >> 20} MiB")
            holds = False
    for one, other, goal in RATIOS:
        if one not in results or other not in results:
            continue
        ratio = results[one].median / results[other].median
        line = f"  {one} takes {ratio:.2f} x {other}"
        if goal:
            line += f", goal {goal:.2f}"
            if ratio > goal * gate:
                holds = False
                line += "  BEYOND THE GATE"
        print(line)
    return holds


def run(root, kept, rounds, gate):
    program = root / "build" / "capsrun"
    holds = True
    for title, parent, with_large in (("In memory:", MEMORY, True), (f"On the disk of {kept}:", kept, False)):
        place = pathlib.Path(parent) / f"capsrun-bench-{os.getpid()}"
        place.mkdir()
        try:
            results = measure(program, place, rounds, with_large)
            # What a disk does depends on what was written before, and ranks nothing.
            in_time = report(title, results, gate if parent == MEMORY else float("inf"))
            holds = holds and in_time
        finally:
            shutil.rmtree(place)
    return holds
