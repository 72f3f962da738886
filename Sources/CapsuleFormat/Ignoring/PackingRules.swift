/// Decides for each thing in one folder whether it is packed; for the folders in it there are further values.
///
/// Three rules have a say, and something is packed only when none of them is against it:
///
/// * `exclude` of the manifest: what it matches is left out.
/// * The built-in rules and each `.capsuleignore` from the root down to this folder: the last pattern that matches
///   decides, and a deeper file stands behind a higher one. `!` brings back what an earlier pattern of these left out,
///   but not what `exclude` does.
/// * `include` of the manifest, if there is one: what it does not match, and what lies in no folder that it matches, is
///   left out. It brings nothing back.
///
/// In a folder that is left out nothing is asked any more, so nothing in it can be brought back.
package struct PackingRules: Sendable {
  /// The patterns of one file, and how many bytes of a path lead to the folder that they belong to.
  private struct Level: Sendable {
    let patterns: [IgnorePattern]
    let depth: Int
    let isBuiltIn: Bool
  }

  private let globs: PackageGlobs
  /// The built-in rules, then the root's file, and so on down.
  private var levels: [Level]
  /// The path of the folder from the root, with a slash at its end; empty for the root.
  private var folder: [UInt8] = []
  /// The include that matches the folder or one that holds it.
  private var included: PackingRule?
  /// What was decided about the folder, or one that holds it, and so about everything in it.
  private var settled: PackingVerdict?

  /// The rules of the root, with its `.capsuleignore` if it has one.
  package init(rootFile: IgnoreFile?, globs: PackageGlobs = .none) {
    self.globs = globs
    levels = [Level(patterns: DefaultRules.patterns, depth: 0, isBuiltIn: true)]
    add(rootFile)
  }

  /// The rules of a folder in this one, with its `.capsuleignore` if it has one.
  package func entering(_ name: [UInt8], file: IgnoreFile?) -> PackingRules {
    var inside = self
    inside.folder += name + [UInt8(ascii: "/")]
    guard settled == nil else { return inside }
    let verdict = verdict(on: name, isFolder: true)
    switch verdict {
    case .leftOut, .notIncluded: inside.settled = verdict
    case .onlyEntered: inside.add(file)
    case .packed(let rule):
      if !globs.include.isEmpty { inside.included = rule }
      inside.add(file)
    }
    return inside
  }

  private mutating func add(_ file: IgnoreFile?) {
    guard let file, !file.patterns.isEmpty else { return }
    levels.append(Level(patterns: file.patterns, depth: folder.count, isBuiltIn: false))
  }

  /// What becomes of something in this folder. Links are not folders, whatever they lead to.
  package func verdict(on name: [UInt8], isFolder: Bool) -> PackingVerdict {
    if let settled { return settled }
    let subject = Subject(path: folder + name, name: name, isFolder: isFolder)
    if let pattern = globs.exclude.first(where: { subject.isMatched(by: $0) }) {
      return .leftOut(by: PackingRule(origin: .exclude, line: pattern.line, pattern: pattern.text))
    }
    let ignoring = lastMatch(subject)
    if let ignoring, !ignoring.pattern.isNegated { return .leftOut(by: rule(ignoring)) }
    if globs.include.isEmpty { return .packed(by: ignoring.map(rule)) }
    return includeVerdict(subject)
  }

  private func includeVerdict(_ subject: Subject) -> PackingVerdict {
    if let included { return .packed(by: included) }
    if let pattern = globs.include.first(where: { subject.isMatched(by: $0) }) {
      return .packed(by: PackingRule(origin: .include, line: pattern.line, pattern: pattern.text))
    }
    let isPromising = subject.isFolder && globs.include.contains { $0.mayMatch(below: subject.path[...]) }
    return isPromising ? .onlyEntered : .notIncluded
  }
}

// MARK: - Ignore files

extension PackingRules {
  private struct Subject {
    let path: [UInt8]
    let name: [UInt8]
    let isFolder: Bool

    func isMatched(by pattern: IgnorePattern, depth: Int = 0) -> Bool {
      pattern.matches(path: path[depth...], name: name, isFolder: isFolder)
    }
  }

  private struct Match {
    let pattern: IgnorePattern
    let level: Level
  }

  private func lastMatch(_ subject: Subject) -> Match? {
    for level in levels.reversed() {
      if let pattern = level.patterns.last(where: { subject.isMatched(by: $0, depth: level.depth) }) {
        return Match(pattern: pattern, level: level)
      }
    }
    return nil
  }

  private func rule(_ match: Match) -> PackingRule {
    guard !match.level.isBuiltIn else { return DefaultRules.rule(of: match.pattern) }
    let path = folder.prefix(match.level.depth) + Array(IgnoreFile.name.utf8)
    return PackingRule(
      origin: .ignoreFile(path: Array(path)), line: match.pattern.line, pattern: match.pattern.text)
  }
}
