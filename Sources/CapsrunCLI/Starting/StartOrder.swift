internal import Diagnostics
internal import ManifestFormat
internal import Planning

/// The capsules that are to be started, opened and in the order of what they provide and require.
enum StartOrder {
  /// One of them, and what keeps it from being removed meanwhile.
  struct Entry {
    let word: String
    let source: RunSource
    let capsule: UnpackedCapsule
    let dependencies: CapsuleDependencies
  }

  static func open(_ invocation: Invocation, _ output: Output) throws(DiagnosticList) -> [Entry] {
    var entries: [Entry] = []
    for word in invocation.operands {
      let source = RunSource(InstallCommand.installation(invocation, output))
      let capsule = try source.open(word)
      let dependencies = try OrderCommand.dependencies(of: capsule.manifest, word)
      entries.append(Entry(word: word, source: source, capsule: capsule, dependencies: dependencies))
    }
    guard entries.count > 1 else { return entries }
    return try OrderCommand.order(entries.map(\.dependencies)).arranged(entries)
  }
}
