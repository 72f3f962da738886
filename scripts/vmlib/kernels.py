"""Debian kernels: fetched by apt, unpacked into the cache, not installed.

The cloud flavour has the virtio drivers that the guest starts with and is a
third of the size of the generic one.
"""

import lzma
import pathlib
import re
import shutil
import subprocess

from . import cache, processes
from .errors import HarnessError

DEFAULT = "6.12"
SUPPORTED = ("6.12", "6.1")

# What the initramfs loads before it can mount the root. Those which a kernel
# has built in are left out.
EARLY_MODULES = ("virtio_pci", "fuse", "virtiofs", "overlay",
                 "virtio_console")

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
XZ_MAGIC = b"\xfd7zXZ\x00"
ELF_MAGIC = b"\x7fELF"


class Kernel:
    """An unpacked kernel."""

    def __init__(self, folder):
        self.image = folder / "kernel"
        (self.modules,) = (folder / "lib" / "modules").iterdir()
        self.release = self.modules.name

    def early_modules(self):
        """Return the files to load first, each after those it needs."""
        needs = {}
        for line in (self.modules / "modules.dep").read_text().splitlines():
            file, _, others = line.partition(":")
            needs[file] = others.split()
        by_name = {_module_name(file): file for file in needs}
        ordered = []

        def add(file):
            for needed in needs[file]:
                add(needed)
            if file not in ordered:
                ordered.append(file)

        for name in EARLY_MODULES:
            if name in by_name:
                add(by_name[name])
        return [self.modules / file for file in ordered]


def get(version):
    """Return the kernel of `version` (such as 6.12), fetched if need be."""
    path = cache.folder("kernels") / version
    cache.keep(path, lambda new: _make(version, new), f"kernel {version}")
    return Kernel(path)


def _make(version, folder):
    unpacked = folder / "unpacked"
    unpacked.mkdir()
    _download(version, unpacked)
    (package,) = unpacked.glob("*.deb")
    processes.run(["dpkg", "-x", package.name, "."], cwd=unpacked)

    usr_merged = (unpacked / "usr" / "lib" / "modules").is_dir()
    lib = unpacked / "usr" / "lib" if usr_merged else unpacked / "lib"
    (folder / "lib").mkdir()
    (lib / "modules").rename(folder / "lib" / "modules")
    kernel = Kernel(folder)
    _expand_modules(kernel.modules)
    processes.run(["depmod", "-b", str(folder), kernel.release])

    (packed,) = (unpacked / "boot").glob("vmlinuz-*")
    kernel.image.write_bytes(_expand_image(packed))
    shutil.rmtree(unpacked)


def _download(version, folder):
    """Fetch the package; with fresh lists if there are none, or old ones."""
    try:
        _download_listed(version, folder)
    except HarnessError:
        processes.run(["apt-get", "-qq", "update"])
        _download_listed(version, folder)


def _download_listed(version, folder):
    # The option: apt's own user could not write into our folder.
    processes.run(["apt-get", "-qq", "-o", "APT::Sandbox::User=root",
                   "download", _package(version)], cwd=folder)


def _package(version):
    """Find the package that the matching meta package depends on today."""
    wanted = re.compile(r"linux-image-" + re.escape(version) + r"[.+-]\S*")
    for meta in (f"linux-image-{version}-cloud-amd64",
                 "linux-image-cloud-amd64"):
        if not _is_listed(meta):
            continue
        for line in processes.run(["apt-cache", "depends", meta]).splitlines():
            relation, _, name = line.strip().partition(": ")
            if relation == "Depends" and wanted.fullmatch(name):
                return name
    raise HarnessError(f"apt lists no package of kernel {version}")


def _is_listed(package):
    listed = processes.run(["apt-cache", "pkgnames", package])
    return package in listed.splitlines()


def _module_name(file):
    return pathlib.PurePath(file).name.partition(".ko")[0].replace("-", "_")


def _expand_modules(folder):
    """Unpack every module: busybox can load only plain ones."""
    for packed in folder.rglob("*.ko.xz"):
        packed.with_suffix("").write_bytes(lzma.decompress(
            packed.read_bytes()))
        packed.unlink()


def _expand_image(packed):
    """Return the ELF kernel inside of the file `packed`.

    qemu starts it directly, about a second sooner than the packed one, which
    the emulated machine would have to unpack.
    """
    image = packed.read_bytes()
    for magic, expand in ((ZSTD_MAGIC, _unzstd), (XZ_MAGIC, _unxz)):
        for found in re.finditer(re.escape(magic), image):
            kernel = expand(image[found.start():])
            if kernel.startswith(ELF_MAGIC):
                return kernel
    return image


def _unzstd(data):
    # Its exit status says nothing: bytes that follow the kernel in the image
    # make it fail after it has written the kernel.
    return subprocess.run(["zstd", "-dcq"], input=data,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=False).stdout


def _unxz(data):
    try:
        return lzma.LZMADecompressor().decompress(data)
    except lzma.LZMAError:  # the magic was there by chance
        return b""
