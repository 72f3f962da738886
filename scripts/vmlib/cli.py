"""Command line, exit status and signals of scripts/vm."""

import os
import pathlib
import signal
import sys
import time

from . import arguments, kernels, machine, roots, shares, tools
from .errors import HARNESS_FAILED, USAGE, HarnessError, UsageError
from .job import Job

SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


def main(words):
    """Do what the command line `words` asks; return the exit status."""
    try:
        options = arguments.parse(words)
        _end_in_order_on_signals()
        _check_host(options)
        if options.setup:
            return _set_up(options)
        return machine.run(_job(options), _teller(options.verbose))
    except UsageError as error:
        print(f"vm: {error} (see --help)", file=sys.stderr)
        return USAGE
    except HarnessError as error:
        print(f"vm: {error}", file=sys.stderr)
        return HARNESS_FAILED
    except BrokenPipeError:  # who read our output has gone
        return 128 + signal.SIGPIPE
    except OSError as error:
        print(f"vm: {error}", file=sys.stderr)
        return HARNESS_FAILED


def _end_in_order_on_signals():
    """Leave by way of all clean-up, and let no second signal cut it short."""
    def leave(number, _):
        for other in SIGNALS:
            signal.signal(other, signal.SIG_IGN)
        sys.exit(128 + number)

    for number in SIGNALS:
        signal.signal(number, leave)


def _check_host(options):
    if os.geteuid() != 0:
        raise HarnessError("must run as root: virtiofsd serves the files of "
                           "all users to the guest")
    tools.extend_path()
    tools.check(with_root_building=_uses_built_root(options))


def _uses_built_root(options):
    return (options.systemd or options.podman) and options.root is None


def _set_up(options):
    """Fetch what later runs need, so that they can start at once."""
    versions = [options.kernel] if options.kernel else kernels.SUPPORTED
    for version in versions:
        kernels.get(version)
    if _uses_built_root(options):
        _built_root(options)
    return 0


def _built_root(options):
    return roots.with_podman() if options.podman else roots.with_systemd()


def _job(options):
    working_folder = pathlib.Path.cwd()
    if _uses_built_root(options):
        root = _built_root(options)
    else:
        root = options.root or pathlib.Path("/")
    project = shares.project_share(root, working_folder)
    return Job(
        script=options.script,
        working_folder=working_folder,
        user=options.user,
        systemd=options.systemd,
        kernel=kernels.get(options.kernel or kernels.DEFAULT),
        root=root,
        shares=((project,) if project else ()) + tuple(options.share),
        memory_mib=options.mem,
        processors=options.smp,
        modules=options.modules,
        kernel_arguments=options.append,
        timeout=options.timeout,
        console=options.console,
    )


def _teller(verbose):
    """Return the function that prints steps with the time since now."""
    start = time.monotonic()

    def tell(text):
        if verbose:
            seconds = time.monotonic() - start
            print(f"vm: {seconds:6.2f} s {text}", file=sys.stderr, flush=True)
    return tell
