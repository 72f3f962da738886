"""Writes tar headers, right ones and wrong ones: independent of the program, so that both cannot err in the same way."""

BLOCK = 512
END = bytes(2 * BLOCK)


def octal(number, digits):
    return format(number, f"0{digits}o").encode() + b"\0"


def padding(size):
    return bytes(-size % BLOCK)


def header(name, kind=b"0", size=0, mode=0o644, target=b"", prefix=b"", time=0, patch=None, checksum=None):
    """One block; `patch` overwrites bytes at offsets before the checksum is made, which `checksum` replaces."""
    block = bytearray(BLOCK)

    def put(offset, value):
        block[offset:offset + len(value)] = value

    put(0, name)
    put(100, octal(mode, 7))
    put(108, octal(0, 7))
    put(116, octal(0, 7))
    put(124, octal(size, 11))
    put(136, octal(time, 11))
    put(148, b" " * 8)
    put(156, kind)
    put(157, target)
    put(257, b"ustar\x0000")
    put(329, octal(0, 7))
    put(337, octal(0, 7))
    put(345, prefix)
    for offset, value in (patch or {}).items():
        put(offset, value)
    assert len(block) == BLOCK
    put(148, checksum or format(sum(block), "06o").encode() + b"\0 ")
    return bytes(block)


def record(key, value):
    """One record of a pax header, whose length counts itself."""
    rest = b" " + key + b"=" + value + b"\n"
    length = len(rest) + 1
    while length != len(rest) + len(str(length)):
        length = len(rest) + len(str(length))
    return str(length).encode() + rest


def pax(records, kind=b"x", name=b"@PaxHeader", time=0, size=None):
    """A pax header with its records, which are bytes as they shall stand there."""
    return header(name, kind, len(records) if size is None else size, time=time) + records + padding(len(records))


def split(path):
    """The two fields of ustar for a path; None when it needs a pax header."""
    if any(byte > 0x7F for byte in path) or len(path) > 256:
        return None
    if len(path) <= 100:
        return b"", path
    for index, byte in enumerate(path[:-1]):
        if byte == 0x2F and index <= 155 and len(path) - index - 1 <= 100:
            return path[:index], path[index + 1:]
    return None


def member(path, kind=b"0", content=b"", mode=0o644, target=b"", time=0, patch=None, checksum=None):
    """A member in the one way that there is, unless `patch` and `checksum` make it wrong."""
    stored = path + b"/" if kind == b"5" else path
    records = b""
    fields = split(stored)
    if fields is None:
        records += record(b"path", stored)
        fields = b"", b"@LongName"
    if any(byte > 0x7F for byte in target) or len(target) > 100:
        records += record(b"linkpath", target)
        target = b"@LongName"
    start = pax(records, time=time) if records else b""
    block = header(fields[1], kind, len(content), mode, target, fields[0], time, patch, checksum)
    return start + block + content + padding(len(content))


def file(path, content=b"", executable=False, time=0, **wrong):
    return member(path, b"0", content, 0o755 if executable else 0o644, time=time, **wrong)


def folder(path, time=0, **wrong):
    return member(path, b"5", mode=0o755, time=time, **wrong)


def link(path, target, time=0, **wrong):
    return member(path, b"2", mode=0o777, target=target, time=time, **wrong)
