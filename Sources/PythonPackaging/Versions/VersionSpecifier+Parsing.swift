extension VersionSpecifier {
  /// Why a text is no condition on a version.
  package enum Problem: Error, Hashable, Sendable {
    case noComparison, noVersion(String), misplacedWildcard, misplacedLocal, shortCompatible, emptyIdentity

    package var explanation: String {
      switch self {
      case .noComparison: "a version stands behind ==, !=, ~=, <=, >=, <, > or ==="
      case .noVersion(let text): text.isEmpty ? "the version is missing" : "\(quoted(text)) is no version"
      case .misplacedWildcard: "only == and != take a version that ends in .*"
      case .misplacedLocal: "only == and != take a version with a local part, such as +local"
      case .shortCompatible: "~= needs a version of at least two numbers, such as ~=1.4"
      case .emptyIdentity: "=== needs a text to compare with"
      }
    }
  }

  /// Reads one condition.
  package init(_ text: some StringProtocol) throws(Problem) {
    let text = text.trimmed
    guard let comparison = Comparison(prefixOf: text) else { throw .noComparison }
    self.comparison = comparison
    operand = try Self.operand(text.dropFirst(comparison.rawValue.count).trimmed, of: comparison)
  }

  private static func operand(_ text: String, of comparison: Comparison) throws(Problem) -> Operand {
    if comparison == .identical {
      guard !text.isEmpty else { throw .emptyIdentity }
      guard !text.utf8.contains(where: \.isWhitespace) else { throw .noVersion(text) }
      return .text(text)
    }
    let isWild = text.hasSuffix(".*")
    guard let version = PackageVersion(isWild ? text.dropLast(2) : text[...]) else { throw .noVersion(text) }
    let isEquality = comparison == .equal || comparison == .notEqual
    if isWild {
      guard isEquality else { throw .misplacedWildcard }
      let hasOnlyRelease = !version.isPrerelease && !version.isPostrelease && version.local.isEmpty
      guard hasOnlyRelease else { throw .noVersion(text) }
      return .beginning(version)
    }
    guard isEquality || version.local.isEmpty else { throw .misplacedLocal }
    guard comparison != .compatible || version.release.count > 1 else { throw .shortCompatible }
    return .version(version)
  }
}
