"""What comes back from the guest, over serial ports that are sockets here."""

import os
import selectors
import socket
import time

from .errors import HarnessError

# "control" carries lines, see guest/agent.sh. The others carry the output.
NAMES = ("control", "stdout", "stderr")
DESCRIPTORS = {"stdout": 1, "stderr": 2}
CHUNK = 65536


class TimeIsUp(Exception):
    """The deadline passed before the command had ended."""


class Ports:
    """Our ends of the ports, and the guest's until qemu has got them."""

    def __init__(self):
        pairs = {name: socket.socketpair() for name in NAMES}
        self._ours = {name: pair[0] for name, pair in pairs.items()}
        self.of_guest = {name: pair[1] for name, pair in pairs.items()}
        self._control = Control()

    def handed_over(self):
        """Close the guest's ends here, so that qemu's end is seen."""
        for port in self.of_guest.values():
            port.close()

    def relay(self, deadline, tell):
        """Copy output until the command ends; return its exit status.

        All output arrives before the status, as the guest waits until each
        byte has been taken; so we stop once nothing is left to read.
        """
        with selectors.DefaultSelector() as selector:
            for name, port in self._ours.items():
                selector.register(port, selectors.EVENT_READ, name)
            while selector.get_map():
                ready = selector.select(self._patience(deadline))
                if not ready and self._control.status is not None:
                    break
                if not ready and time.monotonic() >= deadline:
                    raise TimeIsUp
                for key, _ in ready:
                    if not self._take(key.data, tell):
                        selector.unregister(key.fileobj)
        if self._control.status is None:
            raise HarnessError("the machine ended before the command did")
        return self._control.status

    def started(self):
        """Tell whether the guest got as far as running the command."""
        return self._control.started

    def _patience(self, deadline):
        if self._control.status is not None:
            return 0
        return max(0, deadline - time.monotonic())

    def _take(self, name, tell):
        """Copy what there is; return False at the end."""
        try:
            data = self._ours[name].recv(CHUNK)
        except ConnectionResetError:
            return False
        if name == "control":
            self._control.take(data, tell)
        else:
            _write(DESCRIPTORS[name], data)
        return bool(data)


class Control:
    """The agent's report."""

    def __init__(self):
        self.started = False
        self.status = None
        self._unfinished = b""

    def take(self, data, tell):
        """Read the lines that `data` completes."""
        *lines, self._unfinished = (self._unfinished + data).split(b"\n")
        for line in lines:
            word, _, rest = line.decode(errors="replace").partition(" ")
            tell(f"guest: {word} {rest}".rstrip())
            if word == "started":
                self.started = True
            elif word == "exit":
                self.status = int(rest)
            elif word == "fail":
                raise HarnessError(rest)
            else:
                raise HarnessError(f"the guest reports {line!r}")


def _write(descriptor, data):
    """Write all, also where write(2) takes less than it is given."""
    while data:
        data = data[os.write(descriptor, data):]
