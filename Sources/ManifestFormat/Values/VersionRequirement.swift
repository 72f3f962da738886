/// Which versions of something will do: `>=1.2, <2`, `^1.4`, `~1.4.2`, `1.4.*`, `=1.4.2` or `*`. All parts must hold.
package struct VersionRequirement: Hashable, Sendable {
  package let text: String
  private let bounds: [Bound]

  private struct Bound: Hashable, Sendable {
    enum Side: Hashable, Sendable {
      case atLeast, above, below, atMost, exactly
    }

    let side: Side
    let version: SemanticVersion
  }

  /// Reads a requirement. A version in it may leave out its last numbers; without an operator it means `^`.
  package init?(_ text: String) {
    var bounds: [Bound] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let parsed = Self.bounds(of: part.trimmingSpaces) else { return nil }
      bounds += parsed
    }
    self.text = text.split(separator: ",").map { String($0.trimmingSpaces) }.joined(separator: ", ")
    self.bounds = bounds
  }

  /// Whether a version will do. A pre-release does only where a bound names one of the same three numbers.
  package func allows(_ version: SemanticVersion) -> Bool {
    if version.isPrerelease,
      !bounds.contains(where: { $0.version.isPrerelease && $0.version.numbers == version.numbers })
    {
      return false
    }
    return bounds.allSatisfy { bound in
      switch bound.side {
      case .atLeast: !version.precedes(bound.version)
      case .above: bound.version.precedes(version)
      case .below: version.precedes(bound.version)
      case .atMost: !bound.version.precedes(version)
      case .exactly: !version.precedes(bound.version) && !bound.version.precedes(version)
      }
    }
  }

  private static func bounds(of text: Substring) -> [Bound]? {
    if text == "*" { return [] }
    let operators: [(String, ([Int], Partial) -> [Bound]?)] = [
      (">=", { _, version in version.lowest.map { [Bound(side: .atLeast, version: $0)] } }),
      ("<=", { _, version in version.atMost }),
      (">", { _, version in version.above }),
      ("<", { _, version in version.lowest.map { [Bound(side: .below, version: $0)] } }),
      ("=", { numbers, version in numbers.count == 3 ? version.exactly : version.range(keeping: numbers.count) }),
      ("^", { numbers, version in version.range(keeping: caretWidth(numbers)) }),
      ("~", { numbers, version in version.range(keeping: min(numbers.count, 2)) }),
    ]
    for (symbol, make) in operators where text.hasPrefix(symbol) {
      guard let version = Partial(text.dropFirst(symbol.count).trimmingSpaces), !version.hasWildcard else { return nil }
      return make(version.numbers, version)
    }
    guard let version = Partial(text) else { return nil }
    return version.range(keeping: version.hasWildcard ? version.numbers.count : caretWidth(version.numbers))
  }

  /// `^` keeps everything up to the first number that is not zero.
  private static func caretWidth(_ numbers: [Int]) -> Int {
    (numbers.firstIndex { $0 != 0 } ?? numbers.count - 1) + 1
  }

  /// A version of which the last numbers may be missing.
  private struct Partial {
    let numbers: [Int]
    let hasWildcard: Bool
    private let full: SemanticVersion?

    init?(_ text: some StringProtocol) {
      full = SemanticVersion(String(text))
      if let full {
        numbers = full.numbers
        hasWildcard = false
        return
      }
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      let known = parts.prefix { $0 != "*" && $0 != "x" }
      hasWildcard = known.count < parts.count
      guard (1...3).contains(parts.count), !known.isEmpty, parts.count - known.count <= 1 else { return nil }
      var numbers: [Int] = []
      for part in known {
        guard let number = Int(part), String(number) == part else { return nil }
        numbers.append(number)
      }
      self.numbers = numbers
    }

    /// The lowest version that it stands for.
    var lowest: SemanticVersion? { full ?? Partial.version(numbers) }

    var exactly: [Bound]? { lowest.map { [Bound(side: .exactly, version: $0)] } }

    var atMost: [Bound]? {
      numbers.count == 3
        ? lowest.map { [Bound(side: .atMost, version: $0)] }
        : next(after: numbers.count).map { [Bound(side: .below, version: $0)] }
    }

    var above: [Bound]? {
      numbers.count == 3
        ? lowest.map { [Bound(side: .above, version: $0)] }
        : next(after: numbers.count).map { [Bound(side: .atLeast, version: $0)] }
    }

    /// From the lowest, up to where one of the first `count` numbers would change.
    func range(keeping count: Int) -> [Bound]? {
      guard let lowest, let end = next(after: count) else { return nil }
      return [Bound(side: .atLeast, version: lowest), Bound(side: .below, version: end)]
    }

    private func next(after count: Int) -> SemanticVersion? {
      var next = Array(numbers.prefix(count))
      guard let last = next.popLast(), last < Int.max else { return nil }
      return Partial.version(next + [last + 1])
    }

    private static func version(_ numbers: [Int]) -> SemanticVersion? {
      let full = numbers + Array(repeating: 0, count: 3 - numbers.count)
      return SemanticVersion(full.map(String.init).joined(separator: "."))
    }
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    var result = drop { $0 == " " }
    while result.last == " " { result.removeLast() }
    return result
  }
}

extension Form where Value == VersionRequirement {
  static let versionRequirement = Form.text(
    "a requirement on a version, such as \">=1.2, <2\" or ^1.4",
    { (text: String) throws(TextProblem) in
      guard let requirement = VersionRequirement(text) else {
        throw TextProblem(explanation: "is no requirement on a version", hint: "write, for example, >=1.2, <2 or ^1.4")
      }
      return requirement
    }, back: \.text)
}
