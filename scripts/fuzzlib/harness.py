"""Builds the harness of Tests/Fuzz, and lets libFuzzer run it."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import shapes

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / ".build-fuzz"
OUT = ROOT / "build" / "fuzz"
FILES = {"yaml": "m.yml", "toml": "m.toml", "json": "m.json"}
MODULES = {"Diagnostics": "Sources/Diagnostics", "ManifestFormat": "Sources/ManifestFormat", "ManifestFuzzer": "Tests/Fuzz"}
# Most inputs are short, as those take the least time; some are as long as a manifest may be, and a little longer.
LENGTHS = [(0.90, 4096), (0.099, 65536), (0.001, (1 << 20) + 64)]
# With so many inputs, the long ones begin as the shapes of shapes.py, as short ones would take too long to grow.
MANY_RUNS = 200_000


def tool(name):
    """Clang as it comes with Swift, also where only `swift` itself is on PATH: their sanitizers must be the same."""
    beside = pathlib.Path(shutil.which("swiftc") or "swiftc").resolve().parent / name
    return beside if beside.exists() else name


ENVIRONMENT = {
    # The order in a dictionary follows from a random number otherwise, and no run would be like the one before.
    "SWIFT_DETERMINISTIC_HASHING": "1",
    # libFuzzer tells of a crash itself; Swift's own tracer waits for a terminal.
    "SWIFT_BACKTRACE": "enable=off",
    "LSAN_OPTIONS": f"print_suppressions=0:suppressions={ROOT}/Tests/Fuzz/leaks.supp",
    "ASAN_SYMBOLIZER_PATH": str(tool("llvm-symbolizer")),
    "ASAN_OPTIONS": "quarantine_size_mb=16:allocator_may_return_null=0",
}


def run(*command):
    if subprocess.run([str(word) for word in command], cwd=ROOT).returncode:
        sys.exit(f"fuzz: this failed: {' '.join(map(str, command))}")


def build(libyaml=None):
    """Compiles by hand, so that the package and its build folder know nothing of it; nothing when all is up to date."""
    BUILD.mkdir(exist_ok=True)
    program = BUILD / ("manifest-libyaml" if libyaml else "manifest")
    folders = ["Sources/CTOML", "Sources/CYAML", *MODULES.values(), "scripts/fuzzlib"]
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.*") if path.is_file()]
    if program.exists() and program.stat().st_mtime > max(path.stat().st_mtime for path in sources):
        return program
    clang = ["-g", "-O1", "-fsanitize=fuzzer-no-link,address", "-c"]
    run(tool("clang++"), *clang, "-std=c++20", "Sources/CTOML/CTOML.cpp", "-ISources/CTOML/include", "-o", BUILD / "CTOML.o")
    objects, swift = [BUILD / "CTOML.o"], ["swiftc", "-sanitize=fuzzer,address", "-use-ld=lld"]
    (BUILD / "module.modulemap").write_text(f'module CTOML {{ header "{ROOT}/Sources/CTOML/include/CTOML.h" }}\n')
    for name, folder in MODULES.items():
        run(*swift, "-O", "-g", "-wmo", "-parse-as-library", "-swift-version", "6", "-package-name", "capsrun",
            "-enable-upcoming-feature", "ExistentialAny", "-enable-upcoming-feature", "InternalImportsByDefault",
            "-warnings-as-errors", "-module-cache-path", BUILD / "cache", "-I", BUILD, "-I", "Sources/CYAML",
            "-module-name", name, "-emit-module", "-emit-module-path", BUILD / f"{name}.swiftmodule",
            "-c", *sorted((ROOT / folder).rglob("*.swift")), "-o", BUILD / f"{name}.o")
        objects.append(BUILD / f"{name}.o")
    library = [*compile_libyaml(pathlib.Path(libyaml), clang)] if libyaml else ["-lyaml"]
    run(*swift, *objects, *library, "-lstdc++", "-o", program)
    return program


def compile_libyaml(folder, clang):
    for source in sorted((folder / "src").glob("*.c")):
        version = [f"-DYAML_VERSION_{part}={number}" for part, number in
                   (("STRING", '"0"'), ("MAJOR", 0), ("MINOR", 0), ("PATCH", 0))]
        run(tool("clang"), *clang, *version, f"-I{folder}/include", source, "-o", BUILD / f"yaml-{source.stem}.o")
        yield BUILD / f"yaml-{source.stem}.o"


def fuzz(program, syntax, options):
    """Runs the inputs of one syntax; returns whether all went well, and the name of this test."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus, tempfile.TemporaryDirectory() as long:
        return fuzz_into(corpus, long, program, syntax, options)


def fuzz_into(corpus, long, program, syntax, options):
    executed, peak, seconds, line, passed = 0, 0, 0.0, "", True
    for share, length in LENGTHS:
        large = length > LENGTHS[0][1]
        if large and options.runs >= MANY_RUNS:
            shapes.write(pathlib.Path(long), syntax, length - 128)
        command = [program, corpus, long, ROOT / "Tests/Fuzz/Corpus" / syntax, f"-dict={ROOT}/Tests/Fuzz/{syntax}.dict",
                   f"-max_len={length}", f"-len_control={0 if large else 100}", f"-runs={max(1, int(options.runs * share))}", f"-seed={options.seed}",
                   f"-timeout={max(options.timeout, 60 if large else 0)}", "-rss_limit_mb=1024", "-malloc_limit_mb=256",
                   f"-artifact_prefix={OUT}/{syntax}-", "-print_final_stats=1", "-verbosity=1"]
        if options.seconds:
            command.append(f"-max_total_time={max(1, int(options.seconds * share))}")
        before = os.times()
        log = subprocess.run([str(word) for word in command], env=os.environ | ENVIRONMENT | {
            "CAPSRUN_FUZZ_FILE": FILES[syntax]}, capture_output=True, text=True, errors="replace")
        seconds += os.times().elapsed - before.elapsed
        (OUT / f"{syntax}-{length}.log").write_text(log.stderr)
        executed += number(r"stat::number_of_executed_units:\s+(\d+)", log.stderr)
        peak = max(peak, number(r"stat::peak_rss_mb:\s+(\d+)", log.stderr))
        line = (re.findall(r"cov: \d+ ft: \d+ corp: \d+", log.stderr) or [line])[-1]
        if log.returncode:
            passed = False
            sys.stderr.write(log.stderr[-3000:] + f"\nfuzz: to run it again: {rerun(program, syntax)} FILE\n")
            break
    print(f"fuzz: {syntax}: {executed} runs, {executed / max(seconds, 0.001):.0f} a second, {peak} MB at most, {line}, "
          f"{'no crash' if passed else 'CRASHED'}", flush=True)
    return passed, f"no mutated {syntax.upper()} manifest crashes the reader or breaks its promises"


def rerun(program, syntax):
    words = [f"{name}={value}" for name, value in {**ENVIRONMENT, "CAPSRUN_FUZZ_FILE": FILES[syntax]}.items()]
    return " ".join([*words, str(program.relative_to(ROOT))])


def number(pattern, text):
    match = re.search(pattern, text)
    return int(match[1]) if match else 0
