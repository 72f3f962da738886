"""Host folders served to the guest, each by a virtiofsd of its own."""

import os
import pathlib
import socket

from . import processes, tools
from .errors import HarnessError
from .job import Share

ROOT_TAG = "root"


def of_job(job):
    """Return all that the guest sees of the host: tag -> share."""
    modules = Share(job.kernel.modules,
                    pathlib.PurePath("/lib/modules", job.kernel.release),
                    read_only=True)
    served = {ROOT_TAG: Share(job.root, pathlib.PurePath("/"),
                              read_only=True)}
    for number, share in enumerate((modules, *job.shares)):
        served[f"share{number}"] = share
    return served


def project_share(root, working_folder):
    """Return the share that shows the project tree, or None if not needed.

    It is needed when the root is not the host's, and when the tree is on a
    file system other than the host's root, which is served without others.
    """
    tree = next((folder for folder in (working_folder, *working_folder.parents)
                 if (folder / ".git").exists()), working_folder)
    if root == pathlib.Path("/") and _mount_id(tree) == _mount_id(root):
        return None
    if tree == pathlib.Path("/"):
        return None
    return Share(tree, tree, read_only=True)


def _mount_id(path):
    file = os.open(path, os.O_PATH)
    try:
        with open(f"/proc/self/fdinfo/{file}", encoding="ascii") as info:
            return next(line for line in info if line.startswith("mnt_id:"))
    finally:
        os.close(file)


class Server:
    """A running virtiofsd."""

    def __init__(self, tag, share, folder):
        self._log = folder / f"{tag}.log"
        self._tag = tag
        _bind(share, folder / tag)
        with _Listener(folder / f"{tag}.socket") as (listener, address):
            with open(self._log, "wb") as log:
                self._process = processes.spawn(
                    _command(folder / tag, share, listener.fileno()),
                    pass_fds=[listener.fileno()], stdout=log, stderr=log)
            # Connected for qemu, and before anybody else could be.
            self.connection = socket.socket(socket.AF_UNIX)
            self.connection.connect(address)

    def stop(self):
        """End it."""
        self.connection.close()
        processes.stop(self._process)

    def check(self):
        """Raise if it has ended by itself."""
        if self._process.poll() is not None:
            log = self._log.read_text(errors="replace")
            raise HarnessError(f"virtiofsd of {self._tag} ended: {log}")


def _bind(share, source):
    """Bind the share's folder at `source`; read-only if it shall be.

    Not recursive: /proc and other file systems of the host stay outside.
    """
    source.mkdir()
    processes.run(["mount", "--bind", str(share.host), str(source)])
    if share.read_only:
        processes.run(["mount", "-o", "remount,bind,ro", str(source)])


class _Listener:
    """A listening socket, and an address that is short in any folder."""

    def __init__(self, path):
        self._folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
        self._address = f"/proc/self/fd/{self._folder}/{path.name}"

    def __enter__(self):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(self._address)
        self._socket.listen(1)
        return self._socket, self._address

    def __exit__(self, *_):
        self._socket.close()
        os.close(self._folder)


def _command(source, share, listener):
    """Return the command line; the two implementations differ in it.

    What is read-only here does not change during a run: the guest may cache
    all of it, which makes starting programs several times faster.
    """
    program = tools.virtiofsd()
    cache = "always" if share.read_only else "auto"
    if "qemu" not in program:  # written in Rust
        return [program, f"--fd={listener}", f"--shared-dir={source}",
                "--sandbox=chroot", f"--cache={cache}",
                # Otherwise one open file for each that the guest knows.
                "--inode-file-handles=prefer"]
    source = str(source).replace("\\", r"\\").replace(",", r"\,")
    command = [program, f"--fd={listener}", "-o", f"source={source}",
               "-o", "sandbox=chroot", "-o", f"cache={cache}",
               "--thread-pool-size=0"]
    return command if share.read_only else command + ["-o", "xattr"]
