"""The floor of a start: Tests/Benchmarks/floor.c, built with the plan that capsrun itself makes for `box -- /bin/true`.

Whatever the plan has and the floor does not know ends the benchmark, so that the floor cannot fall behind what capsrun does. Before it
is measured, a program looks around in both, and must find the same."""

import difflib
import json
import os
import pathlib
import re
import subprocess

SOURCE = "Tests/Benchmarks"
FILTER = "Sources/Planning/Seccomp/Compiled/DefaultFilter.swift"
ATTRIBUTES = {
    "read": "MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV",
    "device": "MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC",
}
PLAIN = {"hostName": "HOST_NAME", "network": "NETWORK", "enterRoot": "ENTER_ROOT",
         "closeUserNamespaces": "CLOSE_USER_NAMESPACES", "dropPrivileges": "DROP_PRIVILEGES"}
NAMESPACES = {"user": "USER", "mount": "NS", "pid": "PID", "ipc": "IPC", "uts": "UTS", "cgroup": "CGROUP"}
# What the fields of a plan may be, where the floor does one thing alone.
ONLY = {"presence": "required", "mapsOwner": False}


class Unknown(SystemExit):
    """The plan has something that the floor does not do."""


def literal(text):
    return '"' + "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\?' else f"\\{byte:03o}" for byte in text.encode()) + '"'


def row(kind, path=None, text=None, **others):
    parts = [f".kind = STEP_{kind}"]
    if path is not None:
        parts.append(f".path = {literal(path)}")
    if text is not None:
        parts += [f".text = {literal(text)}", f".length = {len(text.encode())}"]
    return "{" + ", ".join([*parts, *(f".{name} = {value}" for name, value in others.items())]) + "}"


class Rows:
    """The steps as the floor has them: paths without a leading slash, and folders made before what lies in them."""

    def __init__(self):
        self.rows, self.folders, self.binds = [], {""}, set()

    def parents_of(self, path):
        parent = os.path.dirname(path)
        if parent not in self.folders:
            self.parents_of(parent)
            self.rows.append(row("FOLDER", parent))
            self.folders.add(parent)
        # The floor looks for no links on the way: nothing may be made in what belongs to the host.
        if parent in self.binds:
            raise Unknown(f"something in a bind: {path}")

    def place(self, path):
        path = path.removeprefix("/")
        self.parents_of(path)
        return path

    def add(self, step):
        kind = step["step"]
        fields = {name: value for name, value in step.items() if name != "step" and ONLY.get(name, ()) != value}
        match kind, *sorted(fields):
            case ["hostName", "name"]:
                self.rows.append(row("HOST_NAME", text=step["name"]))
            case ["rootFileSystem", "bytes", "files"]:
                self.rows.append(row("ROOT", text=f"mode=755,size={step['bytes']},nr_inodes={step['files']}"))
            case ["file", "content", "path"]:
                self.rows.append(row("FILE", self.place(step["path"]), step["content"]))
            case ["machineID", "path"]:
                self.rows.append(row("MACHINE_ID", self.place(step["path"])))
            case ["link", "path", "target"]:
                self.rows.append(row("LINK", self.place(step["path"]), step["target"]))
            case ["bind", "access", "source", "target"] if step["access"] in ATTRIBUTES:
                self.bind(step)
            case ["scratch", "path"]:
                self.folder("SCRATCH", step["path"])
            case ["terminals", "most", "path"]:
                self.folder("TERMINALS", step["path"], f"newinstance,ptmxmode=0666,mode=620,max={step['most']}")
            case ["controlGroups", "path"]:
                self.folder("CONTROL_GROUPS", step["path"])
            case ["processes", "hiddenFiles", "hiddenFolders", "path"]:
                self.processes(step)
            case ["sealRoot", "paths"]:
                self.rows += [row("SEAL_ROOT", path) for path in step["paths"]]
            case [("network" | "enterRoot" | "closeUserNamespaces" | "dropPrivileges"), *none] if not none:
                self.rows.append(row(PLAIN[kind]))
            case _:
                raise Unknown(f"a step {json.dumps(step)}")

    def folder(self, kind, path, text=None):
        path = self.place(path)
        self.rows.append(row(kind, path, text))
        self.folders.add(path)

    def bind(self, step):
        path, is_folder = self.place(step["target"]), os.path.isdir(step["source"])
        self.rows.append(row("BIND", path, step["source"], attributes=ATTRIBUTES[step["access"]], is_folder=int(is_folder),
                             is_device=int(step["access"] == "device")))
        if is_folder:
            self.folders.add(path)
            self.binds.add(path)

    def processes(self, step):
        path = step["path"].removeprefix("/")
        self.folder("PROCESSES", step["path"])
        for cover, names in (("kmsg", step["hiddenFiles"]), ("fs/nfsd", step["hiddenFolders"])):
            self.rows += [row("COVER", f"{path}/{name}", f"{path}/{cover}") for name in names]


def instructions(root):
    """Those of the profile `default`, for this machine's processor."""
    name = {"x86_64": "x86_64", "aarch64": "arm64"}[os.uname().machine]
    block = re.search(rf"static let {name}: \[UInt\] = \[(.*?)\]", (root / FILTER).read_text(), re.S)[1]
    words = [int(word, 16) for word in re.findall(r"0x[0-9a-f]{16}", block)]
    return [f"{{{word & 0xffff:#x}, {word >> 16 & 0xff}, {word >> 24 & 0xff}, {word >> 32:#x}}}" for word in words]


def rights(files):
    if files["withheld"] or files["optional"]:
        raise Unknown(f"file rights {files}")
    return [f'{{{literal(path)}, RIGHTS_{kind.upper()}}}'
            for kind, paths in (("read", ["/", *files["read"]]), ("use", files["use"]), ("change", files["change"])) for path in paths]


def header(root, plan):
    process, = plan["processes"]
    known = {"name", "candidates", "arguments", "environment", "unset", "secrets", "workingFolder", "files", "seccomp"}
    if set(process) != known or process["unset"] or process["secrets"] or process["seccomp"] != "default":
        raise Unknown(f"a process {process}")
    if process["candidates"] != process["arguments"] or plan["identity"]["keptGroups"] or "range" in plan["identity"]:
        raise Unknown("an identity, or a search for a program")
    # The network namespace is made beside.
    if set(plan["namespaces"]) != {*NAMESPACES, "network"}:
        raise Unknown(f"namespaces {plan['namespaces']}")
    rows = Rows()
    for step in plan["setup"]:
        rows.add(step)
    lists = {
        "const struct step plan_steps[]": rows.rows,
        "const struct right plan_rights[]": rights(process["files"]),
        "const struct sock_filter plan_filter[]": instructions(root),
        "const char *const plan_program[]": [*map(literal, process["arguments"]), "NULL"],
        "const char *const plan_environment[]": [*map(literal, process["environment"]), "NULL"],
    }
    lines = [f"#define PLAN_NAMESPACES ({' | '.join('CLONE_NEW' + name for name in NAMESPACES.values())})",
             f"#define PLAN_USER {plan['identity']['user']}u", f"#define PLAN_GROUP {plan['identity']['group']}u",
             "#define PLAN_RESERVED_USERS 1900000000u",
             f"static const char plan_folder[] = {literal(process['workingFolder'])};"]
    lines += [f"static {name} = {{\n  " + ",\n  ".join(values) + "};" for name, values in lists.items()]
    return "\n".join(lines) + "\n"


def plan(program, caller):
    text = subprocess.run(
        [*caller, program, "box", "--explain", "--json", "--", "/bin/true"], cwd="/", check=True, capture_output=True, text=True).stdout
    return json.loads(text)


def build(root, kept):
    """The path of the floor."""
    folder = kept / "floor"
    folder.mkdir(exist_ok=True)
    program = root / "build" / "capsrun"
    found = plan(program, [])
    (folder / "plan.h").write_text(header(root, found))
    command = ["cc", "-O2", "-static", "-Wall", "-Wextra", "-Werror", f"-I{folder}", "-o", folder / "floor", root / SOURCE / "floor.c"]
    subprocess.run(command, check=True)
    return folder / "floor"


# What is there, what is held, and what is refused. Numbers that differ from run to run are left out.
LOOK = r"""
cat /proc/self/uid_map /proc/self/gid_map
while read name value; do
  case $name in Cap*|NoNewPrivs:|Seccomp*|Groups:|SigIgn:|SigBlk:|Uid:|Gid:|NSpid:|NSsid:) echo "$name" $value;; esac
done < /proc/self/status
while read id parent device root point options rest; do
  type=${rest#*- }; echo "mount ${point} ${root} ${options} ${rest%%- *} ${type%% *}"
done < /proc/self/mountinfo
ls -lnA --time-style=+ / /dev /dev/pts /dev/shm /etc /tmp /sys /sys/fs
md5sum /etc/group /etc/host* /etc/nsswitch.conf /etc/passwd /etc/protocols /etc/resolv.conf /etc/services
wc -c < /etc/machine-id
cat /proc/net/dev /proc/cmdline /proc/kallsyms /proc/sys/user/max_user_namespaces 2>&1
tr -d '\000' < /proc/1/cmdline; ls /proc/bus /proc/fs /proc/self/fd
for process in /proc/[0-9]*; do echo "process ${process#/proc/}"; done
for file in /usr/x /etc/x /x /tmp/x /dev/x /dev/shm/x /proc/x; do (: > $file) 2>&1 && rm $file && echo "made $file"; done
mknod /tmp/d c 1 3 2>&1; mknod /tmp/p p && echo fifo; mount -t tmpfs x /tmp 2>&1; unshare -U true 2>&1; hostname; ulimit -c; umask; pwd
: > /dev/null && head -c 4 /dev/zero | wc -c; env | sort; test -e /proc/1/environ && cat /proc/1/environ 2>&1
"""


def look(command, caller):
    found = subprocess.run(
        [*caller, *command, "/bin/sh", "-c", LOOK], cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    text = re.sub(r"\b19\d{8}\b", "RESERVED", found.stdout + found.stderr)
    # As many links as processes, on the whole machine.
    text = re.sub(r"^(dr-xr-xr-x) \d+ (.* proc)$", r"\1 \2", text, flags=re.M)
    lines = [re.sub(r" +", " ", line) for line in text.splitlines()]
    # The kernel lists mounts in the order in which they were made.
    mounts = [line for line in lines if line.startswith("mount ")]
    return sorted(mounts) + [line for line in lines if not line.startswith("mount ")]


class Different(SystemExit):
    """The floor does not confine as capsrun does."""


def check(floor, program, callers):
    """Looks around in both, as each caller."""
    for caller in callers:
        if plan(program, caller.prefix)["setup"] != plan(program, [])["setup"]:
            raise Different(f"the set-up for {caller.name} is another one")
        inside, expected = look([floor], caller.prefix), look([program, "box", "--"], caller.prefix)
        for line in ("CapEff: 0000000000000000", "CapBnd: 0000000000000000", "NoNewPrivs: 1", "Seccomp: 2", "Seccomp_filters: 1"):
            if line not in inside:
                raise Different(f"the floor does not say {line!r} as {caller.name}")
        if inside != expected:
            differing = difflib.unified_diff(expected, inside, "capsrun", "floor", n=0, lineterm="")
            raise Different(f"the floor differs as {caller.name}:\n" + "\n".join(differing))
        mounts = sum(1 for line in inside if line.startswith("mount "))
        print(f"The floor confines as capsrun does, as {caller.name}: {len(inside)} lines alike, {mounts} mounts.")
