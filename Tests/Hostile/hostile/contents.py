"""The listing's own text, the first members, contents that differ, padding, and the end."""

from . import tar
from .capsule import BASE, MANIFEST, RUN, File, Folder, Line, Link, archive, digest, instead, listing, metadata, sort
from .cases import gzip

X = [File(b"x", b"x")]
GOOD_LISTING = listing(sort(BASE))
LIMIT = 24 << 20


def line(text, path=b"x"):
    """An archive with one line more in its listing, whatever it says."""
    return archive([Line(path, text)])


def listing_text():
    entries = sort([*BASE, *X])
    text = listing(entries)
    d = digest(b"x")
    for name, tries, head, error in [
        ("newer", "a listing of a later format", b"capsule listing 2", "line 1 of its listing is of format 2, which needs a newer capsrun"),
        ("zero", "a listing of format 0", b"capsule listing 0", "line 1 of its listing does not say that it is a listing"),
        ("huge-number", "a format beyond 64 bits", b"capsule listing 99999999999999999999", "does not say that it is a listing"),
        ("other", "some other first line", b"hello", "does not say that it is a listing"),
        ("crlf", "lines that end as on Windows", b"capsule listing 1\r", "does not say that it is a listing"),
        ("mark", "a byte order mark", b"\xef\xbb\xbfcapsule listing 1", "does not say that it is a listing"),
        ("spaces", "a first line of 20 million blanks", b" " * (20 << 20), "does not say that it is a listing"),
    ]:
        yield gzip(f"listing-header-{name}", tries, error, archive(X, text=listing(entries, head)))
    yield gzip("listing-empty", "an empty listing", "does not say that it is a listing", archive(text=b""))
    yield gzip("listing-nothing", "a listing without entries", "there was no manifest", archive(text=b"capsule listing 1\n"))
    yield gzip("listing-no-newline", "a listing whose last line does not end", "does not say that it is a listing|does not end with a line break", archive(X, text=text[:-1]))
    yield gzip("listing-blank-line", "an empty line", "line \\d+ of its listing is neither a file", archive(X, text=text + b"\n"))
    for name, tries, fields in [
        ("kind", "a kind of entry that there is not", b"device\tx"), ("few", "too few fields", b"file\t0644\tx"),
        ("many", "too many fields", b"file\t0644\t1\t" + d + b"\tmore\tx"), ("mode-setuid", "a set-user-id file", b"file\t4755\t1\t" + d + b"\tx"),
        ("mode-writable", "a file for everybody", b"file\t0666\t1\t" + d + b"\tx"), ("size-minus", "a negative size", b"file\t0644\t-1\t" + d + b"\tx"),
        ("size-plus", "a size with a sign", b"file\t0644\t+1\t" + d + b"\tx"), ("size-zeros", "a size with zeros", b"file\t0644\t01\t" + d + b"\tx"),
        ("size-huge", "a size beyond 64 bits", b"file\t0644\t99999999999999999999\t" + d + b"\tx"),
        ("digest-short", "a digest that is too short", b"file\t0644\t1\t" + d[:-2] + b"\tx"),
        ("digest-letters", "a digest that is none", b"file\t0644\t1\t" + b"g" * 64 + b"\tx"),
        ("folder-mode", "a folder with permissions", b"folder\t1777\tx"), ("hard", "a hard link", b"hardlink\t/etc/passwd\tx"),
    ]:
        yield gzip(f"listing-line-{name}", tries, "line 5 of its listing is neither a file", line(fields))
    yield gzip("listing-line-tabs", "a line of 20 million tabs", "line 5 of its listing has a path that is longer than 3072 bytes", line(b"\t" * (20 << 20) + b"x"))
    yield gzip("listing-line-digest-upper", "a digest in capital letters", "is not written in the one way|is neither a file",
               line(b"file\t0644\t1\t" + d.upper() + b"\tx"))
    yield gzip("listing-size-12-digits", "a file of more than eight GiB, more than a tar header can say",
               "line 5 of its listing is a file of more than 8589934591 bytes", line(b"file\t0644\t8589934592\t" + d + b"\tx"))
    yield gzip("listing-size-most", "a file of as many bytes as a whole archive may have", "is a file of more than 8589934591 bytes",
               line(b"file\t0644\t21474836480\t" + d + b"\tx"))
    yield gzip("listing-size-63-bits", "a file of 2^63 - 1 bytes", "is a file of more than 8589934591 bytes",
               line(b"file\t0644\t9223372036854775807\t" + d + b"\tx"))
    big = [Line(b"x%d" % n, b"file\t0644\t8589934591\t" + d + b"\tx%d" % n) for n in range(3)]
    yield gzip("listing-size-sum", "files that are too large together", "all of it together is larger than", archive(big))
    total = {"file_count": 3, "total_bytes": (1 << 20) + len(RUN) + len(MANIFEST)}
    mib = b"file\t0644\t1048576\t" + d + b"\tx"
    yield gzip("listing-size-lies", "a file of a MiB, where the tar has a byte", '"x" is not the file of 1048576 bytes',
               archive([Line(b"x", mib, tar.file(b"x", b"x"))], changes=total))
    yield gzip("listing-size-not-there", "a file of a MiB that is not there", 'it ends before "x"',
               archive([Line(b"x", mib, tar.header(b"x", size=1 << 20) + b"x" * 512)], changes=total, end=b""))
    yield gzip("listing-entries", "more entries than there may be", "beyond the 250000 entries", archive([Folder(b"d%06d" % n) for n in range(250_001)], members=[]))
    yield gzip("listing-lines", "a listing of 20 million line breaks", "beyond the 250000 entries|is neither a file", archive(text=GOOD_LISTING + b"\n" * (20 << 20)))
    yield gzip("listing-claims", "a listing that claims 8 GiB", f"its .capsule_listing is larger than {LIMIT} bytes",
               archive(leading=tar.file(b"capsule.yml", MANIFEST) + tar.header(b".capsule_listing", size=0o77777777777)))
    yield gzip("listing-larger", "a listing of a byte more than there may be", f"its .capsule_listing is larger than {LIMIT} bytes",
               archive(text=GOOD_LISTING + b"x" * (LIMIT + 1 - len(GOOD_LISTING))))


def listing_of_manifest():
    others = [entry for entry in BASE if entry.path != b"capsule.yml"]
    for name, tries, entry, error in [
        ("missing", "no manifest in the listing", [], "there was no manifest"),
        ("executable", "a manifest that is a program", [File(b"capsule.yml", MANIFEST, True)], "is the manifest, and no plain file"),
        ("link", "a manifest that is a link", [Link(b"capsule.yml", b"bin/run")], "is the manifest, and no plain file"),
        ("folder", "a manifest that is a folder", [Folder(b"capsule.yml")], "is the manifest, and no plain file"),
        ("large", "a manifest that is too large", [Line(b"capsule.yml", b"file\t0644\t1048577\t" + digest(MANIFEST) + b"\tcapsule.yml")], "is the manifest, and no plain file"),
        ("size", "another size of the manifest", [Line(b"capsule.yml", b"file\t0644\t1\t" + digest(MANIFEST) + b"\tcapsule.yml")], 'the content of "capsule.yml" is not what the listing says'),
        ("digest", "another manifest in the listing", [File(b"capsule.yml", MANIFEST.replace(b"hostile", b"another"))], 'the content of "capsule.yml" is not what the listing says'),
    ]:
        yield gzip(f"listing-manifest-{name}", tries, error, archive(base=[*others, *entry]))


def leading():
    meta = metadata(GOOD_LISTING, BASE)
    m, l, d = tar.file(b"capsule.yml", MANIFEST), tar.file(b".capsule_listing", GOOD_LISTING), tar.file(b".capsule_metadata.json", meta)
    manifest = '"capsule.yml" is not the plain file that must come there'
    for name, tries, members, error in [
        ("no-manifest", "no manifest at the start", l + d, '".capsule_listing" comes where "capsule.yml" must be'),
        ("no-listing", "no listing", m + d, '".capsule_metadata.json" comes where'), ("no-metadata", "no metadata", m + l, '"bin" comes where|"bin/" comes where'),
        ("order", "the listing before the manifest", l + m + d, '".capsule_listing" comes where'),
        ("manifest-twice", "the manifest twice", m + m + l + d, '"capsule.yml" comes where'),
        ("manifest-climbs", "a manifest in the folder above", tar.file(b"../capsule.yml", MANIFEST) + l + d, r'contains "\.\."'),
        ("manifest-executable", "a manifest that is a program", tar.file(b"capsule.yml", MANIFEST, True) + l + d, manifest),
        ("manifest-setuid", "a manifest with the set-user-id bit", tar.file(b"capsule.yml", MANIFEST, patch={100: tar.octal(0o4644, 7)}) + l + d, '"capsule.yml" has the set-user-id'),
        ("manifest-link", "a manifest that is a link", tar.link(b"capsule.yml", b"/etc/passwd") + l + d, '"capsule.yml" is a link'),
        ("manifest-owner", "a manifest that somebody owns", tar.file(b"capsule.yml", MANIFEST, patch={108: tar.octal(1, 7)}) + l + d, '"capsule.yml" names an owner'),
        ("manifest-pax", "a pax header before the manifest", tar.pax(tar.record(b"path", b"x")) + m + l + d, 'a pax header before "capsule.yml" says what it must not: path'),
        ("manifest-base256", "a size of the manifest in base 256", tar.file(b"capsule.yml", MANIFEST, patch={124: b"\x80" + b"\xff" * 11}) + l + d, 'the header of "capsule.yml" has a number that is not octal'),
        ("manifest-claims", "a manifest that claims 8 GiB", tar.header(b"capsule.yml", size=0o77777777777), "its capsule.yml is larger than 1048576 bytes"),
        ("metadata-claims", "metadata that claim 8 GiB", m + l + tar.header(b".capsule_metadata.json", size=0o77777777777), "its .capsule_metadata.json is larger than 65536 bytes"),
        ("metadata-larger", "metadata of a byte more than there may be", m + l + tar.file(b".capsule_metadata.json", b" " * 65537), "its .capsule_metadata.json is larger than 65536 bytes"),
        ("time", "a listing of another time than the manifest", m + tar.file(b".capsule_listing", GOOD_LISTING, time=1) + d, 'the time of ".capsule_listing" is not that of the others'),
    ]:
        yield gzip(f"leading-{name}", tries, error, archive(leading=members))


def installed():
    """Refused when it is installed: what it says of itself is wrong."""
    for name, tries, changes, error in [
        ("other", "the metadata of another capsule", {"build_sha": "0" * 64}, "its .capsule_metadata.json is of another capsule"),
        ("count", "another number of files", {"file_count": 7}, "its .capsule_metadata.json counts other files"),
        ("count-huge", "the largest number of files", {"file_count": 2**63 - 1}, "its .capsule_metadata.json counts other files"),
        ("count-more", "a number of files beyond 64 bits", {"file_count": 2**64}, "its .capsule_metadata.json lacks something"),
        ("day-huge", "a day that is beyond 64 bits when it becomes seconds", {"build_time": "1970-01-9223372036854775807T00:00:00Z"}, "its .capsule_metadata.json lacks something"),
        ("hour-huge", "an hour beyond 64 bits", {"build_time": "1970-01-01T9223372036854775807:00:00Z"}, "its .capsule_metadata.json lacks something"),
        ("no-name", "no name", {"name": None}, "its .capsule_metadata.json lacks something"),
    ]:
        yield gzip(f"metadata-{name}", tries, error, archive(X, changes=changes), "install")
    for name, tries, meta, error in [
        ("text", "metadata that are no JSON", b"hello", "its .capsule_metadata.json is no JSON"), ("none", "empty metadata", b"", "its .capsule_metadata.json is no JSON"),
        ("list", "metadata that are a list", b"[]", "its .capsule_metadata.json lacks something"),
        ("deep", "metadata of 60000 levels", b"[" * 60000, "its .capsule_metadata.json is no JSON"),
        ("not-utf8", "metadata that are no text", b'{"name": "\xff"}', "its .capsule_metadata.json is no JSON"),
    ]:
        yield gzip(f"metadata-{name}", tries, error, archive(X, meta=meta), "install")
    for name, tries, manifest, error in [
        ("form", "a manifest in another form than the one", MANIFEST + b"# a comment\n", "its capsule.yml is not in the form that capsrun build writes"),
        ("quoted", "a manifest with quotes that need not be", MANIFEST.replace(b"hostile", b'"hostile"'), "its capsule.yml is not in the form that capsrun build writes"),
        ("unknown-key", "a manifest with a key that there is not", MANIFEST + b"trust: all\n", "unknown key \"trust\""),
        ("not-utf8", "a manifest that is no text", MANIFEST + b"\xff\n", "UTF-8"),
    ]:
        others = [entry for entry in BASE if entry.path != b"capsule.yml"]
        yield gzip(f"manifest-{name}", tries, error, archive(base=[*others, File(b"capsule.yml", manifest)], manifest=manifest), "install")


def contents():
    changed = RUN.replace(b"hello", b"hallo")
    run = tar.file(b"bin/run", changed, True)
    yield gzip("content-byte", "one other byte in a file", 'the content of "bin/run" is not what the listing says', instead([], b"bin/run", run))
    yield gzip("content-manifest", "one other byte in the manifest", 'the content of "capsule.yml" is not what the listing says',
               archive(manifest=MANIFEST.replace(b"hostile", b"hostilf")))
    yield gzip("padding-file", "something behind the content of a file", 'something is hidden behind the content of "x"',
               instead(X, b"x", tar.file(b"x", b"x")[:-6] + b"hidden"))
    yield gzip("padding-manifest", "something behind the manifest", 'something is hidden behind the content of "capsule.yml"',
               archive(leading=tar.file(b"capsule.yml", MANIFEST)[:-1] + b"!"))
    yield gzip("padding-listing", "something behind the listing", 'something is hidden behind the content of ".capsule_listing"',
               archive(leading=tar.file(b"capsule.yml", MANIFEST) + tar.file(b".capsule_listing", GOOD_LISTING)[:-1] + b"!"))
    yield gzip("member-missing", "a member too few", 'there is no tar header where one must be', instead(X, b"x", b""))
    yield gzip("member-more", "a member too many", "members follow the last one of its listing", archive(X, end=tar.file(b"y", b"evil") + tar.END))
    yield gzip("end-missing", "no end", 'it ends before "the end"', archive(X, end=b""))
    yield gzip("end-half", "half an end", 'it ends before "the end"', archive(X, end=bytes(512)))
    yield gzip("end-not-zero", "an end that is not all zeros", "members follow the last one of its listing", archive(X, end=bytes(1023) + b"!"))
    yield gzip("end-more", "a second archive behind the end", "members follow the last one of its listing", archive(X, end=tar.END + tar.file(b"y", b"evil") + tar.END))
    yield gzip("end-filled", "zeros behind the end, as tar fills its records with", "members follow the last one of its listing", archive(X, end=tar.END + bytes(512)))


def cuts():
    """An archive that ends at each of its boundaries, in a frame that says so."""
    whole = archive(X)
    name = tar.file(b"capsule.yml", MANIFEST)
    text = listing(sort([*BASE, *X]))
    places = [("nothing", 1), ("in-first-header", 511), ("behind-first-header", 512), ("in-manifest", 512 + 10), ("behind-manifest", len(name)),
              ("in-listing", len(name) + 600), ("behind-listing", len(name) + len(tar.file(b".capsule_listing", text))),
              ("in-last", len(whole) - 1024 - 512), ("behind-last", len(whole) - 1024)]
    for what, place in places:
        yield gzip(f"cut-{what}", f"an archive that ends {what.replace('-', ' ')}", "it ends before", whole[:place])


def cases():
    for part in (listing_text, listing_of_manifest, leading, installed, contents, cuts):
        yield from part()
