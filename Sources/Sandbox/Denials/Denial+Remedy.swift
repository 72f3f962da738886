internal import Linux
internal import Planning

extension Denial.Remedy {
  /// The profiles with names, the narrowest first.
  private static let profiles = ["strict", "service", "default", "build", "debug"]

  /// What would let a call through that a program's filter refuses. The profiles are asked about this very call, with its
  /// arguments.
  init(for call: FilterListener.Call, in process: PlannedProcess) {
    func letsThrough(_ filter: CompiledFilter?) -> Bool {
      filter?.answer(to: call).letsThrough ?? false
    }
    if process.ownFilter != nil {
      self = letsThrough(.ceiling) ? .ownProfile(process.seccomp) : .nothing
    } else if let profile = Self.profiles.first(where: { letsThrough(.named($0)) }) {
      self = .profile(profile)
    } else {
      self = .nothing
    }
  }
}

extension CompiledFilter {
  func answer(to call: FilterListener.Call) -> SeccompInstruction.Action {
    answer(number: call.number, architecture: call.architecture, arguments: call.arguments)
  }
}
