"""The frame around the tar, in both containers: tables that lie, bombs, what is cut off, and what is stuck on."""

import io
import struct
import tarfile
import zipfile
import zlib

from . import frames, tar
from .capsule import BASE, File, archive
from .cases import Case

# Noise that is the same each time, so that there is more than one piece and none is small.
NOISE = b"".join(struct.pack("<Q", n * 0x9E3779B97F4A7C15 & 2**64 - 1) for n in range(170_000))
SMALL = archive()
LARGE = archive([File(b"noise", NOISE)])
MIB = 1 << 20
OURS = "its gzip header has no table of pieces, so capsrun did not build it"
FRAMES = "it does not end with a table of frames"
COUNT = "its table of pieces has \\d+ of them, and not the \\d+"
DAMAGED = "piece \\d+ of its compressed data is damaged, or not of the size"


def raw(content, last=False):
    """A stored block of deflate."""
    return struct.pack("<BHH", last, len(content), len(content) ^ 0xFFFF) + content


def gzip_tables():
    sizes = [len(frames.deflate(piece)) for piece in frames.pieces(LARGE)]
    packed = [frames.deflate(piece) for piece in frames.pieces(LARGE)]
    small = len(frames.deflate(SMALL))
    table = frames.gzip_table(len(SMALL), [small])
    for name, tries, error, content in [
        ("total-zero", "a table of nothing", "its table of pieces says that there is nothing", frames.gzip(SMALL, total=0)),
        ("total-short", "a smaller total than there is", DAMAGED, frames.gzip(SMALL, total=len(SMALL) - 1)),
        ("total-long", "a larger total than there is", DAMAGED, frames.gzip(SMALL, total=len(SMALL) + 1)),
        ("total-pieces", "a total of more pieces than there are", COUNT, frames.gzip(SMALL, total=2 * MIB)),
        ("total-exbibytes", "a total of 2^63 bytes", "all of it together is larger than 21474836480 bytes", frames.gzip(SMALL, total=2**63)),
        ("total-most", "a total of 2^64 - 1 bytes", "all of it together is larger than 21474836480 bytes", frames.gzip(SMALL, total=2**64 - 1)),
        ("count-more", "a piece that there is not", COUNT, frames.gzip(SMALL, sizes=[small, small])),
        ("count-none", "no pieces", COUNT, frames.gzip(SMALL, sizes=[])),
        ("size-zero", "a piece of no bytes", "its table of pieces says that piece 0 has 0 bytes", frames.gzip(SMALL, sizes=[0])),
        ("size-most", "a piece of 16 MiB", "its table of pieces says that piece 0 has 16777215 bytes", frames.gzip(SMALL, sizes=[0xFFFFFF])),
        ("size-short", "a piece of a byte less, so that the next one overlaps", "1 bytes follow its end", frames.gzip(SMALL, sizes=[small - 1])),
        ("size-long", "a piece of a byte more", "the last 1 bytes are missing", frames.gzip(SMALL, sizes=[small + 1])),
        ("size-shifted", "pieces that begin in each other", DAMAGED, frames.gzip(LARGE, packed=packed, sizes=[sizes[0] - 9, sizes[1] + 9])),
        ("swapped", "two pieces in the wrong order", DAMAGED + "|the checksum", frames.gzip(LARGE, packed=packed[::-1])),
        ("field-length", "a table that says another length of itself", "its table of pieces is of another length than it says", frames.gzip(SMALL, table=frames.gzip_table(len(SMALL), [small], length=12))),
        ("field-ragged", "a table of no whole number of sizes", "its table of pieces is of another length than it says", frames.gzip(SMALL, table=b"CR\x0c\0" + table[4:] + b"\0")),
        ("field-other", "a table of another program", OURS, frames.gzip(SMALL, table=b"RA" + table[2:])),
        ("field-second", "a second field behind the table", "its table of pieces is of another length than it says", frames.gzip(SMALL, table=table + b"XX\1\0!")),
        ("field-first", "another field before the table", OURS, frames.gzip(SMALL, table=b"XX\1\0!" + table)),
        ("field-none", "no field", OURS, frames.gzip(SMALL, table=b"")),
    ]:
        yield Case(f"gzip-table-{name}.tar.gz", tries, error, content)


def gzip_headers():
    way = "its gzip header is not written in the one way that there is"
    for name, tries, content in [
        ("name", "a file name in the header", frames.gzip(SMALL, flags=12, more=b"/etc/passwd\0")),
        ("comment", "a comment in the header", frames.gzip(SMALL, flags=20, more=b"hidden\0")),
        ("checksum", "a checksum of the header", frames.gzip(SMALL, flags=6, more=b"\0\0")),
        ("text", "the flag of a text", frames.gzip(SMALL, flags=5)), ("reserved", "a flag that is reserved", frames.gzip(SMALL, flags=0x84)),
        ("time", "a time in the header", frames.gzip(SMALL, time=1)), ("system", "another system in the header", frames.gzip(SMALL, os=3)),
    ]:
        yield Case(f"gzip-header-{name}.tar.gz", tries, way, content)


def gzip_streams():
    small = frames.deflate(SMALL)
    many = frames.pieces(LARGE)
    same = archive([File(b"same", NOISE[:20_000] * 70)])
    window = zlib.compressobj(6, zlib.DEFLATED, -15)
    joined = [window.compress(piece) + window.flush(zlib.Z_SYNC_FLUSH) for piece in frames.pieces(same)]
    zeros = frames.deflate(bytes(MIB))
    for name, tries, error, content in [
        ("crc", "a wrong checksum", "its checksum is wrong", frames.gzip(SMALL, crc=0)),
        ("isize", "a wrong size at the end", "its checksum is wrong", frames.gzip(SMALL, size=1)),
        ("end", "another end of the stream", "its checksum is wrong", frames.gzip(SMALL, end=b"\x03\0\0\xff\xff")),
        ("last-block", "a piece that ends the stream itself", DAMAGED, frames.gzip(SMALL, packed=[raw(SMALL, last=True)])),
        ("last-block-early", "a piece that ends the stream, and goes on", DAMAGED, frames.gzip(SMALL, packed=[raw(SMALL[:512], last=True) + raw(SMALL[512:])])),
        ("back-reference", "a piece that refers to the one before", DAMAGED, frames.gzip(same, packed=joined)),
        ("noise", "a piece that is no deflate at all", DAMAGED, frames.gzip(SMALL, packed=[b"\xff" * 100])),
        ("cut-block", "a piece that ends within a block", DAMAGED, frames.gzip(SMALL, packed=[small[:-9]])),
        ("swallows", "a piece whose last block swallows the end that the reader puts behind it", DAMAGED, swallowing()),
        ("longer", "a piece that unpacks to more than a MiB", DAMAGED, frames.gzip(many[0] + many[1], packed=[frames.deflate(many[0] + b"!"), frames.deflate(many[1])])),
        ("shorter", "a piece that unpacks to less than a MiB", DAMAGED, frames.gzip(LARGE, packed=[frames.deflate(many[0][:-1]), frames.deflate(many[1])])),
        ("endless", "a piece that unpacks to very much", DAMAGED, frames.gzip(SMALL, packed=[frames.deflate(bytes(256 * MIB))])),
        ("bomb", "zeros, 500 times as large as the file", "more than 500 times as large", frames.gzip(b"", packed=[zeros] * 300, total=300 * MIB, crc=0)),
        ("zeros", "zeros, and nothing else", "there is no tar header where one must be", frames.gzip(bytes(MIB))),
        ("member", "a second gzip member", "\\d+ bytes follow its end", frames.gzip(SMALL, trailing=frames.gzip(SMALL))),
        ("trailing", "a byte behind the end", "1 bytes follow its end", frames.gzip(SMALL, trailing=b"\0")),
        ("trailing-zip", "a zip archive behind the end", "\\d+ bytes follow its end", frames.gzip(SMALL, trailing=zip_file())),
    ]:
        yield Case(f"gzip-stream-{name}.tar.gz", tries, error, content)


def swallowing():
    """Two pieces: the first one's last block takes five bytes more, which are those of the reader, or for gzip of the next piece."""
    place = MIB - 5 - LARGE.index(NOISE[:100])
    content = archive([File(b"noise", NOISE[:place] + frames.STREAM_END + NOISE[place + 5:])])
    assert content[MIB - 5:MIB] == frames.STREAM_END
    start = frames.deflate(content[:MIB - 5])
    return frames.gzip(content, packed=[start + struct.pack("<BHH", 1, 5, 5 ^ 0xFFFF), frames.deflate(content[MIB:])])


def gzip_cuts():
    whole = frames.gzip(LARGE)
    header = 12 + 4 + 8 + 3 * 2
    first = len(frames.deflate(LARGE[:MIB]))
    for name, place, error in [
        ("magic", 2, "its gzip header ends early"), ("fixed", 10, "its gzip header ends early"), ("field", 14, "its gzip header ends early"),
        ("table", header - 1, "its gzip header ends early"), ("header", header, "the last \\d+ bytes are missing"),
        ("piece", header + first, "the last \\d+ bytes are missing"), ("in-piece", header + first - 1, "the last \\d+ bytes are missing"),
        ("stream", len(whole) - 13, "the last 13 bytes are missing"), ("end", len(whole) - 8, "the last 8 bytes are missing"),
        ("crc", len(whole) - 4, "the last 4 bytes are missing"), ("last", len(whole) - 1, "the last 1 bytes are missing"),
    ]:
        yield Case(f"gzip-cut-{name}.tar.gz", f"a file that ends after {place} bytes", error, whole[:place])


def zstd_tables():
    frame = frames.zstd_frame(SMALL)
    right = (len(frame), len(SMALL))
    twice = [(MIB, MIB)] * 2
    for name, tries, error, content in [
        ("total-short", "a smaller size than there is", DAMAGED, frames.zstd(SMALL, entries=[(right[0], right[1] - 1)])),
        ("total-long", "a larger size than there is", DAMAGED, frames.zstd(SMALL, entries=[(right[0], right[1] + 1)])),
        ("total-zero", "a table of nothing", "its table of pieces says that there is nothing", frames.zstd(SMALL, entries=[(right[0], 0)])),
        ("count-none", "a table without pieces", "its table of pieces says that there is nothing", frames.zstd(SMALL, entries=[])),
        ("count-more", "a table that counts more pieces than it has", "its table of pieces has 2 of them, and not the 1 ", frames.zstd(SMALL, table=frames.zstd_table([right], count=2))),
        ("count-most", "a table of 2^32 - 1 pieces", "its table of pieces has 4294967295 of them", frames.zstd(SMALL, table=frames.zstd_table([right], count=2**32 - 1))),
        ("size-zero", "a piece of no bytes", "its table of pieces says that piece 0 has 0 bytes", frames.zstd(SMALL, entries=[(0, right[1])])),
        ("size-most", "a piece of 4 GiB", "its table of pieces says that piece 0 has 4294967295 bytes", frames.zstd(SMALL, entries=[(2**32 - 1, right[1])])),
        ("size-short", "a piece of a byte less", "1 bytes follow its end", frames.zstd(SMALL, entries=[(right[0] - 1, right[1])])),
        ("size-long", "a piece of a byte more", "the last 1 bytes are missing", frames.zstd(SMALL, entries=[(right[0] + 1, right[1])])),
        ("ragged", "pieces of other sizes than a MiB", "its table of pieces is not written in the one way", frames.zstd(SMALL, entries=[(100, MIB - 1), (100, 100)])),
        ("huge", "a table of 60000 pieces of 4 GiB", COUNT, frames.zstd(b"", packed=[frame], entries=[(right[0], 2**32 - 1)] + [(1, 2**32 - 1)] * 60_000)),
        ("descriptor", "a table with checksums", FRAMES, frames.zstd(SMALL, table=frames.zstd_table([right], descriptor=0x80))),
        ("length", "a table that says another length of itself", "its table of pieces is not written in the one way", frames.zstd(SMALL, table=frames.zstd_table([right], length=1))),
        ("magic", "a table of another kind", FRAMES, frames.zstd(SMALL, table=frames.zstd_table([right], magic=1))),
        ("none", "no table", FRAMES, frame),
        ("alone", "a table without the pieces", "it is neither gzip nor zstd", frames.zstd_table([right])),
        ("overlap", "two pieces in the same bytes", "the last \\d+ bytes are missing", frames.zstd(b"", packed=[frame], entries=[(right[0], MIB), (right[0], 1)])),
    ]:
        yield Case(f"zstd-table-{name}.tar.zst", tries, error, content)


def zstd_streams():
    frame = frames.zstd_frame(SMALL)
    right = (len(frame), len(SMALL))
    skip = struct.pack("<II", 0x184D2A50, 4) + b"evil"
    many = frames.pieces(LARGE)
    zeros = frames.zstd_frame(bytes(MIB))
    for name, tries, error, content in [
        ("skippable-first", "a frame that is skipped, at the start", "it is neither gzip nor zstd", skip + frames.zstd(SMALL)),
        ("skippable-between", "a frame that is skipped, before the table", "12 bytes follow its end", frames.zstd(SMALL, between=skip)),
        ("skippable-last", "a frame that is skipped, behind the table", FRAMES, frames.zstd(SMALL, trailing=skip)),
        ("skippable-piece", "a frame that is skipped, as a piece", DAMAGED, frames.zstd(LARGE, packed=[frames.zstd_frame(many[0]), skip], entries=[(len(frames.zstd_frame(many[0])), MIB), (len(skip), len(many[1]))])),
        ("second", "a second archive behind the first", "\\d+ bytes follow its end", frames.zstd(SMALL, trailing=frames.zstd(SMALL))),
        ("frame-more", "a second frame in a piece", DAMAGED, frames.zstd(SMALL, packed=[frame + frames.zstd_frame(b"")], entries=[(len(frame) + len(frames.zstd_frame(b"")), len(SMALL))])),
        ("trailing", "a byte behind the end", FRAMES, frames.zstd(SMALL, trailing=b"\0")),
        ("size-lies", "a frame that says another size of its content", DAMAGED, frames.zstd(SMALL, packed=[frames.zstd_frame(SMALL, size=2**32 - 1)])),
        ("noise", "a frame that is none behind its first bytes", DAMAGED, frames.zstd(SMALL, packed=[frame[:9] + b"\xff" * (len(frame) - 9)])),
        ("dictionary", "a frame that needs a dictionary", DAMAGED, frames.zstd(SMALL, packed=[frame[:4] + b"\xa1" + b"\1" + frame[5:]])),
        ("window", "a frame with a window of terabytes", DAMAGED, frames.zstd(SMALL, packed=[frame[:4] + b"\0\xff" + frame[9:]])),
        ("longer", "a frame that unpacks to more than a MiB", DAMAGED, frames.zstd(LARGE, packed=[frames.zstd_frame(many[0] + b"!"), frames.zstd_frame(many[1])])),
        ("shorter", "a frame that unpacks to less than a MiB", DAMAGED, frames.zstd(LARGE, packed=[frames.zstd_frame(many[0][:-1]), frames.zstd_frame(many[1])])),
        ("bomb", "zeros, 500 times as large as the file", "more than 500 times as large", frames.zstd(b"", packed=[zeros] * 300, entries=[(len(zeros), MIB)] * 300)),
        ("zeros", "zeros, and nothing else", "there is no tar header where one must be", frames.zstd(bytes(MIB))),
        ("content", "one other byte in a file", 'the content of "bin/run" is not what the listing says', frames.zstd(SMALL.replace(b"echo hello", b"echo hallo"))),
        ("path", "a path with ..", r'contains "\.\."', frames.zstd(archive([File(b"../x", b"evil")]))),
    ]:
        yield Case(f"zstd-stream-{name}.tar.zst", tries, error, content)


def zstd_cuts():
    whole = frames.zstd(LARGE)
    table = 8 + 8 * 2 + 9
    for name, place, error in [
        ("magic", 4, FRAMES), ("frame", 9, FRAMES), ("pieces", len(whole) - table, FRAMES), ("table", len(whole) - 9, FRAMES), ("last", len(whole) - 1, FRAMES),
    ]:
        yield Case(f"zstd-cut-{name}.tar.zst", f"a file that ends after {place} bytes", error, whole[:place])


def zip_file():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(zipfile.ZipInfo("../../outside"), "evil")
    return buffer.getvalue()


def tar_file():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as file:
        file.addfile(tarfile.TarInfo("../../outside"))
    return buffer.getvalue()


def others():
    """What is no capsule at all."""
    member = zlib.compressobj(6, zlib.DEFLATED, 31)
    for name, tries, error, content in [
        ("tar-czf.tar.gz", "what tar czf makes", OURS, member.compress(tar_file()) + member.flush()),
        ("tar.tar.gz", "a tar without compression", "it is neither gzip nor zstd", tar_file()), ("zip.tar.gz", "a zip archive", "it is neither gzip nor zstd", zip_file()),
        ("empty.tar.gz", "an empty file", "it is neither gzip nor zstd", b""), ("one-byte.tar.gz", "one byte", "it is neither gzip nor zstd", b"\x1f"),
        ("text.tar.gz", "a text", "it is neither gzip nor zstd", b"hello\n"), ("zeros.tar.gz", "zeros", "it is neither gzip nor zstd", bytes(4096)),
        ("bzip2.tar.gz", "bzip2", "it is neither gzip nor zstd", b"BZh91AY&SY" + bytes(20)),
    ]:
        yield Case(f"other-{name}", tries, error, content)
    yield Case("good-gzip.tar.gz", "two pieces, in gzip", "", frames.gzip(LARGE))
    yield Case("good-zstd.tar.zst", "two pieces, in zstd", "", frames.zstd(LARGE))
    yield Case("good-zeros.tar.gz", "a file of zeros, small enough to be as dense as it likes", "", frames.gzip(archive([File(b"zeros", bytes(8 * MIB))])))


def cases():
    for part in (gzip_tables, gzip_headers, gzip_streams, gzip_cuts, zstd_tables, zstd_streams, zstd_cuts, others):
        yield from part()
