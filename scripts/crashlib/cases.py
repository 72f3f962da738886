"""The commands that are killed, the store that they work on, and what must hold afterwards."""

import collections
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import tracer

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TURNS = 40
# More than any of the commands makes.
MOST_CALLS = 20_000

Case = collections.namedtuple("Case", "says template command actives present again")
# What each command may leave: which capsules a name stands for, which must be there whatever happens, and with which
# codes the same command ends when it is given once more.
CASES = {
    "activate": Case("a name stands for the old capsule or the new one", "two", ["activate", "{two}"],
                     ["one", "two"], ["one", "two"], [0]),
    "rollback": Case("a name stands for the old capsule or the previous one", "three", ["rollback", "hello"],
                     ["one", "two"], ["one", "two", "three"], [0]),
    "install": Case("the new capsule is there or not", "two", ["install", "--allow-unsigned", "{file three}"],
                    ["one"], ["one", "two"], [0]),
    "renew": Case("the capsule is signed or not", "two", ["install", "{file signed}"], ["one"], ["one", "two"], [0]),
    "remove": Case("the capsule is there or not", "two", ["remove", "{two}"], ["one"], ["one"], [0, 66]),
    "force": Case("the capsule is active, or only there, or not there", "two", ["remove", "--force", "{one}"],
                  ["one", None], ["two"], [0, 66]),
    "pin": Case("the capsule is pinned or not", "two", ["pin", "{two}"], ["one"], ["one", "two"], [0]),
    "gc": Case("what is needed is there", "three", ["gc", "--keep", "0"], ["two"], ["two"], [0]),
}


class World:
    """Capsules, and stores that hold some of them."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="capsrun-crash-"))
        self.program = os.environ.get("CAPSRUN_BINARY", str(ROOT / "build/capsrun"))
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "SOURCE_DATE_EPOCH": "0",
                            "CAPSRUN_CONFIG": str(self.folder / "config")}
        self.ids = {}
        try:
            for number, name in enumerate(["one", "two", "three"]):
                self.build(name, f"1.{number}.0")
            self.sign()
            self.make_stores()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def file(self, name):
        return str(self.folder / f"{name}.tar.gz")

    def build(self, name, version):
        source = self.folder / name
        (source / "bin").mkdir(parents=True)
        (source / "capsule.yml").write_text(
            f"capsule: 1\nname: hello\nversion: {version}\nentrypoint: bin/run\n")
        (source / "bin/run").write_text(f"#!/bin/sh\necho {name}\n")
        (source / "bin/run").chmod(0o755)
        (source / "shared").write_text("shared by all\n")
        (source / "link").symlink_to("bin/run")
        self.ids[name] = self.json(None, "build", "--from-dir", str(source), "--output", self.file(name))["build_sha"]

    def sign(self):
        """The second capsule once more, with a signature of somebody who is trusted."""
        shutil.copy(self.file("two"), self.file("signed"))
        key = str(self.folder / "key")
        self.checked(None, "keygen", "--no-password", "--output", key)
        self.checked(None, "sign", "--key", key + ".key", self.file("signed"))
        self.checked(None, "trust", "add", key + ".pub")

    def make_stores(self):
        for store, names in [("two", ["one", "two"]), ("three", ["one", "two", "three"])]:
            for name in names:
                self.checked(store, "install", "--allow-unsigned", self.file(name))
            self.checked(store, "activate", self.ids["one"])
        # It stood for each of two, and the third is needed by nothing.
        self.checked("three", "activate", self.ids["two"])

    def variables(self, store):
        return self.environment | ({"CAPSRUN_STORE": str(self.folder / "stores" / store)} if store else {})

    def run(self, store, *arguments):
        return subprocess.run([self.program, *arguments], env=self.variables(store), capture_output=True, text=True,
                              timeout=120)

    def start(self, store, *arguments):
        return subprocess.Popen([self.program, *arguments], env=self.variables(store), stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def clean(self, name):
        """What a store holds that belongs to nothing, and what fsck says."""
        store = self.folder / "stores" / name
        if left := os.listdir(store / "staging"):
            yield f"staging holds {left}"
        yield from (f"{path} is needed by nothing" for path in (store / "objects").rglob("*")
                    if path.is_file() and path.lstat().st_nlink == 1)
        checked = self.run(name, "fsck")
        if checked.returncode:
            yield f"fsck ends with {checked.returncode}: {checked.stdout}{checked.stderr}"

    def checked(self, store, *arguments):
        ended = self.run(store, *arguments)
        if ended.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {ended.returncode}: {ended.stdout}{ended.stderr}")
        return ended

    def json(self, store, *arguments):
        return json.loads(self.checked(store, *arguments, "--json").stdout)

    def words(self, command):
        values = {f"{{{name}}}": id for name, id in self.ids.items()}
        values |= {f"{{file {name}}}": self.file(name) for name in [*self.ids, "signed"]}
        return [values.get(word, word) for word in command]

    def copy(self, template, store):
        target = self.folder / "stores" / store
        if target.exists():
            shutil.rmtree(target)
        subprocess.run(["cp", "-a", self.folder / "stores" / template, target], check=True)

    def state(self, store):
        """What lies in a store, without times and the numbers of processes."""
        digest = hashlib.sha256()
        root = self.folder / "stores" / store
        for path in sorted(root.rglob("*")):
            digest.update(re.sub(r"(staging/)\d+-|-\d+$", r"\1", str(path.relative_to(root))).encode() + b"\0")
            status = path.lstat()
            digest.update(f"{status.st_mode} {status.st_nlink}".encode())
            if path.is_symlink():
                digest.update(os.readlink(path).encode())
            elif path.is_file():
                digest.update(re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"", path.read_bytes()))
        return digest.digest()


def beside(world):
    """Gives commands at the same time, again and again; the lines of TAP that say what came of it."""
    world.copy("two", "work")
    problems = []
    commands = [["install", "--allow-unsigned", world.file("three")], ["gc", "--keep", "0"],
                ["install", "--allow-unsigned", "--allow-downgrade", world.file("two")],
                ["activate", world.ids["one"]], ["fsck"],
                ["install", "--allow-unsigned", world.file("three")], ["gc", "--keep", "0"], ["list"]]
    lists = [["list", "--json"]] * 4
    for turn in range(TURNS):
        running = [(command, world.start("work", *command)) for command in commands[turn % 3:] + lists + commands[:turn % 3]]
        for command, process in running:
            output, errors = process.communicate(timeout=120)
            if '"running": true' in output:
                problems.append(f"turn {turn}: {command[0]} says that a capsule runs, which nobody has started")
            if process.returncode:
                problems.append(f"turn {turn}: {command[0]} ends with {process.returncode}: {errors}")
    world.checked("work", "gc", "--keep", "0")
    problems += world.clean("work")
    listed = world.json("work", "list")["capsules"]
    if [capsule["id"] for capsule in listed] != [world.ids["one"]]:
        problems.append(f"in the end there is {listed}")
    yield f"{'not ok' if problems else 'ok'} - installs, collections and checks at the same time do no harm"
    yield from (f"# {problem}" for problem in problems)


def run(name, world):
    """Kills a command at each of its system calls; the lines of TAP that say what came of it."""
    case = CASES[name]
    command = [world.program, *world.words(case.command)]
    world.copy(case.template, "work")
    untouched = world.state("work")
    # Most system calls change nothing: each state is looked at once.
    seen = {}
    problems = []
    calls = 0
    for calls in range(1, MOST_CALLS):
        code = tracer.kill_at(calls, command, world.variables("work"))
        state = world.state("work")
        if state not in seen:
            seen[state] = calls
            problems += [f"call {calls}: {problem}" for problem in check(case, world, killed=code is None)]
            changed = True
        else:
            changed = state != untouched
        if changed:
            world.copy(case.template, "work")
        if code is not None:
            if code != 0:
                problems.append(f"it ended with {code} without being killed")
            break
    else:
        problems.append(f"it makes more than {MOST_CALLS} system calls")
    yield f"{'not ok' if problems or len(seen) < 2 else 'ok'} - {name} killed at each system call: {case.says}"
    yield f"# {calls - 1} system calls, {len(seen)} states of the store"
    yield from (f"# {problem}" for problem in problems)


def check(case, world, killed):
    """What is wrong with the store that a command left, and after it was given once more."""
    yield from whole(case, world)
    again = world.run("work", *world.words(case.command))
    if again.returncode not in case.again:
        yield f"given again it ends with {again.returncode}: {again.stderr}"
    yield from whole(case, world)
    world.checked("work", "gc", "--keep", "100")
    yield from world.clean("work")


def whole(case, world):
    listed = world.run("work", "list", "--json")
    if listed.returncode:
        yield f"list ends with {listed.returncode}: {listed.stderr}"
        return
    listed = json.loads(listed.stdout)
    there = {capsule["id"] for capsule in listed["capsules"]}
    if listed["damaged"]:
        yield f"damaged: {listed['damaged']}"
    if missing := [name for name in case.present if world.ids[name] not in there]:
        yield f"no longer there: {missing}"
    checked = world.run("work", "fsck")
    if checked.returncode:
        yield f"fsck ends with {checked.returncode}: {checked.stdout}{checked.stderr}"
    status = json.loads(world.run("work", "status", "hello", "--json").stdout)
    if status["active"] not in [name and world.ids[name] for name in case.actives]:
        yield f"the name stands for {status['active']}"
