"""The course of one run."""

import contextlib
import sys
import time

from . import cache, initramfs, processes, qemu, shares
from .errors import TIMED_OUT, HarnessError
from .ports import Ports, TimeIsUp

CONSOLE_END = 3000


def run(job, tell):
    """Run `job`; return the exit status of its command.

    `tell` gets a line about each step. The deadline covers the start of the
    machine, too.
    """
    deadline = time.monotonic() + job.timeout
    processes.raise_file_limit()
    folder = _private_folder()
    with contextlib.ExitStack() as stack:
        machine = Machine(job, folder, stack)
        tell("machine started")
        return machine.result(deadline, tell)


def _private_folder():
    """Return an empty folder that is gone, however this process ends."""
    processes.enter_mount_namespace()
    folder = cache.folder("run")
    processes.run(["mount", "-t", "tmpfs", "-o", "mode=700", "run",
                   str(folder)])
    return folder


class Machine:
    """A running machine with the servers of its shares."""

    def __init__(self, job, folder, stack):
        self._job = job
        self._servers = {}
        for tag, share in shares.of_job(job).items():
            server = shares.Server(tag, share, folder)
            stack.callback(server.stop)
            self._servers[tag] = server
        self._ports = Ports()
        self._console = job.console or folder / "console"
        self._messages = folder / "qemu.log"
        self._start_qemu(folder, stack)

    def _start_qemu(self, folder, stack):
        archive = folder / "initramfs"
        archive.write_bytes(initramfs.build(self._job))
        connections = {tag: server.connection
                       for tag, server in self._servers.items()}
        with _open_to_write(self._console) as console, \
                open(self._messages, "wb") as messages:
            files = [console, *self._ports.of_guest.values(),
                     *connections.values()]
            process = processes.spawn(
                qemu.command(self._job, archive, console,
                             self._ports.of_guest, connections),
                stdout=messages, stderr=messages,
                pass_fds=[file.fileno() for file in files])
        stack.callback(processes.stop, process)
        self._ports.handed_over()

    def result(self, deadline, tell):
        """Return the command's exit status, or that of a timeout."""
        try:
            return self._ports.relay(deadline, tell)
        except TimeIsUp:
            if not self._ports.started():
                self._show_what_happened()
            print(f"vm: timeout after {self._job.timeout:g} s",
                  file=sys.stderr)
            return TIMED_OUT
        except HarnessError:
            self._show_what_happened()
            for server in self._servers.values():
                server.check()
            raise

    def _show_what_happened(self):
        """Print qemu's messages and the end of the guest's console."""
        for path in (self._messages, self._console):
            if path.is_file():
                text = path.read_text(errors="replace")[-CONSOLE_END:]
                print(text, end="", file=sys.stderr)


def _open_to_write(path):
    try:
        return open(path, "wb")
    except OSError as error:
        raise HarnessError(f"cannot write {path}: {error.strerror}") from error
