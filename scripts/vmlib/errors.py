"""The two ways in which this program itself fails."""

TIMED_OUT = 124
HARNESS_FAILED = 125
USAGE = 64


class HarnessError(Exception):
    """The virtual machine could not do its work: exit status 125."""


class UsageError(Exception):
    """The command line makes no sense: exit status 64."""
