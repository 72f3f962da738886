// The filters that are part of this program. Each is a constant of its own, so that a start touches the one that it uses.
extension CompiledFilter {
  /// The filter of a profile by its name, for the architecture that this program was built for.
  package static func named(_ name: String) -> CompiledFilter? {
    switch name {
    case "default": CompiledFilter(profile: name, instructions: DefaultFilter.native)
    case "strict": CompiledFilter(profile: name, instructions: StrictFilter.native)
    case "service": CompiledFilter(profile: name, instructions: ServiceFilter.native)
    case "build": CompiledFilter(profile: name, instructions: BuildFilter.native)
    case "debug": CompiledFilter(profile: name, instructions: DebugFilter.native)
    default: nil
    }
  }

  /// What stands behind each profile that is not part of this program.
  package static var ceiling: CompiledFilter {
    CompiledFilter(profile: "ceiling", instructions: CeilingFilter.native)
  }

  /// What stands behind every profile where there are no namespaces.
  package static var filterOnly: CompiledFilter {
    CompiledFilter(profile: "filter-only", instructions: FilterOnlyFilter.native)
  }

  /// The same for a workload that has the user of other processes.
  package static var filterOnlyOfCaller: CompiledFilter {
    CompiledFilter(profile: "filter-only-shared", instructions: FilterOnlySharedFilter.native)
  }
}
