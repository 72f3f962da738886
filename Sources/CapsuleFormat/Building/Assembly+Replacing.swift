/// What a build changes after everything was collected.
extension Assembly {
  /// Puts other entries in the place of a folder and all that is in it.
  package mutating func replace(_ folder: CapsulePath, with replacement: [SourceEntry]) {
    let start = Array((folder.text + "/").utf8)
    entries.removeAll { $0.path == folder || $0.path.text.utf8.starts(with: start) }
    entries = (entries + replacement).sorted { $0.path < $1.path }
  }

  /// Notes something that is not packed, by a rule that no `.capsuleignore` can take back.
  package mutating func noteLeftOut(_ path: String, isFolder: Bool, pattern: String, reason: String) {
    let rule = PackingRule(origin: .builtIn(reason: reason), line: 1, pattern: Array(pattern.utf8))
    ignored.append(SourceTree.Ignored(path: path, isFolder: isFolder, verdict: .leftOut(by: rule)))
  }

  /// Whether a rule leaves this out, or a folder that it lies in.
  package func leavesOut(_ path: String) -> Bool {
    ignored.contains { $0.path == path || $0.isFolder && path.hasPrefix($0.path + "/") }
  }
}
