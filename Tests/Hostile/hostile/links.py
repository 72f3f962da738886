"""Links that lead out of the capsule, by whatever way, and hard links."""

from . import tar
from .capsule import File, Folder, Link, archive, instead
from .cases import gzip

VENV = [Folder(b"venv"), Folder(b"venv/bin")]
OUT = "leads out of the capsule"
ABSOLUTE = "is a link to the absolute path"
LOOP = "leads back to itself|through more than 40"

LINKS = [
    ("absolute", "a link to an absolute path", [Link(b"x", b"/etc/passwd")], ABSOLUTE),
    ("double-slash", "a link to //", [Link(b"x", b"//etc/passwd")], ABSOLUTE),
    ("up", "a link to ..", [Link(b"x", b"..")], OUT),
    ("up-and-down", "a link up and down again", [Link(b"x", b"../etc/passwd")], OUT),
    ("up-from-folder", "a link up by one more than it lies deep", [Link(b"bin/x", b"../../etc/passwd")], OUT),
    ("up-behind-folder", "a link through a folder and up by two", [Link(b"x", b"bin/../../etc")], OUT),
    ("up-behind-nothing", "a link through what is not there, and up by two", [Link(b"x", b"a/../../etc")], OUT),
    ("dots", "a link with dots and slashes on its way up", [Link(b"bin/x", b".//.././/./..//etc")], OUT),
    ("chain", "a link through another that leads to the root, and up", [Link(b"bin/y", b".."), Link(b"x", b"bin/y/../etc")], OUT),
    ("chain-deep", "a link that counts on a path being deeper than the link in it leads",
     [Folder(b"a"), Folder(b"a/b"), Link(b"a/b/c", b"../.."), Link(b"x", b"a/b/c/../..")], OUT),
    ("chain-of-three", "three links, of which the last leads out",
     [Link(b"x", b"y/.."), Link(b"y", b"z"), Link(b"z", b"bin")], ""),
    ("chain-of-three-out", "three links, each to the next, and then up",
     [Link(b"x", b"y/../.."), Link(b"y", b"z"), Link(b"z", b"bin")], OUT),
    ("accent", "a way up whose slash is one character with the accent behind it", [Link(b"x", "../\u0301/../etc".encode())], OUT),
    ("accent-below", "the same, further down", [Link(b"bin/x", "../../\u0301/a/../../etc".encode())], OUT),
    ("itself", "a link to itself", [Link(b"x", b"x")], LOOP),
    ("loop", "two links to each other", [Link(b"x", b"y"), Link(b"y", b"x")], LOOP),
    ("loop-below", "a link to something below itself", [Link(b"x", b"x/y")], LOOP),
    ("loop-out", "a loop that climbs with each round", [Folder(b"a"), Link(b"a/x", b"x/../..")], LOOP),
    ("python-elsewhere", "the target that one link may have, of another link", [Link(b"python", b"/usr/bin/python3.11")], ABSOLUTE),
    ("python-climbs", "that one link, and a target that climbs", [*VENV, Link(b"venv/bin/python", b"/usr/bin/../../etc/passwd")], ABSOLUTE),
    ("python-climbs-behind", "that one link, and a target that climbs at its end",
     [*VENV, Link(b"venv/bin/python", b"/usr/bin/python3.11/../../../etc")], ABSOLUTE),
    ("python-more", "that one link, and a target with a letter more", [*VENV, Link(b"venv/bin/python", b"/usr/bin/python3.11x")], ABSOLUTE),
    ("python-no-digits", "that one link, and a target without digits", [*VENV, Link(b"venv/bin/python", b"/usr/bin/python3.")], ABSOLUTE),
    ("python-wide-digits", "that one link, and digits of another script", [*VENV, Link(b"venv/bin/python", "/usr/bin/python3.\uff11".encode())], ABSOLUTE),
    ("python-through", "a path through that one link", [*VENV, Link(b"venv/bin/python", b"/usr/bin/python3.11"), Link(b"x", b"venv/bin/python/../../../etc")], OUT),
    ("control", "a target with a line of its own for the terminal", [Link(b"x", b"bin\x1b[2J")], "is a link to something that is no path"),
    ("not-utf8", "a target that is no UTF-8", [Link(b"x", b"bin\xff")], "is a link to something that is no path"),
    ("empty", "a link to nothing", [Link(b"x", b"")], "is a link to something that is no path"),
    ("long", "a target of more than 3072 bytes", [Link(b"x", b"a" * 3073)], "is a link to something that is no path"),
    ("tab", "a target with a tab", [Link(b"x", b"a\tb")], "is neither a file"),
]
GOOD = [
    ("inside", "links that stay inside", [Link(b"x", b"bin/run"), Link(b"bin/y", b"../x"), Link(b"z", b"."), Link(b"bin/r", b"..")]),
    ("dangling", "a link to what is not there, but would lie inside", [Link(b"x", b"not/there")]),
    ("python", "the one link that leads out", [*VENV, Link(b"venv/bin/python", b"/usr/bin/python3.11"), Link(b"venv/bin/python3", b"python")]),
    ("fortieth", "a chain of as many links as the kernel follows",
     [Link(b"l%02d" % n, b"l%02d" % (n + 1)) for n in range(39)] + [Link(b"l39", b"bin/run")]),
    ("lookalike", "a target that only looks like another link: é in two ways of writing",
     [Folder(b"a"), Folder(b"a/b"), Link("\u00e9".encode(), b"a/b"), Link(b"x", "e\u0301/..".encode())]),
]


def symbolic():
    for name, tries, entries, error in LINKS:
        yield gzip(("link-" if error else "good-link-") + name, tries, error, archive(entries))
    for name, tries, entries in GOOD:
        yield gzip(f"good-link-{name}", tries, "", archive(entries))
    yield gzip("link-lookalike-out", "a way out that is one only for the kernel: é in two ways of writing",
               OUT, archive([Folder(b"a"), Folder(b"a/b"), Link("\u00e9".encode(), b"a/b"), Link(b"x", "e\u0301/../..".encode())]))
    yield gzip("link-forty-first", "a chain of more links than the kernel follows", LOOP,
               archive([Link(b"l%02d" % n, b"l%02d" % (n + 1)) for n in range(40)] + [Link(b"l40", b"bin/run")]))
    yield gzip("link-other-target", "a link that leads elsewhere than the listing says", '"x" is not the link to "bin/run" of the listing',
               instead([Link(b"x", b"bin/run")], b"x", tar.link(b"x", b"/etc/passwd")))
    yield gzip("link-for-file", "a link where the listing has a file", '"x" is a link, and not what the listing says',
               instead([File(b"x", b"")], b"x", tar.link(b"x", b"/etc/passwd")))
    yield gzip("link-with-content", "a link with content behind it, which some readers skip and others do not",
               '"x" is not the link to "bin" of the listing',
               instead([Link(b"x", b"bin")], b"x", tar.link(b"x", b"bin", patch={124: tar.octal(512, 11)}) + bytes(512)))
    yield gzip("file-for-link", "a file where the listing has a link", '"x" is not the link to "bin" of the listing',
               instead([Link(b"x", b"bin")], b"x", tar.file(b"x", b"evil")))


def hard():
    targets = [("outside", b"/etc/passwd"), ("up", b"../../etc/passwd"), ("to-link", b"y"), ("inside", b"bin/run"), ("itself", b"x")]
    for name, target in targets:
        extra = [File(b"x", b""), Link(b"y", b"bin")]
        wrong = tar.header(b"x", b"1", target=target)
        yield gzip(f"hardlink-{name}", f"a hard link to {target.decode()}", '"x" is a hard link', instead(extra, b"x", wrong))
    yield gzip("hardlink-of-manifest", "a hard link where the manifest must be", '"capsule.yml" is a hard link',
               archive(leading=tar.header(b"capsule.yml", b"1", target=b"/etc/passwd")))


def cases():
    yield from symbolic()
    yield from hard()
