/// A version of the form MAJOR.MINOR.PATCH, with an optional pre-release and build part. semver.org
package struct SemanticVersion: Hashable, Sendable {
  package let text: String
  let numbers: [Int]
  private let prerelease: [Substring]

  /// Nil for what is no such version.
  package init?(_ text: String) {
    guard Names.isSemanticVersion(text) else { return nil }
    let withoutBuild = text.prefix { $0 != "+" }
    let core = withoutBuild.prefix { $0 != "-" }
    var numbers: [Int] = []
    for part in core.split(separator: ".") {
      guard let number = Int(part) else { return nil }
      numbers.append(number)
    }
    self.text = text
    self.numbers = numbers
    prerelease = withoutBuild.dropFirst(core.count + 1).split(separator: ".")
  }

  var isPrerelease: Bool { !prerelease.isEmpty }

  /// Which of two versions comes first; the build part decides nothing.
  package func precedes(_ other: SemanticVersion) -> Bool {
    if numbers != other.numbers { return numbers.lexicographicallyPrecedes(other.numbers) }
    guard isPrerelease, other.isPrerelease else { return isPrerelease && !other.isPrerelease }
    for (mine, others) in zip(prerelease, other.prerelease) where mine != others {
      return Self.identifier(mine, precedes: others)
    }
    return prerelease.count < other.prerelease.count
  }

  /// Numbers before words; numbers by value, words by their bytes.
  private static func identifier(_ a: Substring, precedes b: Substring) -> Bool {
    switch (isNumber(a), isNumber(b)) {
    case (true, true): a.utf8.count == b.utf8.count ? a < b : a.utf8.count < b.utf8.count
    case (true, false): true
    case (false, true): false
    case (false, false): a.utf8.lexicographicallyPrecedes(b.utf8)
    }
  }

  private static func isNumber(_ text: Substring) -> Bool { text.allSatisfy { $0.isASCII && $0.isNumber } }
}
