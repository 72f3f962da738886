"""Puts a capsule's archive together, of parts that may contradict each other."""

import hashlib
import json

from . import tar

MANIFEST = b"capsule: 1\nentrypoint: bin/run\nname: hostile\n"
RUN = b"#!/bin/sh\necho hello\n"


def digest(content):
    return hashlib.sha256(content).hexdigest().encode()


class File:
    def __init__(self, path, content=b"", executable=False):
        self.path, self.content, self.executable = path, content, executable

    def line(self):
        mode = b"0755" if self.executable else b"0644"
        return b"\t".join([b"file", mode, b"%d" % len(self.content), digest(self.content), self.path])

    def member(self, time=0):
        return tar.file(self.path, self.content, self.executable, time)


class Folder:
    def __init__(self, path):
        self.path = path

    def line(self):
        return b"folder\t" + self.path

    def member(self, time=0):
        return tar.folder(self.path, time)


class Link:
    def __init__(self, path, target):
        self.path, self.target = path, target

    def line(self):
        return b"link\t" + self.target + b"\t" + self.path

    def member(self, time=0):
        return tar.link(self.path, self.target, time)


class Line:
    """A line of the listing as it is, which sorts like its path and has a member of its own or none."""

    def __init__(self, path, line, member=b""):
        self.path, self.text, self.bytes = path, line, member

    def line(self):
        return self.text

    def member(self, time=0):
        return self.bytes


BASE = [Folder(b"bin"), File(b"bin/run", RUN, executable=True), File(b"capsule.yml", MANIFEST)]


def sort(entries):
    return sorted(entries, key=lambda entry: entry.path)


def listing(entries, header=b"capsule listing 1"):
    return b"".join(line + b"\n" for line in [header] + [entry.line() for entry in entries])


def metadata(text, entries, **changes):
    files = [entry for entry in entries if isinstance(entry, File)]
    values = {
        "format": 1, "name": "hostile", "version": None, "build_sha": hashlib.sha256(text).hexdigest(),
        "build_time": "1970-01-01T00:00:00Z", "file_count": len(files),
        "total_bytes": sum(len(entry.content) for entry in files), "tool": "capsrun 0.1.0",
    }
    return (json.dumps(values | changes, indent=2) + "\n").encode()


def archive(extra=(), *, base=BASE, sorted_=True, text=None, manifest=MANIFEST, meta=None, members=None, leading=None,
            end=tar.END, time=0, changes=None):
    """The tar of a capsule with some entries more than the least ones.

    What is given replaces what would follow from the entries: the `text` of the listing, the `manifest`, the metadata or
    `changes` in it, the `leading` members, the `members` behind them, and the `end`.
    """
    entries = [*base, *extra]
    if sorted_:
        entries = sort(entries)
    text = listing(entries) if text is None else text
    meta = metadata(text, entries, **(changes or {})) if meta is None else meta
    if leading is None:
        leading = (tar.file(b"capsule.yml", manifest, time=time) + tar.file(b".capsule_listing", text, time=time)
                   + tar.file(b".capsule_metadata.json", meta, time=time))
    if members is None:
        members = [entry.member(time) for entry in entries if entry.path != b"capsule.yml"]
    return leading + b"".join(members) + end


def instead(extra, path, wrong, **others):
    """An archive whose listing is innocent, and that has `wrong` where the member of `path` belongs."""
    entries = sort([*BASE, *extra])
    members = [wrong if entry.path == path else entry.member() for entry in entries if entry.path != b"capsule.yml"]
    return archive(extra, members=members, **others)
