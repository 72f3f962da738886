"""The two containers of an archive: gzip with a table of pieces, and zstd's seekable format, each able to lie."""

import struct
import zlib

PIECE = 1 << 20
STREAM_END = b"\x01\0\0\xff\xff"


def pieces(content):
    return [content[start:start + PIECE] for start in range(0, len(content), PIECE)]


def deflate(piece):
    """A piece of the stream that refers to nothing before it and ends at a byte."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, -15)
    return compressor.compress(piece) + compressor.flush(zlib.Z_FULL_FLUSH)


def gzip_table(total, sizes, field=b"CR", length=None):
    content = struct.pack("<Q", total) + b"".join(struct.pack("<I", size)[:3] for size in sizes)
    return field + struct.pack("<H", len(content) if length is None else length) + content


def gzip(content, *, packed=None, total=None, sizes=None, table=None, flags=4, more=b"", time=0, os=255, end=STREAM_END,
         crc=None, size=None, trailing=b""):
    """One gzip member. What is given replaces what would follow from the content."""
    packed = [deflate(piece) for piece in pieces(content)] if packed is None else packed
    if table is None:
        table = gzip_table(len(content) if total is None else total, [len(p) for p in packed] if sizes is None else sizes)
    start = struct.pack("<BBBBIBB", 0x1F, 0x8B, 8, flags, time, 0, os)
    crc = zlib.crc32(content) if crc is None else crc
    size = len(content) if size is None else size
    return (start + struct.pack("<H", len(table)) + table + more + b"".join(packed) + end
            + struct.pack("<II", crc, size & 0xFFFFFFFF) + trailing)


def zstd_frame(piece, size=None):
    """A frame of blocks that are not compressed, or of one byte again and again: nothing but the format is needed."""
    blocks = [piece[start:start + (128 << 10)] for start in range(0, len(piece), 128 << 10)] or [b""]
    body = b""
    for index, block in enumerate(blocks):
        last = index == len(blocks) - 1
        same = len(block) > 1 and block.count(block[:1]) == len(block)
        body += struct.pack("<I", last | same << 1 | len(block) << 3)[:3] + (block[:1] if same else block)
    return b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(piece) if size is None else size) + body


def zstd_table(entries, *, count=None, descriptor=0, length=None, magic=0x8F92EAB1):
    body = b"".join(struct.pack("<II", *entry) for entry in entries)
    body += struct.pack("<IBI", len(entries) if count is None else count, descriptor, magic)
    return struct.pack("<II", 0x184D2A5E, len(body) if length is None else length) + body


def zstd(content, *, packed=None, entries=None, table=None, trailing=b"", between=b""):
    packed = [zstd_frame(piece) for piece in pieces(content)] if packed is None else packed
    if entries is None:
        entries = [(len(frame), len(piece)) for frame, piece in zip(packed, pieces(content))]
    return b"".join(packed) + between + (zstd_table(entries) if table is None else table) + trailing
