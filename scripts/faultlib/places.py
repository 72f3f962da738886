"""Where capsrun is started: mount namespaces with folders, capsules and a device, in which whatever is left would be seen."""

import ctypes
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile

import groups
import tracing

USER = 1500
NEW_MOUNTS = 0x20000
PRIVATE, SHARED, RECURSIVE, BIND, NOSUID = 1 << 18, 1 << 20, 1 << 14, 1 << 12, 2
libc = ctypes.CDLL(None, use_errno=True)


def checked(result, what):
    if result == -1:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def mount(source, target, kind, flags, options=None):
    checked(libc.mount(*(text and str(text).encode() for text in (source, target, kind)), flags,
                       options and options.encode()), f"mount {target}")


class Place:
    """One mount namespace, which this process is in from now on. `folder` lies on a file system that maps owners."""

    def __init__(self, folder, program):
        self.folder, self.source = pathlib.Path(folder), program
        checked(libc.unshare(NEW_MOUNTS), "unshare")
        mount("none", "/", None, PRIVATE | RECURSIVE)
        # What is used may lie where everything is going to be empty.
        held = {path: os.open(path, os.O_PATH) for path in [self.folder, tracing.ROOT]}
        for path in ["/tmp", "/var/tmp", "/run", "/dev/shm"]:
            mount("none", path, "tmpfs", NOSUID, "mode=1777")
        for path, descriptor in held.items():
            if not path.exists():
                path.mkdir(mode=0o755, parents=True)
                mount(f"/proc/self/fd/{descriptor}", path, None, BIND)
            os.close(descriptor)
        self.devices()
        self.accounts()
        # So that a mount that came out of a sandbox would be seen here.
        mount("none", "/", None, SHARED | RECURSIVE)
        self.program = str(self.folder / "capsrun")
        shutil.copy(program, self.program)
        self.callers = {}
        for name, user in [("root", 0), ("user", USER)]:
            self.callers[name] = CallerPlace(self, name, user)

    def devices(self):
        mount("none", "/dev", "tmpfs", NOSUID, "mode=755")
        for name, minor in [("null", 3), ("zero", 5), ("full", 7), ("random", 8), ("urandom", 9), ("granted", 5)]:
            os.mknod(f"/dev/{name}", 0o20666, os.makedev(1, minor))
            os.chmod(f"/dev/{name}", 0o666)
        os.mknod("/dev/tty", 0o20666, os.makedev(5, 0))
        os.chmod("/dev/tty", 0o666)

    def accounts(self):
        """Gives the user a range of users."""
        passwd = pathlib.Path("/etc/passwd").read_text() + f"\nfaulty:x:{USER}:{USER}::/:/bin/sh\n"
        for name, content in [("passwd", passwd), ("subuid", "faulty:300000:65536\n"), ("subgid", "faulty:300000:65536\n")]:
            if not (pathlib.Path("/etc") / name).exists():
                raise RuntimeError(f"there is no /etc/{name}")
            path = self.folder / name
            path.write_text(content)
            mount(path, f"/etc/{name}", None, BIND)

    def mounts(self):
        return pathlib.Path("/proc/self/mountinfo").read_text().splitlines()


class CallerPlace:
    """The folders, capsules and the store of one caller."""

    def __init__(self, place, name, user):
        self.place, self.user = place, user
        self.limited = f"limited-{os.getpid()}-{name}"
        self.folder = place.folder / name
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "CAPSRUN_STORE": str(self.folder / "store"),
                            "CAPSRUN_CONFIG": str(self.folder / "config"), "SOURCE_DATE_EPOCH": "0", "LANG": "C"}
        for path in ["", "bin", "read", "write", "write/deep", "write/deep/kept", "out"]:
            (self.folder / path).mkdir()
        (self.folder / "read/file").write_text("read\n")
        shutil.copy(tracing.PROBE, self.folder / "bin/probe")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.folder / "socket"))
        self.listener.listen()
        self.capsules()
        for path in [self.folder, *self.folder.rglob("*")]:
            os.chown(path, user, user)
        for name in ["kept", "based"]:
            self.install(name)

    def capsules(self):
        """One that keeps what it changes and has state; one that brings a base; one that has a range of users and changes nothing
        for good; and one with limits, by whose name its control groups are known. Each has the probe as its program."""
        process = "processes: {main: {cmd: %s, args: ['-', '-'], cwd: /}}\n"
        manifests = {
            "kept": "rootfs: {base: host, writable: persistent}\nstate: {data: /var/lib/kept}\n" + process % "bin/probe",
            "based": "rootfs: {base: capsule}\n" + process % "/bin/probe",
            self.limited: "resources: {memory_max: 256M, pids_max: 64, cpu_quota: 200%}\n" + process % "bin/probe",
            "ranged": "rootfs: {base: host, writable: ephemeral}\nsecurity: {user_range: true}\n"
                      "processes: {main: {cmd: bin/probe, args: ['-', '-'], cwd: /,"
                      " resources: {rlimits: {nofile: 100}, nice: 5}}}\n"
                      f"capabilities: {{fs_read: [{self.folder}/read]}}\n",
        }
        for name, manifest in manifests.items():
            folder = self.folder / name
            (folder / "bin").mkdir(parents=True)
            (folder / "capsule.yml").write_text(f"capsule: 1\nname: {name}\nversion: 1.0.0\n{manifest}")
            shutil.copy(tracing.PROBE, folder / "bin/probe")
        for path in ["bin", "etc"]:
            (self.folder / "based/rootfs" / path).mkdir(parents=True)
        shutil.copy(tracing.PROBE, self.folder / "based/rootfs/bin/probe")

    def run(self, *arguments, environment=None):
        ended = subprocess.run([self.place.program, *arguments], env=environment or self.environment, cwd=self.folder,
                               capture_output=True, stdin=subprocess.DEVNULL, timeout=60, user=self.user,
                               group=self.user, extra_groups=[])
        # As it is, with the ends of lines that a terminal makes.
        ended.stdout, ended.stderr = ended.stdout.decode(errors="replace"), ended.stderr.decode(errors="replace")
        return ended

    def checked(self, *arguments):
        ended = self.run(*arguments)
        if ended.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {ended.returncode}: {ended.stdout}{ended.stderr}")

    def install(self, name):
        self.checked("build", name, "-o", f"{name}.tar.gz")
        self.checked("install", "--allow-unsigned", f"{name}.tar.gz")

    def groups(self):
        return groups.of(self.limited)

    def listing(self):
        """Everything in the folders where something could be left, but for its times."""
        found = []
        for top in [self.folder, "/tmp", "/var/tmp", "/run", "/dev/shm"]:
            for folder, names, files in os.walk(top):
                if top == "/var/tmp" and self.place.folder.name in names:
                    names.remove(self.place.folder.name)
                for name in names + files:
                    path = os.path.join(folder, name)
                    status = os.lstat(path)
                    found.append((path, status.st_mode, status.st_uid, 0 if name in names else status.st_size))
        return sorted(found)

    def plain(self, text):
        """What a program printed, without what differs from start to start."""
        text = re.sub(r"\b([ug]id)=\d+", r"\1=#", text.replace(str(self.folder), "FOLDER"))
        # The mark of a process.
        text = re.sub(r"\blimit 10: \d{13,} \d{13,}", "limit 10: MARK", text)
        # An overlay over new folders has a number of its own, and later it has not.
        text = re.sub(r",uuid=\w+", "", text)
        for kind in ["user", "mnt", "pid", "net", "ipc", "uts", "cgroup"]:
            host = os.readlink(f"/proc/self/ns/{kind}")
            text = text.replace(f"namespace {host}\n", f"namespace {kind} of the host\n")
            text = re.sub(rf"namespace {kind}:\[\d+\]", f"namespace {kind} of its own", text)
        return text


def folder():
    """A new folder for a place, to be removed by who has asked for it."""
    path = tempfile.mkdtemp(prefix="capsrun-faults-", dir="/var/tmp")
    os.chmod(path, 0o755)
    return path
