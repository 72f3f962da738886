internal import Diagnostics
internal import ManifestFormat
internal import Planning

/// What runs, as those see it that require something of other capsules.
enum RunningProviders {
  /// All that a capsule requires is provided by one that runs, of the same caller. Of those that are started together, each
  /// runs when the next one is looked at.
  static func check(_ dependencies: CapsuleDependencies) throws(DiagnosticList) {
    guard !dependencies.requires.isEmpty else { return }
    let provided = try CapsuleTable.ofCaller().running.flatMap(\.provides).map { CapabilityName(unchecked: $0) }
    let missing = dependencies.requires.filter { required in !provided.contains { $0.matches(required) } }
    guard missing.isEmpty else {
      let names = missing.map { quoted($0.text) }.joined(separator: ", ")
      throw DiagnosticList([
        Diagnostic(
          "\(quoted(dependencies.name)) requires \(names), which nothing that runs provides",
          hint: "start what provides it before, or name it in the same command; capsrun ps shows what runs",
          exitCode: .unavailable)
      ])
    }
  }
}
