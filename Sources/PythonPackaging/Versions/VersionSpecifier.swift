/// One condition on a version, such as `~=1.4.2` (PEP 440).
package struct VersionSpecifier: Hashable, Sendable, CustomStringConvertible {
  package enum Comparison: String, Hashable, Sendable, CaseIterable {
    case identical = "==="
    case compatible = "~="
    case equal = "=="
    case notEqual = "!="
    case atMost = "<="
    case atLeast = ">="
    case below = "<"
    case above = ">"

    /// The comparison that a text begins with.
    init?(prefixOf text: some StringProtocol) {
      guard let found = Self.allCases.first(where: { text.hasPrefix($0.rawValue) }) else { return nil }
      self = found
    }
  }

  /// What it compares with.
  enum Operand: Hashable, Sendable {
    case version(PackageVersion)
    /// `1.4.*`: all that begins so.
    case beginning(PackageVersion)
    /// `===` compares texts, which need be no versions.
    case text(String)
  }

  package let comparison: Comparison
  let operand: Operand

  package var description: String {
    switch operand {
    case .version(let version): comparison.rawValue + version.text
    case .beginning(let version): comparison.rawValue + version.text + ".*"
    case .text(let text): comparison.rawValue + text
    }
  }

  /// Whether it names a pre-release, and so lets all pre-releases in that it contains.
  var namesPrerelease: Bool {
    switch (comparison, operand) {
    case (.notEqual, _), (.below, _), (.above, _), (_, .beginning): false
    case (_, .version(let version)): version.isPrerelease
    case (_, .text(let text)): PackageVersion(text)?.isPrerelease ?? false
    }
  }

  /// Whether it holds down which release is meant, as `==` and `~=` do.
  package var isPin: Bool { comparison == .equal || comparison == .identical || comparison == .compatible }
}
