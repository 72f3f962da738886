import Testing

/// A layer that does not hold, although the kernel seemed to put it in place, stops the start.
@Suite struct TripwireTests {
  private func box(below filter: OuterFilter, as caller: Caller) throws -> Outcome {
    let command = filter.commandLine([try Program.path(), "box", "--", "sh", "-c", "echo started"])
    return try Spawn(try caller.commandLine(command)).run()
  }

  /// Each lie makes one step of the set-up succeed without effect.
  @Test(
    arguments: Caller.reachable,
    [
      // SECCOMP_SET_MODE_FILTER
      ("seccomp", 1, "rely on the seccomp filter"), ("landlock_restrict_self", nil, "rely on Landlock"),
      ("setns", nil, "rely on the network namespace"),
      ("capset", nil, "rely on the empty capability sets"),
    ] as [(String, Int?, String)])
  func `a start whose confinement is only pretended is stopped`(
    caller: Caller, lie: (call: String, argument: Int?, layer: String)
  ) throws {
    let outcome = try box(below: OuterFilter(answers: [(lie.call, 0)], firstArgument: lie.argument), as: caller)
    #expect(outcome.exitCode != 0 && outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.errors.contains(lie.layer), "\(outcome)")
    if !lie.layer.isEmpty {
      #expect(outcome.exitCode == 69 && outcome.errors.contains("an outer sandbox"), "\(outcome)")
    }
  }

  @Test(arguments: Caller.reachable)
  func `a filter around capsrun that answers something else changes nothing`(caller: Caller) throws {
    let outcome = try box(below: OuterFilter(answers: [("keyctl", 1)]), as: caller)
    #expect(outcome.exitCode == 0 && outcome.output == "started\n", "\(outcome)")
  }

  /// As below the seccomp profiles of container engines.
  @Test(arguments: Caller.reachable)
  func `without clone3 the older call does the same`(caller: Caller) throws {
    let outcome = try box(below: OuterFilter(answers: [("clone3", 38)]), as: caller)
    #expect(outcome.exitCode == 0 && outcome.output == "started\n", "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `without Landlock nothing is started, and the error says how to get it`(caller: Caller) throws {
    for (error, words) in [(38, "this kernel has no Landlock"), (95, "boot with lsm=landlock")] {
      let outcome = try box(below: OuterFilter(answers: [("landlock_create_ruleset", error)]), as: caller)
      #expect(outcome.exitCode == 69 && outcome.output.isEmpty && outcome.errors.contains(words), "\(outcome)")
    }
  }
}
