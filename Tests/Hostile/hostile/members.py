"""Tar headers that are no capsule's: types, dialects, permissions, owners, numbers, pax records."""

from . import tar
from .capsule import File, Folder, archive, instead
from .cases import gzip

X = [File(b"x", b"x")]
WAY = 'the header of "x" is not written in the one way'
OWNER = '"x" names an owner'
BITS = '"x" has the set-user-id, set-group-id or sticky bit'
NUMBER = 'the header of "x" has a number that is not octal'

TYPES = [
    (b"3", "character-device", "a character device", '"x" is a device'),
    (b"4", "block-device", "a block device", '"x" is a device'),
    (b"6", "fifo", "a FIFO", '"x" is a FIFO'),
    (b"7", "contiguous", "a contiguous file", '"x" is of the unknown type 55'),
    (b"s", "socket", "a socket, as some programs write it", '"x" is of the unknown type 115'),
    (b"D", "gnu-folder", "a folder with a list of its files (GNU)", '"x" is of the unknown type 68'),
    (b"M", "gnu-volume", "the rest of a file of another volume (GNU)", '"x" is of the unknown type 77'),
    (b"V", "gnu-label", "the name of a volume (GNU)", '"x" is of the unknown type 86'),
    (b"X", "solaris", "an extended header of Solaris", '"x" is of the unknown type 88'),
    (b"A", "solaris-acl", "an access list of Solaris", '"x" is of the unknown type 65'),
    (b"S", "sparse", "a sparse file (GNU)", '"x" is a sparse file'),
    (b"\0", "old-file", "the type of a file before ustar", '"x" is of the unknown type 0'),
    (b"g", "pax-global", "a pax header for all that follows", "it has a global pax header"),
    (b"L", "gnu-long-name", "a long name (GNU)", "it has a long name in the way of GNU tar"),
    (b"K", "gnu-long-link", "a long target (GNU)", "it has a long name in the way of GNU tar"),
]


def wrong(name, tries, error, member, extra=None):
    return gzip(name, tries, error, instead(X if extra is None else extra, b"x", member))


def types():
    for kind, name, tries, error in TYPES:
        yield wrong(f"type-{name}", tries, error, tar.header(b"x", kind, 1) + b"x" + bytes(511))
    yield wrong("type-whiteout", "a device 0:0, which an overlay takes for a removed file", '"x" is a device',
                tar.header(b"x", b"3", patch={329: tar.octal(0, 7)}))
    yield wrong("type-gnu-then-path", "a long name (GNU), and the member that it replaces the name of", "long name in the way of GNU tar",
                tar.header(b"././@LongLink", b"L", 15) + b"../../outside\0\0" + bytes(497) + tar.file(b"x", b"x"))
    yield wrong("type-gnu-and-pax", "a long name of both kinds", "long name in the way of GNU tar",
                tar.header(b"././@LongLink", b"L", 2) + b"x\0" + bytes(510) + tar.pax(tar.record(b"path", b"y")) + tar.file(b"x", b"x"))
    yield wrong("type-pax-and-gnu", "a long name of both kinds, the other first", "a pax header .*path",
                tar.pax(tar.record(b"path", b"y")) + tar.header(b"././@LongLink", b"L", 2) + b"x\0" + bytes(510) + tar.file(b"x", b"x"))
    yield wrong("type-folder-for-file", "a folder where the listing has a file", '"x" is not the file of 1 bytes', tar.folder(b"x"))
    yield wrong("type-file-for-folder", "a file where the listing has a folder", '"x" is not the folder', tar.file(b"x", b"evil"), [Folder(b"x")])
    yield wrong("type-file-with-slash", "a file whose name ends with a slash, a folder for old programs", "contains an empty component",
                tar.header(b"x/", b"0", 1) + b"x" + bytes(511))
    yield wrong("type-folder-with-content", "a folder with content behind it", '"x" is not the folder',
                tar.folder(b"x", patch={124: tar.octal(512, 11)}) + bytes(512), [Folder(b"x")])


def dialects():
    yield wrong("magic-gnu", "the dialect of GNU tar", "of another dialect than ustar", tar.file(b"x", b"x", patch={257: b"ustar  \0"}))
    yield wrong("magic-none", "the dialect before ustar", "of another dialect than ustar", tar.file(b"x", b"x", patch={257: bytes(8)}))
    yield wrong("checksum", "a wrong checksum", "the checksum of a tar header is wrong", tar.file(b"x", b"x", checksum=b"000000\0 "))
    yield wrong("checksum-signed", "the sum of signed bytes, which some programs take", "the checksum of a tar header is wrong",
                tar.header(b"\xff\xff", size=1, checksum=b"005213\0 ") + b"x" + bytes(511))
    yield wrong("checksum-blanks", "a checksum with blanks", WAY, spaced())
    yield wrong("header-noise", "noise where a header must be", "the checksum of a tar header is wrong", bytes(range(256)) * 2)
    yield wrong("header-zeros", "zeros where a header must be: the end for most programs", "there is no tar header where one must be",
                bytes(512) + tar.file(b"x", b"x"))
    yield wrong("header-unused", "something where ustar has nothing", WAY, tar.file(b"x", b"x", patch={500: b"hidden"}))
    yield wrong("device-numbers", "device numbers of a file", WAY, tar.file(b"x", b"x", patch={329: tar.octal(8, 7)}))
    yield wrong("file-with-target", "a target in the header of a file", WAY, tar.file(b"x", b"x", patch={157: b"/etc/passwd"}))


def spaced():
    block = bytearray(tar.file(b"x", b"x"))
    block[148:156] = b" " + block[149:154] + b"\0 "
    return bytes(block)


def permissions():
    modes = [("setuid", 0o4755, BITS), ("setgid", 0o2755, BITS), ("sticky", 0o1755, BITS), ("world-writable", 0o666, BITS),
             ("group-writable", 0o664, BITS), ("executable", 0o755, '"x" is not the file of 1 bytes'), ("none", 0, '"x" is not the file of 1 bytes'),
             ("with-type", 0o100644, BITS)]
    for name, mode, error in modes:
        yield wrong(f"mode-{name}", f"permissions {mode:o}", error, tar.member(b"x", content=b"x", mode=mode))
    yield wrong("mode-folder-sticky", "a folder for everybody", BITS, tar.folder(b"x", patch={100: tar.octal(0o1777, 7)}), [Folder(b"x")])
    for name, offset, value in [("user", 108, tar.octal(1000, 7)), ("group", 116, tar.octal(1000, 7)), ("user-name", 265, b"root"),
                                ("group-name", 297, b"root"), ("negative", 108, b"\xff" * 8), ("base256", 108, b"\x80" + bytes(6) + b"\1")]:
        yield wrong(f"owner-{name}", f"an owner: {name}", OWNER, tar.file(b"x", b"x", patch={offset: value}))


def numbers():
    for name, tries, value in [
        ("base256", "a size in base 256", b"\x80" + bytes(10) + b"\1"), ("base256-huge", "a size of 2^88", b"\x80" + b"\xff" * 11),
        ("base256-negative", "a negative size in base 256", b"\xff" * 12), ("minus", "a negative size in octal", b"-0000000001\0"),
        ("decimal", "a size that is not octal", b"00000000009\0"), ("letters", "a size of letters", b"0x000000001\0"),
    ]:
        yield wrong(f"size-{name}", tries, NUMBER, tar.file(b"x", b"x", patch={124: value}))
    for name, tries, value, error in [
        ("short", "a smaller size than the listing has", tar.octal(0, 11), '"x" is not the file of 1 bytes'),
        ("long", "a larger size than the listing has", tar.octal(513, 11), '"x" is not the file of 1 bytes'),
        ("most", "the largest size there is", b"7" * 11 + b"\0", '"x" is not the file of 1 bytes'),
        ("twelve-digits", "a size of twelve digits", b"0" * 11 + b"1", WAY), ("blanks", "a size with blanks", b"          1\0", WAY),
        ("empty", "no size at all", bytes(12), '"x" is not the file of 1 bytes'),
    ]:
        yield wrong(f"size-{name}", tries, error, tar.file(b"x", b"x", patch={124: value}))
    yield wrong("time-differs", "a time that is not that of the others", 'the time of "x" is not that of the others', tar.file(b"x", b"x", time=1))
    yield wrong("time-base256", "a time in base 256", NUMBER, tar.file(b"x", b"x", patch={136: b"\x80" + bytes(10) + b"\1"}))
    yield gzip("good-time", "a time that all members have", "", archive(X, time=1_700_000_000))
    yield gzip("good-sizes", "files around the size of a block", "",
               archive([File(b"s%d" % size, b"s" * size) for size in (0, 1, 511, 512, 513, 1024)]))


RECORDS = [
    ("path", "another path", tar.record(b"path", b"/etc/passwd"), r"says what it must not: path"),
    ("size", "another size: TARmageddon", tar.record(b"size", b"1024"), "says what it must not: size"),
    ("linkpath", "a target", tar.record(b"linkpath", b"/etc/passwd"), "says what it must not: linkpath"),
    ("owner", "an owner", tar.record(b"uid", b"0") + tar.record(b"uname", b"root"), "says what it must not: uid"),
    ("time", "a finer time", tar.record(b"mtime", b"1.5"), "says what it must not: mtime"),
    ("overlay-opaque", "an opaque folder for a privileged overlay", tar.record(b"SCHILY.xattr.trusted.overlay.opaque", b"y"),
     r"says what it must not: SCHILY\.xattr\.trusted\.overlay\.opaque"),
    ("overlay-redirect", "a folder that is elsewhere for a privileged overlay", tar.record(b"SCHILY.xattr.trusted.overlay.redirect", b"/etc"),
     r"says what it must not: SCHILY\.xattr\.trusted\.overlay\.redirect"),
    ("overlay-user", "a removed file for an overlay of a user", tar.record(b"SCHILY.xattr.user.overlay.whiteout", b""),
     r"says what it must not: SCHILY\.xattr\.user\.overlay\.whiteout"),
    ("capability", "a capability", tar.record(b"SCHILY.xattr.security.capability", b"\1\0\0\2\xff\xff\xff\xff" + bytes(12)),
     r"says what it must not: SCHILY\.xattr\.security\.capability"),
    ("acl", "an access list", tar.record(b"SCHILY.acl.access", b"user::rwx"), r"says what it must not: SCHILY\.acl\.access"),
    ("libarchive", "an attribute as libarchive writes it", tar.record(b"LIBARCHIVE.xattr.user.x", b"eA=="),
     r"says what it must not: LIBARCHIVE\.xattr\.user\.x"),
    ("sparse", "a sparse file", tar.record(b"GNU.sparse.major", b"1") + tar.record(b"GNU.sparse.name", b"/etc/passwd"),
     r"says what it must not: GNU\.sparse\.major"),
    ("comment", "a comment", tar.record(b"comment", b"hidden"), "says what it must not: comment"),
    ("charset", "another encoding of what follows", tar.record(b"hdrcharset", b"BINARY"), "says what it must not: hdrcharset"),
    ("length-zero", "a record of no length", b"0 path=x\n", "is malformed"),
    ("length-short", "a record that ends too soon", b"6 path=x\n", "is malformed"),
    ("length-long", "a record that ends behind the header", b"999 path=x\n", "is malformed"),
    ("length-huge", "a record of 2^64 bytes", b"18446744073709551616 path=x\n", "is malformed"),
    ("length-negative", "a record of a negative length", b"-9 path=x\n", "is malformed"),
    ("no-equals", "a record without a value", b"7 path\n", "is malformed"),
    ("no-newline", "a record that does not end", b"8 path=xx", "is malformed"),
    ("nul", "a path with a NUL", tar.record(b"path", b"x\0/../../outside"), "says what it must not: path"),
]


def pax():
    for name, tries, records, error in RECORDS:
        yield wrong(f"pax-{name}", f"a pax header with {tries}", f"a pax header before \"x\" {error}", tar.pax(records) + tar.file(b"x", b"x"))
    yield wrong("pax-empty", "a pax header without records", "a pax header before \"x\" is malformed", tar.pax(b"") + tar.file(b"x", b"x"))
    yield wrong("pax-huge", "a pax header that claims 8 GiB", "a pax header before \"x\" is malformed",
                tar.pax(b"", size=0o77777777777) + tar.file(b"x", b"x"))
    yield wrong("pax-global-path", "a pax header that gives all members one path", "it has a global pax header",
                tar.pax(tar.record(b"path", b"../outside"), b"g") + tar.file(b"x", b"x"))
    long = "\u00e9".encode()
    needed = [File(long, b"x")]
    right = tar.file(long, b"x")
    for name, tries, records, error in [
        ("twice", "its path twice, the second leads out", tar.record(b"path", long) + tar.record(b"path", b"../../outside"), "says path or linkpath more than once"),
        ("other", "another path", tar.record(b"path", b"../../outside"), r'the path "\.\./\.\./outside" contains "\.\."'),
        ("and-size", "its path, and a size", tar.record(b"path", long) + tar.record(b"size", b"9999"), "says what it must not: size"),
        ("and-xattr", "its path, and an attribute", tar.record(b"path", long) + tar.record(b"SCHILY.xattr.user.x", b"y"), r"says what it must not: SCHILY\.xattr\.user\.x"),
        ("zeros-first", "a length with zeros in front", b"%04d" % (len(long) + 11) + b" path=" + long + b"\n", "is not written in the one way"),
    ]:
        yield gzip(f"pax-needed-{name}", f"a needed pax header with {tries}", error,
                   instead(needed, long, tar.pax(records) + tar.header(b"@LongName", size=1) + b"x" + bytes(511)))
    yield gzip("pax-needed-setuid", "permissions 4755 behind a needed pax header", 'has the set-user-id, set-group-id or sticky bit',
               instead(needed, long, tar.file(long, b"x", patch={100: tar.octal(0o4755, 7)})))
    yield gzip("pax-needed-padding", "something behind the records of a needed pax header", "is malformed|is not written in the one way",
               instead(needed, long, right.replace(b"\xa9\n\0\0\0\0\0\0", b"\xa9\n\0hidden", 1)))
    yield gzip("pax-needed-missing", "no pax header where one is needed", '"@LongName" comes where', instead(needed, long, right[1024:]))
    yield gzip("pax-needed-again", "the needed pax header twice", "is not written in the one way|needs one pax header", instead(needed, long, right[:1024] + right))
    yield gzip("good-pax", "a long path, and a long target", "",
               archive([Folder(b"d" * 120), File(b"d" * 120 + b"/" + b"f" * 120, b"x"), *needed]))


def cases():
    for part in (types, dialects, permissions, numbers, pax):
        yield from part()
