"""What one row of the table is."""

import typing

from . import frames


class Case(typing.NamedTuple):
    name: str
    tries: str
    # What the message must match; empty for an archive that must be accepted.
    error: str
    content: bytes
    # Where it is refused: by unpacking it, or only by installing it, which looks at the metadata and the manifest.
    refused_by: str = "unpack"


def gzip(name, tries, error, tar, refused_by="unpack"):
    """A row whose archive is as it must be down to the tar."""
    return Case(f"{name}.tar.gz", tries, error, frames.gzip(tar), refused_by)
