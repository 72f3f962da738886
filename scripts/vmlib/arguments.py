"""Reading the command line of scripts/vm."""

import argparse
import os
import pathlib
import re
import shlex

from . import help_text
from .errors import UsageError
from .job import Share, User

USER_FORM = re.compile(r"(?P<name>[a-z_][a-z0-9_-]*)(:(?P<uid>\d+))?"
                       r"|(?P<number>\d+)")
KERNEL_FORM = re.compile(r"\d+\.\d+")
# Each new user gets 65536 ids from USER ID * 65536; all must fit 32 bits.
MOST_USER_ID = 65534


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise UsageError(message)


def parse(words):
    """Return the options; `script` is the command as a script of sh."""
    command = []
    if "--" in words:
        end = words.index("--")
        words, command = words[:end], words[end + 1:]
    options = _parser().parse_args(words)
    if options.setup:
        if command or options.script is not None:
            raise UsageError("--setup runs no command")
        return options
    if bool(command) == (options.script is not None):
        raise UsageError("give either -- CMD [ARG...] or -c SCRIPT")
    if options.systemd and options.root == pathlib.Path("/"):
        raise UsageError("--systemd needs a root other than /")
    if command:
        options.script = "exec " + " ".join(map(shlex.quote, command))
    options.script = f"#!/bin/sh\n{options.script}\n"
    return options


def _parser():
    parser = _Parser(prog="scripts/vm", allow_abbrev=False,
                     usage=help_text.USAGE,
                     description=help_text.DESCRIPTION,
                     epilog=help_text.EPILOG,
                     formatter_class=argparse.RawDescriptionHelpFormatter)
    for flags, settings in _OPTIONS.items():
        parser.add_argument(*flags, help=help_text.OPTIONS[flags[0]],
                            **settings)
    return parser


def _user(text):
    form = USER_FORM.fullmatch(text)
    if not form:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither NAME, NAME:UID nor UID")
    digits = form["uid"] or form["number"]
    if digits and int(digits) > MOST_USER_ID:
        raise argparse.ArgumentTypeError(f"{digits} is above {MOST_USER_ID}")
    return User(form["name"], int(digits) if digits else None)


def _kernel(text):
    if not KERNEL_FORM.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not like 6.12")
    return text


def _folder(text):
    if not os.path.isdir(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a folder")
    return pathlib.Path(os.path.realpath(text))


def _share(text):
    host, _, guest = text.partition(":")
    guest = guest or os.path.abspath(host)
    if not guest.startswith("/") or "\n" in guest:
        raise argparse.ArgumentTypeError(f"{guest!r} is not an absolute path")
    return Share(_folder(host), pathlib.PurePath(guest), read_only=False)


def _count(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return int(text)


def _seconds(text):
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time to wait")
    return seconds


def _names(text):
    return tuple(name for name in text.split(",") if name)


def _new_file(text):
    return pathlib.Path(os.path.abspath(text))


_OPTIONS = {
    ("-c",): {"dest": "script", "metavar": "SCRIPT"},
    ("--user",): {"type": _user, "metavar": "U"},
    ("--systemd",): {"action": "store_true"},
    ("--podman",): {"action": "store_true"},
    ("--kernel",): {"type": _kernel, "metavar": "V"},
    ("--root",): {"type": _folder, "metavar": "DIR"},
    ("--share",): {"type": _share, "metavar": "HOST[:GUEST]",
                   "action": "append", "default": []},
    ("--mem",): {"type": _count, "metavar": "MIB", "default": 1024},
    ("--smp",): {"type": _count, "metavar": "N", "default": 1},
    ("--modules",): {"type": _names, "metavar": "LIST", "default": ()},
    ("--append",): {"metavar": "ARGS", "default": ""},
    ("--timeout",): {"type": _seconds, "metavar": "S", "default": 300.0},
    ("--console",): {"type": _new_file, "metavar": "FILE"},
    ("--setup",): {"action": "store_true"},
    ("--verbose",): {"action": "store_true"},
}
