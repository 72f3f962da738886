"""docs/scoreboard.md."""

HEAD = """\
# Scoreboard

What comes of each attack of `capsprobe` inside capsrun and inside its peers, with usual flags. This page is written by
`scripts/scoreboard`, and nothing on it is corrected by hand; bad results of capsrun stand here like those of others.

Read it with care:

* bubblewrap and runc are made to be steered by others. Flatpak hands bubblewrap a filter of system calls, Docker and
  Podman hand one to runc and give fewer rights to its root; neither has one by itself, so that most calls get through here.
* A call that gets through has met the kernel's own checks only. `reaches` means that the kernel took it up and found
  fault with its arguments, which were made impossible on purpose. It is more of the kernel to attack, not yet harm.
* With `--ro-bind / /` every file of the host is meant to be readable, so that is no mistake of bubblewrap.
* Files that can be made in a `/` or `/dev` of the sandbox's own do no harm to others; capsrun's are read-only, which is
  why that is checked.
* runc's root is root of nothing but what it was given, when it runs as root with three capabilities, or rootless. Its
  rootless specification shares the network of the host.
* What is typed into a terminal that the sandbox has for itself stays there, and counts as held: `in its own`.
* Each check works outside of any sandbox, as root, on the machine where this was measured; those that do not are left out.

Run it again: `scripts/build && scripts/scoreboard`, as root. It installs the peers from Debian and PyPI.
"""

NOT_HERE = """\
Not among them: nsjail, which Debian 12 does not have; firejail, which is set-uid root and runs only for users of the system;
systemd-nspawn, which needs the host's systemd in a fitting version."""
TYPING = ("T-08.tio", "T-08.settings")
CELLS = {"refused": "refused", "absent": "nothing there", "own": "in its own", "not-tried": "–"}


def in_its_own(results):
    """The same, but for typing where that reaches nobody."""
    if results["T-08.callers-terminal"]["result"] == "succeeded":
        return results
    return {id: {**one, "result": "own"} if id.startswith(TYPING) and one["result"] == "succeeded" else one
            for id, one in results.items()}


def cell(outcome, is_wanted):
    if outcome is None:
        return "–"
    if outcome["result"] != "succeeded":
        return "**fails**" if is_wanted else CELLS[outcome["result"]]
    if is_wanted:
        return "works"
    return f"**reaches** ({outcome['errno']})" if outcome["errno"] else "**works**"


def count(results, ids):
    held = sum(1 for id in ids if results.get(id, {}).get("result") in ("refused", "absent", "own"))
    reached = sum(1 for id in ids if results.get(id, {}).get("result") == "succeeded" and results[id]["errno"])
    worked = sum(1 for id in ids if results.get(id, {}).get("result") == "succeeded" and not results[id]["errno"])
    return held, reached, worked


def row(cells):
    return "| " + " | ".join(str(one).replace("|", "\\|") for one in cells) + " |"


def write(path, kernel, peers, outside, results, missing):
    """`results` are those of the peers, in their order; `missing` tells why a peer is not there."""
    results = [in_its_own(one) for one in results]
    ids = [id for id, outcome in outside.items() if outcome["result"] == "succeeded"]
    attacks = [id for id in ids if not id.endswith("-works")]
    lines = [HEAD, f"Measured on Linux {kernel}.", "", "## Who ran how", "",
             row(["tool", "by", "flags"]), row(["---"] * 3)]
    lines += [row([peer.name, peer.who, f"`{peer.flags}`"]) for peer in peers]
    lines += ["", *missing, NOT_HERE, "", "## In numbers", "",
              row(["tool", f"of {len(attacks)} attacks held", "reach the kernel", "work"]), row(["---"] * 4)]
    lines += [row([peer.name, *count(one, attacks)]) for peer, one in zip(peers, results)]
    lines += ["", "## One by one", "",
              "The numbers are those of [the classes of attack](threat-coverage.md). Rows that end in `-works` are no attacks: an "
              "ordinary program needs that.", "",
              row(["check", "what is tried", *(peer.name for peer in peers)]), row(["---"] * (len(peers) + 2))]
    for id in sorted(ids):
        wanted = id.endswith("-works")
        lines.append(row([f"`{id}`", outside[id]["what"], *(cell(one.get(id), wanted) for one in results)]))
    path.write_text("\n".join(lines) + "\n")
