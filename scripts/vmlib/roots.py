"""A small Debian root for guests with systemd.

The host's own root does not serve: systemd would start the host's services
and walk more files than virtiofsd can hold open.
"""

from . import cache, processes

SUITE = "bookworm"
PACKAGES = ("systemd-sysv", "dbus-user-session", "libpam-systemd", "kmod",
            "uidmap")


def with_systemd():
    """Return the folder of the root, built if need be."""
    # The name tells the contents, so that a new list makes a new root.
    path = cache.folder("roots") / "+".join((SUITE, *PACKAGES))
    return cache.keep(path, _make, "a Debian root with systemd")


def _make(folder):
    # In a process namespace, so that no helper of mmdebstrap's outlives it.
    processes.run(["unshare", "--mount", "--pid", "--fork", "--kill-child",
                   "--mount-proc",
                   "mmdebstrap", "--mode=root", "--variant=minbase",
                   "--include=" + ",".join(PACKAGES), SUITE, str(folder)])
