"""What is expected of each check: Tests/Probe/expected.tsv."""

import pathlib
import re

FILE = pathlib.Path(__file__).resolve().parents[1] / "expected.tsv"
# What the outcome of a check must be. A gap is an attack that works although it should not.
INSIDE = {"refused": {"refused"}, "absent": {"absent"}, "shut": {"refused", "absent"}, "works": {"succeeded"},
          "gap": {"succeeded"}, "untried": {"not-tried"}}
SAYS = {"refused": "is refused", "absent": "finds nothing", "shut": "is refused or finds nothing", "works": "works",
        "gap": "is a known gap", "untried": "cannot be tried"}
OUTSIDE = {"works": {"succeeded"}, "absent": {"absent"}, "any": {"succeeded", "absent", "refused", "not-tried"}}


class Row:
    """`inside` and `outside` are a word, and others for certain callers or kernels: `refused, user=gap, 6.1=absent`."""

    def __init__(self, line, number):
        cells = line.split("\t")
        if len(cells) != 4:
            raise SystemExit(f"{FILE}:{number}: {len(cells)} cells, not 4")
        self.id, inside, outside, self.why = cells
        # What the harness does itself, it does on the host, or where it may change the machine.
        self.where = outside if outside in ("harness", "machine") else ""
        outside = "any" if self.where else outside
        self.inside, self.outside = split(inside, INSIDE, number), split(outside, OUTSIDE, number)
        if "gap" in self.inside.values() and not self.why:
            raise SystemExit(f"{FILE}:{number}: a gap without a reason")

    @property
    def name(self):
        """As it stands in the results of the tests, the same on all machines."""
        return f"{self.id} {SAYS[self.inside['']]}"

    def is_of(self, place):
        return self.where == "" or (self.where == "harness") == (place == "host")

    def expected(self, caller, place):
        """The word for a caller on a machine; the most particular one counts."""
        callers = [caller, caller.removeprefix("joined ")]
        keys = [*(f"{one}@{place}" for one in callers), *callers, place, ""]
        return next(self.inside[key] for key in keys if key in self.inside)

    def expected_outside(self, place):
        return self.outside.get(place, self.outside[""])


def split(cell, known, number):
    words = {}
    for part in re.split(r", *", cell):
        key, _, word = part.rpartition("=")
        if word not in known:
            raise SystemExit(f'{FILE}:{number}: unknown word "{word}"')
        words[key] = word
    return words


def rows():
    lines = FILE.read_text().splitlines()
    return [Row(line, number) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
