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
  }

  static func open(_ invocation: Invocation, _ output: Output) throws(DiagnosticList) -> [Entry] {
    var entries: [Entry] = []
    for word in invocation.operands {
      let source = RunSource(InstallCommand.installation(invocation, output))
      entries.append(Entry(word: word, source: source, capsule: try source.open(word)))
    }
    guard entries.count > 1 else { return entries }
    var dependencies: [CapsuleDependencies] = []
    for entry in entries { dependencies.append(try OrderCommand.dependencies(of: entry.capsule.manifest, entry.word)) }
    return try OrderCommand.order(dependencies).arranged(entries)
  }
}
