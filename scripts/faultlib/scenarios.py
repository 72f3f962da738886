"""The starts that are recorded. Together their plans hold a step of every kind."""

import json
import shutil

GRANTS = ["--read", "FOLDER/bin", "--read", "FOLDER/read", "--write", "FOLDER/write", "--read", "FOLDER/write/deep/kept",
          "--bind", "FOLDER/read:/srv/data", "--read", "FOLDER/missing?", "--device", "/dev/granted",
          "--socket", "FOLDER/socket", "--env", "LANG", "--chdir", "FOLDER/write", "--",
          "FOLDER/bin/probe", "FOLDER/read/file", "FOLDER/write"]
# By its name: the command line, where FOLDER is the caller's.
SCENARIOS = {
    "box": ["box", *GRANTS],
    "join": ["box", "--join", *GRANTS],
    "supervised": ["box", "--join", "--join-trial", "generation=1,succeed,processes,changes,kill,measure,remove,connect=9", *GRANTS],
    "marked": ["box", "--join", "--join-trial", "marks,begin,succeed,processes,kill,remove", *GRANTS],
    "based": ["run", "based"],
    "ranged": ["run", "FOLDER/ranged"],
    "kept": ["run", "kept"],
    "first": ["run", "FOLDER/kept"],
    "watched": ["box", "--time-limit", "60s", "--result", "FOLDER/out/result.json", "--read", "FOLDER/bin", "--",
                "FOLDER/bin/probe", "-", "-"],
    "traced": ["box", "--trace-denials", "--read", "FOLDER/bin", "--", "FOLDER/bin/probe", "-", "-"],
    "terminal": ["box", "--terminal", "--read", "FOLDER/bin", "--", "FOLDER/bin/probe", "-", "-"],
    "limited": ["run", "FOLDER/LIMITED"],
}
# What does not work for everybody on every machine; it is left out where the clean run is refused.
DEPENDS = {"limited"}
# What a start makes, below FOLDER, and is removed before each: the store with the record of a capsule's user, and its state; what
# became of it.
STORE, RESULT = "first-store", "out/result.json"
REMOVED = {"first": [STORE], "watched": [RESULT]}
# Those whose steps cannot be told apart, as nothing marks them.
UNMARKED = {"join", "supervised", "marked"}


def command(name, caller, options=()):
    """The command line of a scenario; `options` go behind its first word."""
    words = [word.replace("FOLDER", str(caller.folder)).replace("LIMITED", caller.limited) for word in SCENARIOS[name]]
    return [caller.place.program, words[0], *options, *words[1:]]


def prepare(name, caller):
    for path in [caller.folder / path for path in REMOVED.get(name, [])]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def environment(name, caller):
    """The variables that only this scenario has."""
    return {"CAPSRUN_STORE": str(caller.folder / STORE)} if STORE in REMOVED.get(name, []) else {}


def problems(name, caller, outcome):
    """What is wrong with what a run says of itself, if it says something."""
    path = caller.folder / RESULT
    if RESULT not in REMOVED.get(name, []) or outcome.code is None or outcome.code < 0:
        return []
    if not path.exists():
        return [] if "the result" in outcome.errors or not outcome.reached else [f"there is no result: {outcome.errors}"]
    try:
        result = json.loads(path.read_text())
    except ValueError as error:
        return [f"the result is no JSON: {error}"]
    return [] if result["exit_code"] == outcome.code else [f"it ends with {outcome.code}, and the result says {result}"]
