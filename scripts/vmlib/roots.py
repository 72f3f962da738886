"""Small Debian roots: one for guests with systemd, one with podman.

The host's own root does not serve: systemd would start the host's services
and walk more files than virtiofsd can hold open.
"""

from . import cache, processes

SUITE = "bookworm"
PACKAGES = ("systemd-sysv", "dbus-user-session", "libpam-systemd", "kmod",
            "uidmap")
PODMAN_PACKAGES = ("podman", "crun", "uidmap", "busybox-static", "kmod")


def with_systemd():
    """Return the folder of the root, built if need be."""
    return _root(PACKAGES, "a Debian root with systemd")


def with_podman():
    """Return the folder of the root, built if need be."""
    return _root(PODMAN_PACKAGES, "a Debian root with podman")


def _root(packages, what):
    # The name tells the contents, so that a new list makes a new root.
    path = cache.folder("roots") / "+".join((SUITE, *packages))
    return cache.keep(path, lambda folder: _make(folder, packages), what)


def _make(folder, packages):
    # In a process namespace, so that no helper of mmdebstrap's outlives it.
    processes.run(["unshare", "--mount", "--pid", "--fork", "--kill-child",
                   "--mount-proc",
                   "mmdebstrap", "--mode=root", "--variant=minbase",
                   "--include=" + ",".join(packages), SUITE, str(folder)])
