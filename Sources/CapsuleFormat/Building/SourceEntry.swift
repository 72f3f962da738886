package import Linux

/// Something that becomes part of a capsule, and where its content comes from.
package struct SourceEntry: Hashable, Sendable {
  package let path: CapsulePath
  package let kind: Kind

  package init(_ path: CapsulePath, _ kind: Kind) {
    self.path = path
    self.kind = kind
  }

  package enum Kind: Hashable, Sendable {
    case folder
    case link(target: String)
    case file(Origin, isExecutable: Bool)
  }

  package enum Origin: Hashable, Sendable {
    /// A file below the folder that is packed, by its path there.
    case source(String, size: Int)
    /// Content that was made for the capsule.
    case made([UInt8])
  }

  /// The bytes of a file; 0 for anything else.
  package var size: Int {
    switch kind {
    case .folder, .link: 0
    case .file(.source(_, let size), _): size
    case .file(.made(let bytes), _): bytes.count
    }
  }
}

/// Why something cannot become part of a capsule.
package enum BuildProblem: Error, Hashable, Sendable {
  case badPath(CapsulePath.Problem, path: String)
  case notUTF8(folder: String)
  case specialFile(path: String)
  case listing(ListingProblem, path: String)
  case unreadable(SysError, path: String)
  case tooManyEntries(limit: Int)
  case badGlob(PackageGlobs.Problem, pattern: String, isInclude: Bool)
  case mapping(MappingProblem)
  case missingFile(path: String, key: String)
  case missingEntrypoint(path: String)
  case missingCommand(process: String, command: String)
  case twoCommands(process: String, paths: [String])
}
