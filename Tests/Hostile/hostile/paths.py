"""Paths that lead elsewhere, in the listing or behind its back; names twice; what lies in what is no folder."""

from . import tar
from .capsule import BASE, File, Folder, Line, Link, archive, digest, instead, sort
from .cases import gzip

LIES_BEHIND = 'lies behind the link "a"'
LONG = b"n" * 256
DEEP = b"/".join([b"d"] * 101)
PATHS = [
    ("climbs", "a path with ..", b"../outside", r'contains "\.\."'),
    ("climbs-inside", "a path with .. in the middle", b"bin/../../outside", r'contains "\.\."'),
    ("absolute", "an absolute path", b"/tmp/capsrun-hostile", "is absolute"),
    ("double-slash", "an empty component", b"bin//x", "contains an empty component"),
    ("slash-at-end", "a slash behind a file's name", b"bin/x/", "contains an empty component"),
    ("dot", "a component .", b"./x", r'contains "\." as a component'),
    ("nul", "a NUL, where C ends a text", b"x\0/../../outside", "contains a control character"),
    ("escape", "an escape sequence for the terminal", b"x\x1b[2J", "contains a control character"),
    ("newline", "a line break", b"x\nfolder", "contains a control character|is neither a file"),
    ("c1-control", "a control character of two bytes", b"x\xc2\x9b2J", "contains a control character"),
    ("not-utf8", "bytes that are no UTF-8", b"x\xff", "is not UTF-8"),
    ("surrogate", "half a surrogate pair", b"x\xed\xa0\x80", "is not UTF-8"),
    ("overlong", "a slash in two bytes", b"x\xc0\xaf..", "is not UTF-8"),
    ("empty", "an empty path", b"", "is empty"),
]
LONG_PATHS = [
    ("long-component", "a name of 256 bytes", LONG, "has a component of more than 255 bytes"),
    ("long", "a path of more than 3072 bytes", b"/".join([b"abcdefg"] * 400), "is longer than 3072 bytes"),
    ("deep", "a path of 101 levels", DEEP, "is more than 100 levels deep"),
]


def line(path):
    return Line(path, b"file\t0644\t1\t" + digest(b"x") + b"\t" + path, tar.file(path, b"x"))


def in_listing():
    for name, tries, path, error in [*PATHS, *LONG_PATHS]:
        yield gzip(f"listing-path-{name}", f"{tries}, in the listing", f"line \\d+ of its listing .*({error})", archive([line(path)]))
    yield gzip("listing-path-tab", "a tab in a path of the listing", "line \\d+ of its listing is neither a file",
               archive([line(b"a\tb")]))


def in_header():
    """The listing is innocent, and the tar says something else of the same member."""
    innocent = [File(b"x", b"x")]
    for name, tries, path, error in PATHS:
        if b"\0" in path or b"\n" in path or not path:
            continue
        kept = path[:100]
        yield gzip(f"header-path-{name}", f"{tries}, in a tar header only", error,
                   instead(innocent, b"x", tar.header(kept, size=1) + b"x" + bytes(511)))
    yield gzip("header-path-empty", "an empty path, in a tar header only", "the path \"\" is empty",
               instead(innocent, b"x", tar.header(b"", size=1) + b"x" + bytes(511)))
    yield gzip("header-path-newline", "a line break, in a tar header only", "contains a control character",
               instead(innocent, b"x", tar.header(b"x\ny", size=1) + b"x" + bytes(511)))
    yield gzip("header-path-behind-nul", "more of a path behind its NUL", 'the header of "x" is not written in the one way',
               instead(innocent, b"x", tar.file(b"x", b"x", patch={2: b"/../../outside"})))
    yield gzip("header-path-prefix", "a prefix that leads out", r'contains "\.\."',
               instead(innocent, b"x", tar.header(b"x", size=1, prefix=b"../..") + b"x" + bytes(511)))
    yield gzip("header-path-another", "a member that the listing does not have here", '"y" comes where "x" must be',
               instead(innocent, b"x", tar.file(b"y", b"x")))
    yield gzip("header-path-pax-climbs", "a pax header that replaces an innocent path", r'a pax header .*path',
               instead(innocent, b"x", tar.pax(tar.record(b"path", b"../../outside")) + tar.file(b"x", b"x")))


def names_twice():
    twice = [File(b"x", b"1"), File(b"x", b"2")]
    yield gzip("listing-twice", "the same path twice", "line 6 of its listing has the path of the line before", archive(twice))
    yield gzip("listing-file-then-folder", "a file, and a folder of the same name", "has the path of the line before",
               archive([File(b"x", b"1"), Folder(b"x")]))
    yield gzip("listing-link-then-file", "a link, and a file of the same name to be written through it",
               "has the path of the line before", archive([Link(b"x", b"bin/run"), File(b"x", b"evil")]))
    yield gzip("listing-unordered", "paths in no order", "line \\d+ of its listing is not in order",
               archive([File(b"b", b""), File(b"a", b"")], sorted_=False))
    yield gzip("listing-normalized", "two paths that look the same: e with an accent, and e and an accent",
               'has a path that only looks different from', archive([File("\u00e9".encode()), File("e\u0301".encode())]))
    yield gzip("listing-normalized-folder", "a folder twice, in two ways of writing it", 'has a path that only looks different from',
               archive([Folder("\u00e9".encode()), Folder("e\u0301".encode()), File("e\u0301/x".encode())]))
    yield gzip("listing-kelvin", "K, and the Kelvin sign", 'has a path that only looks different from',
               archive([File(b"K"), File("\u212a".encode())]))
    yield gzip("member-twice", "a member twice, the listing has it once", '"x" comes where "y" must be',
               instead([File(b"x", b"1"), File(b"y", b"1")], b"y", tar.file(b"x", b"2")))
    yield gzip("good-case", "paths that differ in nothing but case: only a warning", "", archive([File(b"x", b"1"), File(b"X", b"2")]))
    yield gzip("good-accent-first", "a name that begins with an accent, which makes one character with the slash before it", "",
               archive([Folder(b"a"), Folder(b"a/a"), File("a/\u0301x".encode(), b"1"), Folder("a/\u0301y".encode()), File("a/\u0301y/z".encode(), b"2")]))
    yield gzip("good-accent", "letters beyond ASCII", "", archive([File("\u00e9".encode(), b"1"), Folder("\u4e2d".encode())]))


def parents():
    yield gzip("parent-missing", "a file in a folder that is not listed", "lies in something that is no folder",
               archive([File(b"a/b", b"")]))
    yield gzip("parent-is-file", "a file in a file", "lies in something that is no folder", archive([File(b"a"), File(b"a/b")]))
    yield gzip("parent-is-link", "a file written through a link that stays inside", 'lies behind the link "a"',
               archive([Link(b"a", b"bin"), File(b"a/run", b"evil")]))
    yield gzip("parent-is-link-out", "a link to /etc, and a file written through it", LIES_BEHIND,
               archive([Link(b"a", b"/etc"), File(b"a/capsrun-hostile", b"evil")]))
    yield gzip("parent-is-link-up", "a link to .., and a file written through it", LIES_BEHIND,
               archive([Link(b"a", b".."), File(b"a/capsrun-hostile", b"evil")]))
    yield gzip("parent-is-link-in-tar", "a link in the tar where the listing has the folder", '"a" is a link, and not what the listing says',
               instead([Folder(b"a"), File(b"a/capsrun-hostile", b"evil")], b"a", tar.link(b"a", b"../..")))
    yield gzip("parent-is-normalized", "a file in a folder that only looks like the listed one", "lies in something that is no folder",
               archive([Folder("\u00e9".encode()), File("e\u0301/x".encode(), b"")], sorted_=True))


def reserved():
    for path in [b".capsule_listing", b".capsule_metadata.json"]:
        name = path.decode().strip(".")
        yield gzip(f"reserved-{name}", f"{path.decode()} as a file of the capsule", "has a name that is reserved",
                   archive([File(path, b"evil")]))
        yield gzip(f"reserved-{name}-link", f"{path.decode()} as a link", "has a name that is reserved", archive([Link(path, b"bin")]))
    yield gzip("reserved-folder", ".capsule_listing as a folder", "has a name that is reserved", archive([Folder(b".capsule_listing")]))
    yield gzip("good-reserved-below", "a name that is reserved at the root, elsewhere", "",
               archive([File(b"bin/.capsule_listing", b"1"), File(b"bin/capsule.yml", b"2")]))


def cases():
    for part in (in_listing, in_header, names_twice, parents, reserved):
        yield from part()
