"""The first files of the guest: start scripts, modules, and the command."""

import pathlib
import shlex
import stat

from . import shares, tools

GUEST_FILES = pathlib.Path(__file__).parent / "guest"
FOLDERS = ("bin", "dev", "lower", "modules", "new", "proc", "sys", "vm",
           "writable")


def build(job):
    """Return the archive for `job`.

    /init runs first; /vm is what it takes along into the real root.
    """
    archive = Archive()
    for name in FOLDERS:
        archive.add_folder(name)
    archive.add_file("vm/busybox", tools.busybox(), 0o755)
    archive.add_link("bin/busybox", "/vm/busybox")
    for path in sorted(GUEST_FILES.iterdir()):
        name = "init" if path.name == "init.sh" else f"vm/{path.name}"
        archive.add_file(name, path.read_bytes(), 0o755)
    for number, path in enumerate(job.kernel.early_modules()):
        archive.add_file(f"modules/{number:02}-{path.name}",
                         path.read_bytes())
    archive.add_file("vm/settings", _settings(job))
    archive.add_file("vm/shares", _shares(job))
    archive.add_file("vm/command", _bytes(job.script), 0o755)
    return archive.finished()


def _settings(job):
    """Return assignments that the guest's scripts read."""
    user = job.user
    values = {
        "WORKING_FOLDER": str(job.working_folder),
        "MODULES": " ".join(job.modules),
        "SYSTEMD": "yes" if job.systemd else "",
        "AS_USER": "yes" if user else "",
        "USER_NAME": user.name if user and user.name else "",
        "USER_ID": str(user.uid) if user and user.uid is not None else "",
    }
    return _bytes("".join(f"{name}={shlex.quote(value)}\n"
                          for name, value in values.items()))


def _shares(job):
    """Return lines for what is mounted after the root: tag, mode, path."""
    return _bytes("".join(
        f"{tag} {'ro' if share.read_only else 'rw'} {share.guest}\n"
        for tag, share in shares.of_job(job).items()
        if tag != shares.ROOT_TAG))


def _bytes(text):
    """Encode; paths and arguments need not be UTF-8."""
    return text.encode("utf-8", "surrogateescape")


class Archive:
    """A cpio archive in the form that the kernel unpacks ("newc")."""

    def __init__(self):
        self._data = bytearray()
        self._entries = 0

    def add_folder(self, name):
        """Add an empty folder."""
        self._add(name, stat.S_IFDIR | 0o755, b"")

    def add_file(self, name, data, mode=0o644):
        """Add a file with its contents."""
        self._add(name, stat.S_IFREG | mode, data)

    def add_link(self, name, target):
        """Add a symbolic link."""
        self._add(name, stat.S_IFLNK | 0o777, target.encode())

    def finished(self):
        """Return the archive, closed."""
        self._add("TRAILER!!!", 0, b"")
        return bytes(self._data)

    def _add(self, name, mode, data):
        self._entries += 1
        inode, owner, group, links, modified = self._entries, 0, 0, 1, 0
        device = node = (0, 0)
        ended_name = name.encode() + b"\0"
        checksum = 0
        fields = (inode, mode, owner, group, links, modified, len(data),
                  *device, *node, len(ended_name), checksum)
        header = "070701" + "".join(f"{field:08x}" for field in fields)
        self._data += header.encode() + ended_name
        self._align()
        self._data += data
        self._align()

    def _align(self):
        self._data += b"\0" * (-len(self._data) % 4)
