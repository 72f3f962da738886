internal import Linux
internal import Planning

/// Tries what must be refused, from the very process that becomes the program, so that a layer that was asked for and does not
/// hold stops the start: an outer filter may have answered for the kernel.
///
/// What a filter kills for cannot be tried; an interpreter of the filters tests that.
struct Tripwire {
  let filter: CompiledFilter
  /// Whether the plan makes the root read-only, and leaves it no network but the loopback.
  let hasSealedRoot: Bool
  let hasOwnNetwork: Bool
  /// A folder that the program may write to; nil where there are no file rules.
  let ruledFolder: String?
  let isFilterOnly: Bool

  init(_ plan: Plan, _ filter: CompiledFilter) {
    self.filter = filter
    hasSealedRoot = plan.setup.contains { if case .sealRoot(let seal) = $0 { seal.sealsRoot } else { false } }
    hasOwnNetwork = !plan.isFilterOnly
    isFilterOnly = plan.isFilterOnly
    ruledFolder =
      isFilterOnly
      ? plan.foreground.files.change.first : plan.degraded.contains { $0.layer == .landlock } ? nil : "/tmp"
  }

  /// After everything but the filter, which would answer some of these itself.
  func tryLayers() throws(SetUpFailure) {
    // The program can write there, and what else refuses this ends with another error.
    if let ruledFolder {
      try expect(.accessDenied, Confinement.refusalOfDevice(at: ruledFolder + "/.device"), .mknod, "Landlock")
    }
    if isFilterOnly { return try tryLayersWithoutNamespaces() }
    if hasSealedRoot { try require(Confinement.isReadOnly("/"), .statvfs, "the read-only root") }
    if hasOwnNetwork { try expect(.noRoute, Confinement.refusalOfRoute, .connect, "the network namespace") }
    try require(Confinement.hasNoCapabilities, .capset, "the empty capability sets")
    try require(Confinement.hasNoNewPrivileges, .prctl, "no_new_privs")
  }

  private func tryLayersWithoutNamespaces() throws(SetUpFailure) {
    // Everybody may list it, so that it is Landlock alone that refuses.
    try expect(.accessDenied, Confinement.refusalOfListing("/"), .open, "Landlock")
    if Confinement.keepsSignals {
      try expect(.notPermitted, Confinement.refusalOfSignal, .pidfd_send_signal, "Landlock")
    }
    try require(Confinement.holdsNoCapabilities, .capset, "the empty capability sets")
    try require(Confinement.hasNoNewPrivileges, .prctl, "no_new_privs")
  }

  /// With the filter in place: each call is answered exactly as the filter says, and never let through.
  func tryFilter() throws(SetUpFailure) {
    // Without a network namespace nothing else keeps it from the network.
    if isFilterOnly { try expect(.notPermitted, Confinement.refusalOfSocket, .socket, "the seccomp filter") }
    for attempt in Attempt.all {
      let answer = filter.answer(to: attempt)
      // What kills cannot be tried, and what a listener answers is not the filter's own.
      guard case .error(let number) = answer else {
        if answer.letsThrough { throw failure(attempt.call, "the filter lets it through", .none, "the seccomp filter") }
        continue
      }
      try expect(Errno(rawValue: CInt(number)), attempt.make(), attempt.call, "the seccomp filter")
    }
  }

  private func expect(
    _ expected: Errno, _ found: Errno?, _ call: SystemCall, _ layer: String
  ) throws(SetUpFailure) {
    guard found != expected else { return }
    throw failure(call, "it should have ended with \(expected.name)", found, layer)
  }

  private func require(_ condition: Bool, _ call: SystemCall, _ layer: String) throws(SetUpFailure) {
    if !condition { throw failure(call, "it says otherwise", .none, layer) }
  }

  private func failure(_ call: SystemCall, _ subject: String, _ errno: Errno?, _ layer: String) -> SetUpFailure {
    SetUpFailure(
      stage: .tripwire, step: "rely on \(layer)", error: SysError(call, subject, errno ?? Errno(rawValue: 0)))
  }
}

extension CompiledFilter {
  /// What the filter answers to a call.
  func answer(to attempt: Attempt) -> SeccompInstruction.Action {
    answer(number: attempt.number, architecture: Attempt.architecture, arguments: attempt.arguments)
  }
}
