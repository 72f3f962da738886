/// Conditions on a version that must all hold: `>=1.4, <2, !=1.5.1`.
package struct SpecifierSet: Hashable, Sendable, CustomStringConvertible {
  package let specifiers: [VersionSpecifier]

  init(_ specifiers: [VersionSpecifier]) { self.specifiers = specifiers }

  /// Reads conditions with commas between them; without any, each version will do.
  package init(_ text: some StringProtocol) throws(VersionSpecifier.Problem) {
    var specifiers: [VersionSpecifier] = []
    for part in text.split(separator: ",") where !part.trimmed.isEmpty { specifiers.append(try VersionSpecifier(part)) }
    self.specifiers = specifiers
  }

  package var isEmpty: Bool { specifiers.isEmpty }
  package var description: String { specifiers.map(\.description).joined(separator: ",") }

  /// Whether a version fulfils all of them, and may be a pre-release: what is already installed may be one.
  package func contains(_ version: PackageVersion) -> Bool { specifiers.allSatisfy { $0.contains(version) } }

  /// Whether pre-releases are meant too: only where a condition names one.
  package var namesPrerelease: Bool { specifiers.contains(where: \.namesPrerelease) }

  /// Whether an installer that may choose would take a version.
  package func selects(_ version: PackageVersion) -> Bool {
    (!version.isPrerelease || namesPrerelease) && contains(version)
  }

  package var isPinned: Bool { specifiers.contains(where: \.isPin) }
}
