"""Manifests that are as large as allowed, and of the shapes that a reader may take too long for."""

import os
import subprocess
import sys

import harness

LARGEST = (1 << 20) - 64
YAML = "capsule: 1\nentrypoint: a\n"
TOML = 'capsule = 1\nentrypoint = "a"\n'
JSON = '{"capsule": 1, "entrypoint": "a", '


def repeat(make, size):
    """make(0) + make(1) + … until the size is reached."""
    parts, length = [], 0
    while length < size:
        parts.append(make(len(parts)))
        length += len(parts[-1])
    return "".join(parts)


SHAPES = {
    "yaml": {
        "deep flow lists": lambda size: YAML + "x: " + "[" * size,
        "many flow lists": lambda size: YAML + "x: [" + "[]," * (size // 3) + "]",
        "flow lists in one line": lambda size: YAML + "x: [" + "[[[[[[[[a]]]]]]]]," * (size // 18) + "]",
        "deep block lists": lambda size: YAML + "x:\n " + "- " * (size // 2),
        "deep block tables": lambda size: YAML + repeat(lambda level: " " * level + "x:\n", size),
        "many unknown keys": lambda size: YAML + repeat("k{0}:\n".format, size),
        "many unknown keys in one line": lambda size: "{" + repeat("k{0}: ,".format, size) + "}",
        "many variables": lambda size: YAML + "env:\n" + repeat(" K{0}: v\n".format, size),
        "many wrong variables": lambda size: YAML + "env: {" + repeat("{0}: [],".format, size) + "}",
        "many processes": lambda size: "capsule: 1\nprocesses:\n" + repeat(" p{0}: {{cmd: c}}\n".format, size),
        "many wrong processes": lambda size: "capsule: 1\nprocesses:\n" + repeat(" p{0}: {{cmf: c}}\n".format, size),
        "an alias bomb": lambda size: repeat("a{0}: &a{0} [*a, *a, *a, *a, *a, *a, *a, *a]\n".format, size),
        "a long key": lambda size: YAML + "k" * size + ": v",
        "a long quoted key": lambda size: YAML + '? "' + "k" * size + '"\n: v',
        "a long number": lambda size: "capsule: " + "1" * size + "\nentrypoint: a\n",
        "a long path": lambda size: YAML + "capabilities: {fs_read: [" + "/a" * (size // 2) + "]}",
        "a long version": lambda size: YAML + "version: 1.2.3-" + "a." * (size // 2),
        "many paths": lambda size: YAML + "capabilities:\n  fs_read:\n" + repeat("  - /p{0}\n".format, size),
        "many wrong paths": lambda size: YAML + "capabilities: {fs_read: [" + "p," * (size // 2) + "]}",
        "a long text in many lines": lambda size: YAML + "description: >\n" + "  a\n" * (size // 4),
        "a long quoted text in many lines": lambda size: YAML + 'description: "' + "\n a" * (size // 3) + '"',
        "escapes": lambda size: YAML + 'description: "' + "\\x41" * (size // 4) + '"',
        "comments": lambda size: YAML + "#\n" * (size // 2),
        "empty lines": lambda size: YAML + "\n" * size,
        "question marks": lambda size: YAML + "? " * (size // 2),
        "colons": lambda size: YAML + "{" + ":," * (size // 2),
        "quotes without an end": lambda size: YAML + "x: '" + "a" * size,
        "tags": lambda size: YAML + "x: " + "!a " * (size // 3),
        "directives": lambda size: repeat("%TAG !{0}! a\n".format, size) + "---\n" + YAML,
        "documents": lambda size: "---\n" * (size // 4),
        "accents on one letter": lambda size: YAML + "x: e" + "\u0301" * (size // 2),
    },
    "toml": {
        "a deep dotted key": lambda size: TOML + "a." * (size // 2) + "a = 1",
        "a deep header": lambda size: TOML + "[" + "a." * (size // 2) + "a]",
        "deep lists": lambda size: TOML + "x = " + "[" * size,
        "deep inline tables": lambda size: TOML + "x = " + "{a=" * (size // 3),
        "many lists": lambda size: TOML + "x = [" + "[]," * (size // 3) + "]",
        "many unknown keys": lambda size: TOML + repeat("k{0}=1\n".format, size),
        "many unknown keys in one line": lambda size: TOML + "env = {" + repeat("k-{0}=1,".format, size) + "z=1}",
        "many dotted keys": lambda size: TOML + repeat("a.k{0}=1\n".format, size),
        "many long dotted keys": lambda size: TOML + repeat(lambda n: "a." * 50 + f"k{n}=1\n", size),
        "many tables": lambda size: TOML + repeat("[t{0}]\n".format, size),
        "many subtables": lambda size: TOML + repeat("[t.u.v.w.x{0}]\n".format, size),
        "an array of tables": lambda size: TOML + "[[t]]\n" * (size // 6),
        "many variables": lambda size: TOML + "[env]\n" + repeat('K{0}="v"\n'.format, size),
        "many processes": lambda size: "capsule=1\n" + repeat('[processes.p{0}]\ncmd="c"\n'.format, size),
        "many wrong processes": lambda size: "capsule=1\n" + repeat('[processes.p{0}]\ncmf="c"\n'.format, size),
        "a long key": lambda size: TOML + "k" * size + " = 1",
        "a long quoted key": lambda size: TOML + '"' + "k" * size + '" = 1',
        "a long number": lambda size: "capsule = " + "1" * size,
        "a long float": lambda size: TOML + "x = 0." + "1" * size,
        "a long path": lambda size: TOML + 'capabilities.fs_read = ["' + "/a" * (size // 2) + '"]',
        "many wrong paths": lambda size: TOML + "capabilities.fs_read = [" + "'p'," * (size // 4) + "]",
        "a long text in many lines": lambda size: TOML + 'description = """' + "a\n" * (size // 2) + '"""',
        "escapes": lambda size: TOML + 'description = "' + "\\u0041" * (size // 6) + '"',
        "comments": lambda size: TOML + "#\n" * (size // 2),
        "empty lines": lambda size: TOML + "\n" * size,
        "quotes without an end": lambda size: TOML + "x = '''" + "a" * size,
        "dates": lambda size: TOML + "x = [" + "1979-05-27T07:32:00Z," * (size // 21) + "]",
    },
    "json": {
        "deep lists": lambda size: JSON + '"x": ' + "[" * size,
        "deep tables": lambda size: '{"a":' * (size // 5),
        "many lists": lambda size: JSON + '"x": [' + "[]," * (size // 3) + "[]]}",
        "many unknown keys": lambda size: JSON + repeat('"k{0}":1,'.format, size) + '"z": 1}',
        "many unknown keys in many lines": lambda size: JSON + repeat('"k{0}":1,\n'.format, size) + '"z": 1}',
        "many variables": lambda size: JSON + '"env": {' + repeat('"K{0}":"v",'.format, size) + '"Z":"v"}}',
        "many wrong variables": lambda size: JSON + '"env": {' + repeat('"{0}":[],'.format, size) + '"Z":[]}}',
        "many processes": lambda size: '{"capsule":1,"processes":{' + repeat('"p{0}":{{"cmd":"c"}},'.format, size)
        + '"z":{"cmd":"c"}}}',
        "a long key": lambda size: JSON + '"' + "k" * size + '": 1}',
        "a long number": lambda size: '{"capsule": ' + "1" * size + "}",
        "a long word": lambda size: '{"capsule": ' + "a" * size + "}",
        "a long path": lambda size: JSON + '"capabilities": {"fs_read": ["' + "/a" * (size // 2) + '"]}}',
        "many wrong paths": lambda size: JSON + '"capabilities": {"fs_read": [' + '"p",' * (size // 4) + '"p"]}}',
        "escapes": lambda size: JSON + '"description": "' + "\\ud83d\\ude00" * (size // 12) + '"}',
        "white space": lambda size: JSON + " \n" * (size // 2) + '"description": "a"}',
        "a string without an end": lambda size: JSON + '"' + "a" * size,
        "accents on one letter": lambda size: JSON + '"e' + "\u0301" * (size // 2) + '": 1}',
    },
}

# Linear time makes it 4, quadratic 16. Below this many seconds, other things than the size decide.
LARGEST_GROWTH = 9
SHORT = 1.5


def write(folder, syntax, size):
    for number, make in enumerate(SHAPES[syntax].values()):
        (folder / str(number)).write_bytes(make(size).encode()[:size])


def measure(program, syntax, options):
    """Reads each shape at its full size and at a quarter; returns whether all went well, and the name of this test."""
    harness.OUT.mkdir(parents=True, exist_ok=True)
    passed, longest = True, 0.0
    for name, make in SHAPES[syntax].items():
        part, full = (read(program, syntax, name, make, options.size // divisor, options.timeout) for divisor in (4, 1))
        is_good = full is not None and part is not None and (full < SHORT or full < LARGEST_GROWTH * part)
        if full is None or part is None:
            print(f"fuzz: {syntax}: {name}: FAILED", flush=True)
        else:
            print(f"fuzz: {syntax}: {name}: {part:.2f} s, {full:.2f} s{'' if is_good else ' GREW TOO MUCH'}", flush=True)
            longest = max(longest, full)
        passed = passed and is_good
    print(f"fuzz: {syntax}: {len(SHAPES[syntax])} shapes, {longest:.2f} s at most", flush=True)
    return passed, f"a large {syntax.upper()} manifest of a bad shape is read in a time that grows with its size"


def read(program, syntax, name, make, size, timeout):
    """The processor time of reading one file, or None."""
    path = harness.OUT / f"{syntax}-shape-{name.replace(' ', '-')}"
    path.write_bytes(make(size - 256).encode()[:LARGEST])
    environment = os.environ | harness.ENVIRONMENT | {"CAPSRUN_FUZZ_FILE": harness.FILES[syntax]}
    before = os.times()
    log = subprocess.run([program, path, f"-timeout={timeout}", "-rss_limit_mb=2048"], env=environment, capture_output=True,
                         text=True, errors="replace")
    after = os.times()
    if log.returncode:
        sys.stderr.write(log.stderr[-1500:] + f"\nfuzz: to run it again: {harness.rerun(program, syntax)} {path}\n")
        return None
    path.unlink()
    return after.children_user + after.children_system - before.children_user - before.children_system
