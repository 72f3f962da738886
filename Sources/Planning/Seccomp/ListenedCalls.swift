/// The system calls that a task's listener answers (SECCOMP_RET_USER_NOTIF), by their numbers.
///
/// A task can have one listener, so all that want to listen share one of these: docs/design/0008.
package struct ListenedCalls: Hashable, Sendable {
  /// Brought before the listener where the filter lets them through. What it refuses stays refused: whatever the listener
  /// answers, it opens nothing that the profile keeps shut.
  package var permitted: Set<UInt32> = []
  /// Brought before the listener where the filter refuses them with an error, to be recorded. The listener must not let
  /// them go on: it answers with an error.
  package var refused: Set<UInt32> = []
  /// As if `refused` held every number there is, those that no kernel has yet too.
  package var hearsAllRefusals = false

  package init(permitted: Set<UInt32> = [], refused: Set<UInt32> = []) {
    self.permitted = permitted
    self.refused = refused
  }

  /// What the recording of refusals needs, and nothing else.
  package static var allRefusals: ListenedCalls {
    var calls = ListenedCalls()
    calls.hearsAllRefusals = true
    return calls
  }

  var all: Set<UInt32> { permitted.union(refused) }

  func variant(of number: UInt32) -> FilterComposition.Variant {
    .init(
      passing: permitted.contains(number) ? .notify : nil, refused: refused.contains(number) ? .notify : nil)
  }
}

extension CompiledFilter {
  /// This filter with a listener; what the listener does not ask for is answered as before.
  package func with(
    _ listened: ListenedCalls, architecture: UInt32
  ) throws(FilterComposition.TooLong) -> CompiledFilter {
    guard !listened.hearsAllRefusals else {
      var named = listened
      named.hearsAllRefusals = false
      return try with(named, architecture: architecture).notifyingRefusals
    }
    guard !listened.all.isEmpty else { return self }
    var composition = FilterComposition(before: self)
    var codes: [UInt32: [SeccompInstruction]] = [:]
    for number in listened.all {
      let variant = listened.variant(of: number)
      let answers = answers(to: number, architecture: architecture)
      // Most calls have one answer whatever their arguments are, which then stands here at once.
      if answers.count == 1, let only = answers.first {
        codes[number] = [variant.changed(.answer(only))]
      } else {
        codes[number] = [composition.leave(to: variant)]
      }
    }
    let ranges = NumberSearch.ranges(codes, otherwise: [composition.leave()])
    let program = try composition.program(check + NumberSearch.code(ranges[...]))
    return CompiledFilter(profile: profile, program: program)
  }

  /// This filter with every error replaced by a notification. Nothing but the answers changes, so that each call takes the way
  /// through the program that it takes now: what is let through or kills still does, and what is refused waits for the listener.
  package var notifyingRefusals: CompiledFilter {
    let variant = FilterComposition.Variant(refused: .notify)
    return CompiledFilter(profile: profile, program: program.map(variant.changed))
  }

  /// The code in front of the search: the architecture, the number, and the numbers of x32.
  private var check: [SeccompInstruction] {
    let program = program
    // The two last ones are there on architectures with foreign numbers.
    let hasForeignNumbers = program[5].answer == .killProcess && program[4].code == 0x35
    return Array(program[..<(hasForeignNumbers ? 6 : 4)])
  }
}
