"""What the probe finds: folders that are granted and not, listeners of the host, a process, a key, a terminal."""

import os
import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROBE = ROOT / "build/capsprobe"
# Whom the tests are when they are not root, and a group of the caller that some file's permissions exclude.
USER = 1500
GROUP = 4300
SECRET = "capsprobe-secret-value"
# CAP_NET_RAW, permitted and effective: revision 2 of the attribute's form.
FILE_CAPABILITIES = struct.pack("<5I", 0x02000001, 1 << 13, 0, 0, 0)


class World:
    """Belongs to root; what may be written, to the caller. `base` is a folder on a file system that maps owners."""

    def __init__(self, base, capsrun):
        self.base, self.program = base, capsrun
        self.open = []

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="capsprobe-", dir=self.base))
        self.folder.chmod(0o755)
        for name in ["bin", "host", "read", "read/nested", "nested", "write", "write/locked", "write/parent", "write/parent/locked", "secret"]:
            (self.folder / name).mkdir()
        # umask aside: what is not granted is kept away by the sandbox alone.
        for name in ["read", "nested", "secret", "read/nested"]:
            (self.folder / name).chmod(0o777)
        self.programs()
        self.files()
        self.listeners()
        return self

    def __exit__(self, *_):
        for one in self.open:
            one.close()
        subprocess.run(["umount", self.folder / "read/nested"], check=True)
        shutil.rmtree(self.folder)

    def programs(self):
        for name, mode in [("capsprobe", 0o755), ("setuid", 0o4755), ("setgid", 0o2755), ("filecaps", 0o755)]:
            shutil.copy(PROBE, self.folder / "bin" / name)
            os.chmod(self.folder / "bin" / name, mode)
        os.setxattr(self.folder / "bin/filecaps", "security.capability", FILE_CAPABILITIES)
        for library in [PROBE.with_name("capsprobe-preload.so")]:
            shutil.copy(library, self.folder / "bin")
        self.capsrun = self.folder / "host/capsrun"
        shutil.copy(self.program, self.capsrun)
        self.capsrun.chmod(0o755)
        self.probe = self.folder / "bin/capsprobe"

    def files(self):
        for name in ["read/file", "secret/file", "read/deny"]:
            (self.folder / name).write_text(f"capsprobe {name}\n")
            (self.folder / name).chmod(0o666)
        (self.folder / "read/deny").chmod(0o604)
        os.chown(self.folder / "read/deny", 0, GROUP)
        (self.folder / "read/link").symlink_to(self.folder / "secret/file")
        # In a mount namespace of its own, which Tests/Probe/run has made.
        subprocess.run(["mount", "--bind", self.folder / "nested", self.folder / "read/nested"], check=True)

    def listeners(self):
        self.abstract = f"capsprobe-{os.urandom(6).hex()}"
        for address in ["\0" + self.abstract, str(self.folder / "read/socket"), str(self.folder / "secret/socket")]:
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(address)
            listener.listen(512)
            self.open.append(listener)
            if address[0] != "\0":
                os.chmod(address, 0o777)
        listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = listener.getsockname()[1]
        self.open.append(listener)

    def give_to(self, user):
        """Lets the user write where the sandbox may."""
        for name in ["write", "write/locked", "write/parent", "write/parent/locked"]:
            os.chown(self.folder / name, user, user)

    def options(self, token, terminal):
        """Those of the probe."""
        return [f"--world={self.folder}", f"--abstract={self.abstract}", f"--port={self.port}", f"--token={token}",
                f"--terminal={terminal}"]
