"""Children and mounts that cannot outlive this process.

Tidying up on the way out does not help against SIGKILL, so the kernel does
it: children get a death signal, mounts live in a mount namespace of ours.
"""

import ctypes
import os
import resource
import signal
import subprocess

from .errors import HarnessError

PR_SET_PDEATHSIG = 1
CLONE_NEWNS = 0x00020000

_libc = ctypes.CDLL(None, use_errno=True)


def _tied_to(parent):
    """Return the function that ties a new child to the process `parent`."""
    def tie():
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the call above
            os._exit(1)
        os.setpgid(0, 0)  # Ctrl-C is for us; we end our children
    return tie


def spawn(command, **options):
    """Start `command` without input; it dies when this process does."""
    return subprocess.Popen(command, stdin=subprocess.DEVNULL,
                            preexec_fn=_tied_to(os.getpid()), **options)


def stop(process):
    """Kill `process` if it still runs, and wait for its end."""
    process.kill()
    process.wait()


def run(command, **options):
    """Run a tool to its end and return its output; raise if it fails."""
    process = spawn(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                    text=True, errors="replace", **options)
    try:
        output, _ = process.communicate()
    finally:
        stop(process)
    if process.returncode != 0:
        raise HarnessError(f"{command[0]} failed: {output.strip()[-2000:]}")
    return output


def enter_mount_namespace():
    """Make mounts from here on invisible to others, and gone with us."""
    if _libc.unshare(CLONE_NEWNS) != 0:
        reason = os.strerror(ctypes.get_errno())
        raise HarnessError(f"cannot make a mount namespace: {reason}")
    run(["mount", "--make-rslave", "/"])


def raise_file_limit():
    """Allow as many open files as we may.

    virtiofsd inherits this and may hold one for each file the guest knows.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
