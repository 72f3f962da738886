"""Builds Tests/FuzzArchive, and lets libFuzzer change what Tests/Hostile writes."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zlib

import harness
from harness import BUILD, OUT, ROOT, run, tool

sys.path.insert(0, str(ROOT / "Tests" / "Hostile"))

PARTS = {"listing": "the reader of listings", "members": "the reader of members", "rest": "the reader of what is listed"}
SYSTEM = ["CYAML", "CSodium", "CZlib", "CDeflate", "CZstd"]
MODULES = {name: f"Sources/{name}" for name in
           ("Linux", "Diagnostics", "ManifestFormat", "Cryptography", "Compression", "CapsuleFormat")}
MODULES["ArchiveFuzzer"] = "Tests/FuzzArchive"
LIBRARIES = ["-lyaml", "-lsodium", "-lz", "-ldeflate", "-lzstd", "-lstdc++"]
LONGEST = 16384


def build():
    """Compiles by hand, as harness.build does; nothing when all is up to date."""
    folder = BUILD / "archive"
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "archive"
    folders = ["Sources/CTOML", "Sources/CLinux", "Sources/CSHA256", *MODULES.values(), "scripts/fuzzlib"]
    sources = [path for name in folders for path in (ROOT / name).rglob("*.*") if path.is_file()]
    if program.exists() and program.stat().st_mtime > max(path.stat().st_mtime for path in sources):
        return program
    maps = [f'module {name} {{ header "{ROOT}/Sources/{name}/include/{name}.h" }}\n' for name in ("CTOML", "CSHA256")]
    (folder / "module.modulemap").write_text("".join(maps))
    objects = list(compile_c(folder))
    includes = [word for name in ["CLinux/include", *SYSTEM] for word in ("-I", f"Sources/{name}")]
    swift = ["swiftc", "-sanitize=fuzzer,address", "-use-ld=lld"]
    for name, place in MODULES.items():
        run(*swift, "-O", "-g", "-wmo", "-parse-as-library", "-swift-version", "6", "-package-name", "capsrun", "-enable-testing",
            "-enable-upcoming-feature", "ExistentialAny", "-enable-upcoming-feature", "InternalImportsByDefault",
            "-warnings-as-errors", "-module-cache-path", BUILD / "cache", "-I", folder, *includes, "-module-name", name,
            "-emit-module", "-emit-module-path", folder / f"{name}.swiftmodule", "-c", *sorted((ROOT / place).rglob("*.swift")),
            "-o", folder / f"{name}.o")
        objects.append(folder / f"{name}.o")
    run(*swift, *objects, *LIBRARIES, "-o", program)
    return program


def compile_c(folder):
    flags = ["-g", "-O1", "-fsanitize=fuzzer-no-link,address", "-c"]
    for path in [ROOT / "Sources/CTOML/CTOML.cpp", *sorted((ROOT / "Sources/CLinux").glob("*.c")), ROOT / "Sources/CSHA256/csha256.c"]:
        compiler = [tool("clang++"), "-std=c++20"] if path.suffix == ".cpp" else [tool("clang")]
        run(*compiler, *flags, path, f"-I{path.parent}/include", "-o", folder / f"{path.stem}.o")
        yield folder / f"{path.stem}.o"


def write_seeds(folder, part):
    """The tar of each archive of Tests/Hostile that is small, its listing, or that and what comes behind it."""
    from hostile import contents, links, members, paths

    for module in (paths, links, members, contents):
        for case in module.cases():
            if len(case.content) > LONGEST:
                continue
            tar = unpacked(case.content)
            if tar is not None and len(tar) <= LONGEST:
                (folder / case.name).write_bytes({"members": whole, "listing": listing, "rest": rest}[part](tar))


def unpacked(content):
    extra = int.from_bytes(content[10:12], "little")
    decompressor = zlib.decompressobj(-15)
    tar = decompressor.decompress(content[12 + extra:], LONGEST + 1)
    return tar or None


def whole(tar):
    return tar


def leading(tar):
    """Where the contents of the first members begin and end, as far as they are as they should be."""
    place, ends = 0, []
    for _ in range(3):
        match = re.fullmatch(rb"[0-7]{11}\0", tar[place + 124:place + 136])
        size = int(match[0][:11], 8) if match else 0
        ends.append((place + 512, place + 512 + size))
        place += 512 + size + -size % 512
    return ends, place


def listing(tar):
    start, end = leading(tar)[0][1]
    return tar[start:end]


def rest(tar):
    return listing(tar) + b"\0" + tar[leading(tar)[1]:]


def fuzz(program, part, options):
    """Runs the inputs of one part; returns whether all went well, and the name of this test."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus, tempfile.TemporaryDirectory() as seeds:
        write_seeds(pathlib.Path(seeds), part)
        command = [program, corpus, seeds, f"-max_len={LONGEST}", f"-runs={options.runs}", f"-seed={options.seed}",
                   f"-timeout={options.timeout}", "-rss_limit_mb=1024", "-malloc_limit_mb=256",
                   f"-artifact_prefix={OUT}/{part}-", "-print_final_stats=1", "-verbosity=1"]
        if options.seconds:
            command.append(f"-max_total_time={options.seconds}")
        before = os.times()
        log = subprocess.run([str(word) for word in command], capture_output=True, text=True, errors="replace",
                             env=os.environ | harness.ENVIRONMENT | {"CAPSRUN_FUZZ_PART": part})
    seconds = os.times().elapsed - before.elapsed
    (OUT / f"{part}.log").write_text(log.stderr)
    executed = harness.number(r"stat::number_of_executed_units:\s+(\d+)", log.stderr)
    peak = harness.number(r"stat::peak_rss_mb:\s+(\d+)", log.stderr)
    line = (re.findall(r"cov: \d+ ft: \d+ corp: \d+", log.stderr) or [""])[-1]
    if log.returncode:
        words = [f"{name}={value}" for name, value in {**harness.ENVIRONMENT, "CAPSRUN_FUZZ_PART": part}.items()]
        sys.stderr.write(log.stderr[-3000:] + f"\nfuzz: to run it again: {' '.join([*words, str(program.relative_to(ROOT))])} FILE\n")
    print(f"fuzz: {part}: {executed} runs, {executed / max(seconds, 0.001):.0f} a second, "
          f"{peak} MB at most, {line}, "
          f"{'CRASHED' if log.returncode else 'no crash'}", flush=True)
    return not log.returncode, f"no mutated archive crashes {PARTS[part]} or breaks its promises"
