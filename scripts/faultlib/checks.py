"""What must hold after a call has failed or a process was killed."""

import collections
import re
import signal

import cases
import scenarios
import tracing

NUMBERS = tracing.numbers()
# Those of docs/reference/exit-codes.md by which a start may end.
CODES = {65, 66, 69, 125, 126, 127}
KILLED = 128 + signal.SIGKILL
# By their names for the kernel, those of the manual pages.
NAMES = {"capget": "capset", "newfstatat": "fstat", "recvfrom": "recv", "recvmsg": "recv", "prctl": "(prctl|capset)", "sendmsg": "send", "sendto": "send",
         "setresgid": "setresuid", "statfs": "statvfs", "wait4": "waitid"}
# A run may take another way than the recorded one, once.
ATTEMPTS = 3

# `kind` is what became of the start: "refused", "held" when the program ran as confined as ever, "late" when it did and
# something failed afterwards, "killed", or "missed" when the call was not made.
Result = collections.namedtuple("Result", "case title kind problems code errors gone")


class Refused(Exception):
    """A scenario that cannot be on this machine."""


class Station:
    """One scenario of one caller, with what its clean run looks like."""

    def __init__(self, name, caller):
        self.name, self.caller = name, caller
        self.command = scenarios.command(name, caller)
        self.environment = caller.environment | scenarios.environment(name, caller)
        # What is made once for all is there afterwards, unless the scenario is about that.
        self.record()
        self.recording = self.record()
        self.made_once = self.look_at_once()
        clean = self.recording.outcome
        self.output = caller.plain(clean.output)
        if clean.code != 0:
            raise (Refused if clean.code == 69 and name in scenarios.DEPENDS else RuntimeError)(f"{name}: {clean}")

    def record(self, options=()):
        scenarios.prepare(self.name, self.caller)
        return tracing.record(scenarios.command(self.name, self.caller, options), *self.identity())

    def identity(self):
        return self.caller.user, self.environment, str(self.caller.folder)

    def run(self, case):
        for _ in range(ATTEMPTS):
            scenarios.prepare(self.name, self.caller)
            before = self.look()
            outcome, _ = tracing.run(self.command, *self.identity(), cases.orders(case, NUMBERS))
            if outcome.reached:
                break
        kind, problems = self.judge(case, outcome)
        problems += self.left(before) + scenarios.problems(self.name, self.caller, outcome)
        # Only of a launcher that was killed; or it is told, when they cannot be removed.
        if (groups := self.caller.groups()) and outcome.code != -signal.SIGKILL and "control group" not in outcome.errors:
            problems.append(f"control groups: {groups}")
        if case.error is None or self.name in scenarios.REMOVED or groups:
            problems += self.again(before)
        title = cases.title(case, self.recording)
        problems = [problem for problem in problems if not cases.is_accepted(title, problem)]
        return Result(case, title, kind, problems, outcome.code, outcome.errors, outcome.gone)

    def judge(self, case, outcome):
        output = self.caller.plain(outcome.output)
        is_same = output == self.output
        # What goes through a terminal may end anywhere, also amid a line.
        is_begun = self.output.startswith(output[:output.rfind("\n") + 1])
        problems = [] if is_begun else ["the program ran otherwise:\n" + self.difference(outcome.output)]
        if outcome.left:
            return "hung", [f"still there after the time limit: {', '.join(outcome.left)}"]
        if outcome.code == 0:
            if is_begun and not is_same:
                problems.append("it says that all is well, and the output of its program is not there, or not all of it")
            return "held" if outcome.reached else "missed", problems
        if case.error is None:
            if case.process == "0":
                return "killed", problems + ([] if outcome.code == -signal.SIGKILL else [f"it ends with {outcome.code}"])
            if outcome.code == KILLED:
                return "killed", problems
        if outcome.code not in CODES:
            problems.append(f"it ends with {outcome.code}")
        if not outcome.errors.startswith("capsrun: "):
            problems.append(f"it says nothing of use: {outcome.errors}")
        elif case.error and not self.names(case, outcome.errors):
            problems.append(f"it names neither {case.call} nor {case.error}: {outcome.errors}")
        return "late" if is_same else "refused", problems

    def names(self, case, errors):
        """Whether a message tells what has failed: by the error, or by the call as manual pages name it."""
        return case.error in errors or re.search(rf"\b{NAMES.get(case.call, case.call)}\b", errors)

    def left(self, before):
        """What is there now that was not there before, or the other way round."""
        problems = []
        for what, old, now in zip(["left", "mounts"], before, self.look()):
            if old != now:
                problems.append(f"{what}: {sorted(set(old) ^ set(now))}")
        return problems

    def look(self):
        """What each start leaves as it finds it. What is made at the first may be there in part; the next start shows that this is
        in nobody's way, and that nothing is left beside it."""
        return [entry for entry in self.caller.listing() if not self.is_made_once(entry[0])], self.caller.place.mounts()

    def look_at_once(self):
        # Without their sizes: how long a run took stands in some of them.
        return [entry[:3] for entry in self.caller.listing() if self.is_made_once(entry[0])]

    def is_made_once(self, path):
        return any(path.startswith(str(self.caller.folder / name)) for name in scenarios.REMOVED.get(self.name, []))

    def again(self, before):
        """The next start finds nothing in its way."""
        ended = self.caller.run(*self.command[1:], environment=self.environment)
        if ended.returncode or self.caller.plain(ended.stdout) != self.output:
            return [f"the next start ends with {ended.returncode}: {ended.stderr}{self.difference(ended.stdout)}"]
        problems = self.left(before) + [f"control group: {path}" for path in self.caller.groups()]
        if (made := self.look_at_once()) != self.made_once:
            problems.append(f"the next start makes otherwise: {sorted(set(made) ^ set(self.made_once))}")
        return problems

    def difference(self, output):
        now, clean = set(self.caller.plain(output).splitlines()), set(self.output.splitlines())
        return "\n".join([*(f"- {line}" for line in sorted(clean - now)), *(f"+ {line}" for line in sorted(now - clean))])
