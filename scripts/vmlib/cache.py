"""Things made once and kept outside the project tree."""

import contextlib
import fcntl
import os
import pathlib
import shutil
import sys


def folder(*names):
    """Return the folder `names` of the cache; make it if need be."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    base = os.environ.get("CAPSRUN_CACHE") or os.path.join(base, "capsrun")
    path = pathlib.Path(os.path.abspath(base), "vm", *names)
    path.mkdir(parents=True, exist_ok=True)
    return path


def keep(path, make, what):
    """Return `path`; if it is not there, have `make(folder)` fill it.

    Only a complete folder gets the name `path`, and of several runs at once
    one makes it while the others wait.
    """
    if path.exists():
        return path
    with _lock(path):
        if not path.exists():
            _say(f"making {what} in {path} (once)")
            unfinished = path.with_name(f".new-{path.name}")
            if unfinished.exists():  # its maker was killed
                shutil.rmtree(unfinished)
            unfinished.mkdir()
            try:
                make(unfinished)
                unfinished.rename(path)
            except BaseException:  # signals, too
                shutil.rmtree(unfinished)
                raise
    return path


@contextlib.contextmanager
def _lock(path):
    with open(path.with_name(f".lock-{path.name}"), "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say(f"waiting for another run that makes {path}")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _say(text):
    print(f"vm: {text}", file=sys.stderr, flush=True)
