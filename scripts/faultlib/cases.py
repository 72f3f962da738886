"""Which calls are made to fail, and with what: all that a clean run made, but for those that decide nothing."""

import collections
import re

import tracing

TABLES = tracing.ROOT / "Tests/Faults"

# `error` is a name; without one the process is killed before the call. Without a process it is every such call that fails.
Case = collections.namedtuple("Case", "scenario caller process call count error")


def rows(name):
    for line in (TABLES / name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


ERRORS = {call: names.split() for call, names in rows("errors.tsv")}
LEFT_OUT = {call for call, _ in rows("left-out.tsv")}
# As an outer filter or an older kernel answers: every time.
ALWAYS = ["EPERM", "ENOSYS"]


def is_look_at_other(call):
    """Whether it is one of those about each process of the machine in turn, of which there are more or fewer each time."""
    return call.name == "prlimit64" and not call.text.startswith("0,")


def every(scenario, caller, recording):
    """Each call with each of its errors; a kill before each, also before those that cannot fail; and each kind of call failing
    every time."""
    for call in recording.calls:
        if is_look_at_other(call):
            continue
        for error in [None, *errors(call.name)]:
            yield Case(scenario, caller, call.process, call.name, call.count, error)
    yield from always(scenario, caller, recording, set())


def likeliest(scenario, caller, recording, places, seen):
    """Each call with its likeliest error, and a kill before it; but once in steps of one kind that make the same calls, and once in
    all scenarios when it is the same call on the same thing. `seen` is what there was."""
    latest = {}
    for call in recording.calls:
        # What has no name of its own is about what was named last.
        named = thing(call)
        context, position = latest.get(call.process, (None, 0))
        latest[call.process] = (named, 0) if named else (context, position + 1)
        if call.name in LEFT_OUT or is_look_at_other(call):
            continue
        role = recording.role(call.process)
        keys = {(caller, role, call.name, *latest[call.process])}
        place = places.get((call.process, call.name, call.count))
        if place:
            keys.add((caller, role, place))
        if not keys & seen:
            for error in [None, errors(call.name)[0]]:
                yield Case(scenario, caller, call.process, call.name, call.count, error)
        seen |= keys
    yield from always(scenario, caller, recording, seen)


def always(scenario, caller, recording, seen):
    for name in sorted({call.name for call in recording.calls} - LEFT_OUT):
        if (caller, name) not in seen:
            yield from (Case(scenario, caller, None, name, 0, error) for error in ALWAYS)
        seen.add((caller, name))


def errors(name):
    return [] if name in LEFT_OUT else ERRORS.get(name, ERRORS["other"])


def thing(call):
    """What a call is about, if that is the same at each start: a name, without the numbers of processes, or an option."""
    if not re.fullmatch(r"[0-9a-f]*(, [0-9a-f]*)?", call.text):
        return re.sub(r"\d+", "#", call.text)
    return call.text if call.name in ("prctl", "keyctl", "rt_sigaction") else None


def title(case, recording):
    who = f"{case.scenario} as {case.caller}: "
    if case.process is None:
        return f"{who}every {case.call} fails with {case.error}"
    call = next((call for call in recording.calls if (call.process, call.name, call.count) == case[2:5]), None)
    what = f"{case.call} {case.count} ({call.text})" if call else f"{case.call} {case.count}"
    end = f"fails with {case.error}" if case.error else "kill"
    return f"{who}{recording.role(case.process)}: {what}: {end}"


def orders(case, numbers):
    """The words for the tracer."""
    if case.process is None:
        return ["-F", f"{case.call}:{numbers[case.error]}"]
    place = f"{case.process}:{case.call}:{case.count}"
    return ["-f", f"{place}:{numbers[case.error]}"] if case.error else ["-k", place]


# By a pattern for the title of a case and what is wrong with it: why that is as it must be.
ACCEPTED = [(re.compile(pattern), reason) for pattern, reason in rows("accepted.tsv")]


def is_accepted(title, problem):
    return any(pattern.search(f"{title}: {problem}") for pattern, _ in ACCEPTED)
