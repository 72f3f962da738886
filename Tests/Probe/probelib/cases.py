"""What the harness itself does to capsrun, or looks at from outside. Each case gives a result as a check does, and a detail."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import time

from .running import AS_USER, SECRET, environment, grants


def start(world, options, command, **more):
    return subprocess.run([world.capsrun, "box", *grants(world), *options, "--", *command], capture_output=True, text=True,
                          env=environment(), timeout=60, **more)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def working_folders(world):
    """CVE-2024-21626: a folder of the caller, by the number that it had or will have."""
    if start(world, ["--chdir", "/tmp"], ["/bin/pwd"]).stdout != "/tmp\n":
        return "not-tried", "the control does not start"
    outside = os.open("/", os.O_RDONLY)
    try:
        for number in range(3, 21):
            os.dup2(outside, 20, inheritable=True)
            for path in [f"/proc/self/fd/{number}", f"/proc/1/fd/{number}"]:
                ended = start(world, ["--chdir", path], ["/bin/pwd"], pass_fds=[20])
                if ended.returncode == 0:
                    return "succeeded", f"started in {path}: {ended.stdout}"
    finally:
        os.close(20)
        os.close(outside)
    return "refused", ""


def interpreter(world):
    """CVE-2019-5736: a script whose interpreter is what starts it, which is capsrun while that has not executed anything."""
    script = world.folder / "read/interpreted"
    script.write_text("#!/proc/self/exe version\n")
    script.chmod(0o755)
    before = digest(world.capsrun)
    user = pathlib.Path(world.capsrun)
    os.chown(user, 1500, 1500)
    try:
        ended = subprocess.run([*AS_USER, world.capsrun, "box", *grants(world), "--", script], capture_output=True, text=True,
                               env=environment(), timeout=60)
    finally:
        os.chown(user, 0, 0)
        script.unlink()
    is_changed = digest(world.capsrun) != before
    return ("succeeded", "capsrun was changed") if is_changed else ("refused", f"ended with {ended.returncode}")


def preload(world):
    """A library that the manifest's environment names is loaded inside, and by nothing outside."""
    log = world.folder / "write/log"
    options = ["--env", f"LD_PRELOAD={world.folder}/bin/capsprobe-preload.so", "--env", f"CAPSPROBE_LOG={log}",
               "--env", f"PATH={world.folder}/write:/usr/bin"]
    for name in ["newuidmap", "newgidmap", "mount", "ip", "sh"]:
        helper = world.folder / "write" / name
        helper.write_text(f"#!/bin/sh\necho ran >>{log}\n")
        helper.chmod(0o755)
    ended = start(world, options, ["/bin/true"])
    loaders = log.read_text().splitlines() if log.exists() else []
    if ended.returncode or not loaders:
        return "not-tried", f"the control was not loaded inside: {ended.stderr}"
    is_outside = os.readlink("/proc/self/ns/pid") in loaders or "ran" in loaders
    return "succeeded" if is_outside else "refused", f"loaded by {loaders}"


def setting(world):
    """cr8escape, CVE-2022-0811."""
    manifest = "capsule: 1\nname: x\nprocesses: {main: {cmd: /bin/true, cwd: /}}\n"
    settings = "sysctl: {kernel.shm_rmid_forced: 1+kernel.core_pattern=/x}\n"
    for text, code in [(manifest, 0), (manifest + settings, 65), (manifest + "security: {" + settings[:-1] + "}\n", 65)]:
        file = world.folder / "write/capsule.yml"
        file.write_text(text)
        ended = subprocess.run([world.capsrun, "check", file], capture_output=True, env=environment(), timeout=60)
        if ended.returncode != code:
            return "succeeded" if code else "not-tried", f"check ended with {ended.returncode}, not {code}: {text}"
    return "refused", ""


def target_through_link(world):
    """A target in /proc is refused; so should be one that leads there by a link in a granted folder."""
    link, mark = world.folder / "write/link", "from elsewhere\n"
    (world.folder / "read/marked").write_text(mark)
    link.symlink_to("/proc")
    shown = [start(world, ["--bind", f"{world.folder}/read/marked:{target}"], ["/bin/cat", "/proc/version"])
             for target in ["/proc/version", link / "version"]]
    link.unlink()
    if shown[0].returncode != 64:
        return "not-tried", f"the direct way ended with {shown[0].returncode}"
    return "succeeded" if shown[1].stdout == mark else "refused", f"ended with {shown[1].returncode}"


def made_later(world):
    """A readable folder within a writable one, which need not be there, is made by the program itself: CVE-2026-25725."""
    later = world.folder / "write/later"
    (world.folder / "read/app").mkdir(exist_ok=True)
    manifest = {"capsule": 1, "name": "later", "capabilities": {"fs_write": [str(later.parent)], "fs_read": [f"{later}?"]},
                "processes": {"main": {"cmd": "/bin/sh", "cwd": "/", "args": ["-c", f"mkdir -p {later}; echo x >{later}/file"]}}}
    (world.folder / "read/app/capsule.json").write_text(json.dumps(manifest))
    command = [world.capsrun, "run", world.folder / "read/app"]
    made = subprocess.run(command, capture_output=True, env=environment(), timeout=60).returncode
    shutil.rmtree(later, ignore_errors=True)
    later.mkdir()
    there = subprocess.run(command, capture_output=True, env=environment(), timeout=60).returncode
    shutil.rmtree(later)
    if there != 2:
        return "not-tried", f"with the folder there it ended with {there}"
    return "refused" if made else "succeeded", f"ended with {made}"


def command_lines():
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes()
        except OSError:
            continue


def handed_on(world):
    """A variable that is handed on by its name is in no command line of the host; that of the control is."""
    for option, is_seen in [("CAPSPROBE_SECRET", False), (f"CAPSPROBE_SECRET={SECRET}", True)]:
        command = [world.capsrun, "box", *grants(world), "--env", option, "--", world.probe, "host"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as inside:
            inside.stdout.readline()
            found = any(SECRET.encode() in line for line in command_lines())
            inside.stdin.close()
            inside.wait(20)
        if found != is_seen:
            return "succeeded" if found else "not-tried", f"--env {option}"
    return "refused", ""


def core_program(world):
    """A program that is given cores runs outside, as root, whatever the limit of core files. Only for a machine of one's own."""
    setting, catcher, caught = (pathlib.Path("/proc/sys/kernel/core_pattern"), world.folder / "host/catch", world.folder / "caught")
    catcher.write_text(f"#!/bin/sh\ncat >/dev/null\n/usr/bin/touch {caught}\n")
    catcher.chmod(0o755)
    before = setting.read_text()
    setting.write_text(f"|{catcher}")
    crash = ["/bin/sh", "-c", "kill -SEGV $$"]
    try:
        subprocess.run(crash, capture_output=True, check=False)
        if not comes(caught):
            return "not-tried", "the control was not caught"
        caught.unlink()
        ended = start(world, [], crash)
        is_caught = comes(caught)
    finally:
        setting.write_text(before)
    return "succeeded" if is_caught else "refused", f"ended with {ended.returncode}"


def comes(path):
    """Nobody waits for the program that is given a core."""
    for _ in range(100):
        if path.exists():
            return True
        time.sleep(0.05)
    return False


CASES = {
    "T-01.interpreter": interpreter,
    "T-02.chdir": working_folders,
    "T-03.target-through-link": target_through_link,
    "T-20.preload": preload,
    "T-23.settings": setting,
    "T-30.made-later": made_later,
    "T-37.handed-on": handed_on,
}


# Those that change the machine.
MACHINE_CASES = {"T-24.core-program": core_program}


def run(world, which):
    world.give_to(0)
    for name, case in which.items():
        yield name, *case(world)
