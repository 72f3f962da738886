import Foundation
import Testing

/// Limits that control groups hold: `--memory`, `--cpu`, `--pids`, and `resources` of a manifest.
///
/// What takes too much stays far below what the machine has, and makes at most 60 processes, should a limit not hold.
@Suite(.serialized) struct GroupLimitTests {
  private struct Run {
    let outcome: Outcome
    let result: [String: Any]

    func number(_ key: String) -> Int { (result[key] as? NSNumber)?.intValue ?? -1 }
    var cause: String { result["cause"] as? String ?? "none" }
  }

  private func box(_ options: [String], _ command: [String]) throws -> Run {
    let folder = try TemporaryFolder(of: .root)
    let outcome = try Capsrun.run(["box", "--result", folder("result")] + options + ["--"] + command, as: .root)
    let json = try JSONSerialization.jsonObject(with: try Data(contentsOf: URL(filePath: folder("result"))))
    return Run(outcome: outcome, result: try #require(json as? [String: Any]))
  }

  private static let hog = ["python3", "-c", "data = bytearray(150 << 20); print(len(data) >> 20)"]

  /// Makes up to 40 children, which wait until it ends, and tells how many there were.
  private static let forks = [
    "python3", "-c",
    """
    import os, sys
    reading, writing = os.pipe()
    made = 0
    try:
        while made < 40:
            if os.fork() == 0:
                os.close(writing)
                os.read(reading, 1)
                os._exit(0)
            made += 1
    except BlockingIOError:
        pass
    print(made)
    sys.exit(0 if made == 40 else 1)
    """,
  ]

  @Test(.needsRoot) func `a program that takes more memory than it may is killed, and that is told`() throws {
    let killed = try box(["--memory", "64M"], Self.hog)
    #expect(killed.outcome.exitCode == 137 && killed.outcome.output.isEmpty, "\(killed)")
    #expect(killed.outcome.errors.contains("it was killed for lack of memory: its memory_max is 64M"), "\(killed)")
    #expect(killed.outcome.errors.contains("--memory of capsrun box, or resources.memory_max of a manifest"))
    #expect(killed.cause == "oom" && killed.number("oom_kills") == 1 && killed.number("signal") == 9)
    #expect((48 << 20...64 << 20).contains(killed.number("peak_memory")), "\(killed)")
    let enough = try box(["--memory", "400M"], Self.hog)
    #expect(enough.outcome.lines == ["150"] && enough.cause == "exit" && enough.outcome.errors.isEmpty, "\(enough)")
    #expect(enough.number("peak_memory") > 150 << 20 && enough.number("oom_kills") == 0)
  }

  @Test(.needsRoot) func `memory that is taken by files in memory counts, and swap space is no way around`() throws {
    let script = ["sh", "-c", "head -c 100M /dev/zero > /dev/shm/x && stat -c %s /dev/shm/x"]
    let killed = try box(["--memory", "48M"], script)
    #expect(
      killed.outcome.exitCode != 0 && killed.outcome.output.isEmpty && killed.number("oom_kills") > 0, "\(killed)")
    #expect(killed.outcome.errors.contains("for lack of memory"), "\(killed)")
    let enough = try box(["--memory", "300M"], script)
    #expect(enough.number("oom_kills") == 0, "\(enough)")
  }

  @Test(.needsRoot) func `no more processes are made than there may be, and that is told`() throws {
    let refused = try box(["--pids", "20"], Self.forks)
    #expect(refused.outcome.lines == ["19"], "the program itself is the twentieth: \(refused)")
    #expect(refused.outcome.exitCode == 1 && refused.cause == "pids" && refused.number("refused_processes") >= 1)
    #expect(refused.outcome.errors.contains("it could not make a further process"), "\(refused)")
    #expect(refused.outcome.errors.contains("its pids_max is 20"), "\(refused)")
    let enough = try box(["--pids", "60"], Self.forks)
    #expect(enough.outcome.lines == ["40"] && enough.cause == "exit" && enough.outcome.errors.isEmpty, "\(enough)")
  }

  @Test(.needsRoot) func `a program gets no more time of the processor than it may`() throws {
    let busy = ["python3", "-c", "import time\nend = time.monotonic() + 2\nwhile time.monotonic() < end: pass"]
    let slowed = try box(["--cpu", "20%"], busy)
    #expect(slowed.outcome.exitCode == 0 && slowed.cause == "exit", "\(slowed)")
    #expect(slowed.number("throttled_periods") > 5 && slowed.number("throttled_us") > 100_000, "\(slowed)")
    let used = slowed.number("cpu_user_us") + slowed.number("cpu_system_us")
    #expect(used < slowed.number("wall_us") * 26 / 100, "\(slowed)")
    let free = try box(["--cpu", "400%"], busy)
    #expect(free.number("throttled_periods") == 0, "\(free)")
    #expect(free.number("cpu_user_us") > used, "\(free)")
  }

  @Test(.needsRoot) func `a program sees the group of its sandbox as the root, and its own below`() throws {
    let seen = try box(["--pids", "20", "--memory", "64M"], ["cat", "/proc/self/cgroup"])
    #expect(seen.outcome.lines.contains("0::/0-main"), "\(seen)")
    let stray = seen.outcome.lines.filter { $0.contains(":/") && !$0.hasSuffix(":/0-main") && !$0.hasSuffix(":/") }
    #expect(stray.isEmpty, "\(seen)")
    let held = try box(
      ["--pids", "20"], ["sh", "-c", "echo 0 > /sys/fs/cgroup/cgroup.procs || mkdir /sys/fs/cgroup/x"])
    #expect(held.outcome.exitCode != 0 && held.outcome.errors.contains("Read-only file system"), "\(held)")
  }

  @Test(arguments: ["--memory=64M", "--cpu=50%", "--pids=20"])
  func `where an ordinary user can have no limits nothing is run, and that is said`(option: String) throws {
    let parts = option.split(separator: "=").map(String.init)
    let refused = try Capsrun.run(["box"] + parts + ["--", "echo", "ran"], as: .user)
    if refused.exitCode == 0 {
      // A group that was delegated to whoever runs the tests.
      #expect(refused.lines == ["ran"])
    } else {
      #expect(refused.exitCode == 69 && refused.output.isEmpty, "\(refused)")
      #expect(refused.errors.contains("cannot hold ") && refused.errors.contains("hint:"), "\(refused)")
    }
    #expect(try Capsrun.run(["box", "--", "echo", "ran"], as: .user).lines == ["ran"])
  }

  /// On a machine where they can be held, they are.
  @Test func `limits that cannot be held may be missing where that is said, each by its own name`() throws {
    let folder = try TemporaryFolder(of: .user)
    let limits = ["--memory", "64M", "--pids", "20", "--result", folder("r.json")]
    let plain = try Capsrun.run(["box"] + limits + ["--", "echo", "ran"], as: .user)
    let one = try Capsrun.run(["box", "--allow-degraded=cgroup.memory"] + limits + ["--", "echo", "ran"], as: .user)
    #expect(one.exitCode == plain.exitCode && one.output == plain.output, "a permission for one is none for another")
    let permissions = ["--allow-degraded=cgroup.memory", "--allow-degraded=cgroup.pids"]
    let both = try Capsrun.run(["box"] + permissions + limits + ["--", "echo", "ran"], as: .user)
    #expect(both.exitCode == 0 && both.lines == ["ran"], "\(both)")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: folder("r.json")))) as? [String: Any])
    if plain.exitCode == 0 {
      #expect(json["tier"] as? String == "full" && json["degraded"] as? [String] == [])
    } else {
      #expect(plain.exitCode == 69)
      #expect(json["tier"] as? String == "reduced")
      #expect(json["degraded"] as? [String] == ["cgroup.memory", "cgroup.pids"])
      for name in ["cgroup.memory", "cgroup.pids"] { #expect(both.errors.contains("runs without \(name)"), "\(both)") }
      #expect(both.errors.contains("hint:"))
    }
    let plan = try Capsrun.run(["box", "--explain"] + permissions + limits + ["--", "true"], as: .user)
    #expect(plan.output.contains("memory_max") == (plain.exitCode == 0), "\(plan)")
  }

  @Test(
    arguments: [
      (["--memory", "64MB"], "--memory \"64MB\" has a unit that means two things"),
      (["--memory", "max"], "--memory max limits nothing"), (["--memory", "0"], "--memory \"0\" is nothing"),
      (["--cpu", "80"], "--cpu \"80\" has no unit"), (["--cpu", "0.1%"], "is less than the 1%"),
      (["--pids", "0"], "--pids \"0\" is no number from 1"), (["--pids", "many"], "--pids \"many\" is no number"),
    ])
  func `a limit that is none is refused in the words of manifests`(options: [String], words: String) throws {
    let outcome = try Capsrun.run(["box"] + options + ["--", "echo", "ran"], as: .user)
    #expect(outcome.exitCode == 64 && outcome.output.isEmpty && outcome.errors.contains(words), "\(outcome)")
  }
}
