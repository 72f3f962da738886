"""The programs of the host that a run needs."""

import os
import shutil

from .errors import HarnessError

# Program: the Debian package that has it.
FOR_EVERY_RUN = {
    "busybox": "busybox-static",
    "mount": "mount",
    "qemu-system-x86_64": "qemu-system-x86",
}
FOR_KERNELS = {
    "apt-cache": "apt",
    "apt-get": "apt",
    "depmod": "kmod",
    "dpkg": "dpkg",
    "zstd": "zstd",
}
FOR_ROOTS = {
    "mmdebstrap": "mmdebstrap",
    "unshare": "util-linux",
}

# Not in PATH. Newer Debian releases have the first, in its own package.
VIRTIOFSD = ("/usr/libexec/virtiofsd", "/usr/lib/qemu/virtiofsd")
VIRTIOFSD_PACKAGE = "qemu-system-common"

# Root may have the PATH of a user, without these.
SYSTEM_FOLDERS = ("/usr/sbin", "/sbin")


def extend_path():
    """Make the tools in system folders be found."""
    path = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join((path, *SYSTEM_FOLDERS))


def virtiofsd():
    """Return the path of virtiofsd, or None."""
    return next((p for p in VIRTIOFSD if os.path.exists(p)), None)


def busybox():
    """Return the bytes of a busybox that runs without libraries.

    Debian has two; the dynamic one could not start in the guest before the
    root is there.
    """
    with open(shutil.which("busybox"), "rb") as file:
        program = file.read()
    if b"/ld-linux" in program[:4096]:
        raise HarnessError("busybox needs libraries here: "
                           "apt-get install busybox-static")
    return program


def check(with_root_building):
    """Raise one error that names the package of every missing tool."""
    wanted = {**FOR_EVERY_RUN, **FOR_KERNELS}
    if with_root_building:
        wanted.update(FOR_ROOTS)
    missing = {package for program, package in wanted.items()
               if not shutil.which(program)}
    if not virtiofsd():
        missing.add(VIRTIOFSD_PACKAGE)
    if missing:
        raise HarnessError("tools are missing: apt-get install "
                           + " ".join(sorted(missing)))
