/// What a requirements file, and all files that it includes, ask for.
package struct RequirementsFile: Sendable {
  package internal(set) var requirements: [RequirementLine] = []
  /// Versions for what something else requires; they require nothing.
  package internal(set) var constraints: [RequirementLine] = []
  /// Options that only an installer heeds, such as where to download from.
  package internal(set) var unusedOptions: [PlacedText] = []
  package internal(set) var problems: [RequirementsProblem] = []
  /// Whether `--pre` asks for pre-releases.
  package internal(set) var allowsPrereleases = false
  /// Where `--require-hashes` or the first hash stands: from then on each requirement must have one.
  package internal(set) var firstHash: TextPlace?

  /// One that asks for nothing.
  package init() {}
}

/// A place in a requirements file, counted from 1; columns count Unicode scalars.
package struct TextPlace: Hashable, Sendable {
  package let file: String
  package let line: Int
  package let column: Int

  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// A text and where it begins.
package struct PlacedText: Hashable, Sendable {
  package let text: String
  package let place: TextPlace
}

/// One requirement of a requirements file.
package struct RequirementLine: Hashable, Sendable {
  package let requirement: Requirement
  package let place: TextPlace
  /// Of the archives that may be installed. What is installed cannot be compared with them: the archive is gone.
  package let hashes: [ArchiveHash]
  package let isEditable: Bool
}

/// `--hash=sha256:…`: the digest of an archive of a distribution.
package struct ArchiveHash: Hashable, Sendable {
  package let algorithm: String
  package let hex: String

  /// The digits in each kind of digest that pip takes.
  private static let lengths = ["sha256": 64, "sha384": 96, "sha512": 128]

  init(_ text: String) throws(RequirementsProblem.Kind) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let length = Self.lengths[String(parts[0])] else { throw .unknownHash(String(parts[0])) }
    guard parts.count == 2 else { throw .brokenHash(text) }
    let isHex = parts[1].utf8.allSatisfy { $0.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
    guard isHex, parts[1].utf8.count == length else { throw .brokenHash(text) }
    algorithm = String(parts[0])
    hex = String(parts[1])
  }
}
