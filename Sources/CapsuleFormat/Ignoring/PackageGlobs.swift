/// The lists `include` and `exclude` of a manifest: patterns of the same language, with the root as their folder.
///
/// They are values of a manifest and not lines of a file, so what only lines have is not there: no comments, no spaces
/// taken away at the end, and no `!`, in place of which there is the other list. A pattern that could never match is
/// an error, unlike in a file, which git's rules bind to be silent.
package struct PackageGlobs: Hashable, Sendable {
  package enum Problem: Error, Hashable, Sendable {
    case empty, negated, zeroByte
    /// `.`, `..` or nothing between slashes; paths hold none of these.
    case component
    /// A `[` without its `]` or with an unknown class, or a backslash with nothing behind.
    case broken

    package var explanation: String {
      switch self {
      case .empty: "is empty"
      case .negated: "begins with \"!\"; write it in the other list, or \"\\!\" for a name that begins so"
      case .zeroByte: "contains a zero byte"
      case .component: "contains \".\", \"..\" or an empty component, which no path does"
      case .broken: "has a \"[\" without an end, an unknown class, or a backslash at its end"
      }
    }
  }

  /// Where a problem is; the manifest knows the line.
  package struct Refusal: Error, Hashable, Sendable {
    package let isInclude: Bool
    /// The first is 0.
    package let index: Int
    package let problem: Problem
  }

  let include: [IgnorePattern]
  let exclude: [IgnorePattern]

  package init(include: [String] = [], exclude: [String] = []) throws(Refusal) {
    self.include = try Self.patterns(include, isInclude: true)
    self.exclude = try Self.patterns(exclude, isInclude: false)
  }

  private init() { (include, exclude) = ([], []) }

  /// Without lists, everything is packed that no other rule leaves out.
  package static let none = PackageGlobs()

  private static func patterns(_ texts: [String], isInclude: Bool) throws(Refusal) -> [IgnorePattern] {
    var patterns: [IgnorePattern] = []
    for (index, text) in texts.enumerated() {
      let pattern = IgnorePattern(Array(text.utf8), line: index + 1)
      if let problem = problem(of: pattern) {
        throw Refusal(isInclude: isInclude, index: index, problem: problem)
      }
      patterns.append(pattern)
    }
    return patterns
  }

  private static func problem(of pattern: IgnorePattern) -> Problem? {
    if pattern.text.isEmpty { return .empty }
    if pattern.isNegated { return .negated }
    if pattern.text.contains(0) { return .zeroByte }
    var path = pattern.text[...]
    if path.first == UInt8(ascii: "/") { path.removeFirst() }
    if path.last == UInt8(ascii: "/") { path.removeLast() }
    for component in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    where component.isEmpty || component.elementsEqual(".".utf8) || component.elementsEqual("..".utf8) {
      return .component
    }
    return pattern.glob == nil ? .broken : nil
  }
}
