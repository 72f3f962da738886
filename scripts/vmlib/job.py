"""What one run is to do, as a value."""

import dataclasses
import pathlib
import typing

from .kernels import Kernel


@dataclasses.dataclass(frozen=True)
class Share:
    """A folder of the host, mounted in the guest."""

    host: pathlib.Path
    guest: pathlib.PurePath
    read_only: bool


@dataclasses.dataclass(frozen=True)
class User:
    """Whom the command runs as; what is None, the guest finds out."""

    name: typing.Optional[str]
    uid: typing.Optional[int]


@dataclasses.dataclass(frozen=True)
class Job:
    """One run of a virtual machine."""

    script: str  # of sh, with its interpreter line
    working_folder: pathlib.Path
    user: typing.Optional[User]
    systemd: bool
    kernel: Kernel
    root: pathlib.Path
    shares: typing.Tuple[Share, ...]
    memory_mib: int
    processors: int
    modules: typing.Tuple[str, ...]
    kernel_arguments: str
    timeout: float
    console: typing.Optional[pathlib.Path]
