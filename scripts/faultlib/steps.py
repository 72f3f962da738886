"""Which step of the plan each call of PID 1 belongs to; and whether each step has a call that is made to fail, and each kind of step is
in a plan."""

import collections
import json

import cases
import scenarios
import tracing

# `kind` is that of the step, `pattern` the names of all its calls, `position` the place of this one among them.
Place = collections.namedtuple("Place", "kind pattern position")


def plan(station):
    """The steps of a scenario's plan, in order."""
    scenarios.prepare(station.name, station.caller)
    shown = station.caller.run(*scenarios.command(station.name, station.caller, ["--explain", "--json"])[1:],
                                environment=station.environment)
    if shown.returncode:
        raise RuntimeError(f"{station.name}: {shown.stderr}")
    return json.loads(shown.stdout)["setup"]


class Steps:
    """Those of one scenario: what of them is tried, and what is wrong."""

    def __init__(self, station):
        self.problems, self.places, self.kinds = [], {}, set()
        if station.name in scenarios.UNMARKED:
            return
        steps = plan(station)
        marked = station.record(["--trace-timing"])
        # Whether PID 1 has to wait for its helper is a matter of time, and how often.
        ours, theirs = (
            [call for call in recording.of(recording.init) if call.name != "futex"]
            for recording in (station.recording, marked))
        if [call.name for call in ours] != [call.name for call in theirs]:
            self.problems.append("PID 1 makes other calls when its steps are marked")
        if marked.step_count != len(steps):
            self.problems.append(f"the plan has {len(steps)} steps, and {marked.step_count} were marked")
        by_step = collections.defaultdict(list)
        for call, twin in zip(ours, theirs):
            if twin.step is not None and twin.step < len(steps):
                by_step[twin.step].append(call)
        for index, step in enumerate(steps):
            self.add(index, step, by_step[index])

    def add(self, index, step, calls):
        pattern = tuple(call.name for call in calls)
        for position, call in enumerate(calls):
            self.places[call.process, call.name, call.count] = Place(step["step"], pattern, position)
        if any(name not in cases.LEFT_OUT for name in pattern):
            self.kinds.add(step["step"])
        # What is not there is not shown.
        elif step.get("presence") != "optional":
            self.problems.append(f"step {index}, {step['step']}, has no call that is made to fail")


# Steps of plans without namespaces: no scenario starts where these are refused, so they are not tried yet.
UNTRIED = {"privateFolder", "reach"}


def missing(found):
    """The kinds of steps in the source that no scenario has, though it should."""
    return [kind for kind in tracing.kinds_of_steps() if kind not in found | UNTRIED]
