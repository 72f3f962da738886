internal import CapsuleFormat
internal import Cryptography
internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// A capsule to look at: a file of which nothing is trusted, or one that is installed.
enum InspectedCapsule {
  case file(CapsuleFile, path: String, signature: Signature?)
  case installed(CapsuleState, Store)

  private static let largestReadme = 1 << 20

  /// What a word stands for: a file of this path, else an installed capsule.
  static func find(_ word: String) throws(DiagnosticList) -> InspectedCapsule {
    guard let file = try open(word) else {
      let store = try OpenStore.open()
      return .installed(
        try capsule { () throws(CapsuleError) in try CapsuleState(try store.find(word), in: store) }, store)
    }
    let found = try readFile(file, word)
    return .file(found, path: word, signature: try KeyFiles.signature(of: word))
  }

  private static func readFile(_ file: consuming Descriptor, _ name: String) throws(DiagnosticList) -> CapsuleFile {
    do throws(CapsuleError) {
      return try CapsuleFile.read(file, name: name)
    } catch {
      throw DiagnosticList(error.diagnostics)
    }
  }

  /// The file of this path; nil when there is none, and the word may be the name of a capsule.
  private static func open(_ word: String) throws(DiagnosticList) -> Descriptor? {
    do throws(SysError) {
      let file = try Descriptor.open(word, .readWithoutWaiting)
      if try file.status(of: word).kind == .file { return file }
    } catch let error where error.errno == .noSuchFile && !word.contains("/") {
      return nil
    } catch {
      throw DiagnosticList([error.diagnostic(doing: "open \(quoted(word))", exitCode: .noInput)])
    }
    // A folder may happen to have a capsule's name.
    guard word.contains("/") else { return nil }
    throw DiagnosticList([
      Diagnostic("\(quoted(word)) is no file", hint: "capsrun explain shows an unpacked folder", exitCode: .noInput)
    ])
  }

  func listing() throws(DiagnosticList) -> [UInt8] {
    switch self {
    case .file(let file, _, _): file.head.listing.text
    case .installed(let state, let store):
      try capsule { () throws(CapsuleError) in try store.listing(of: state.capsule.id) }
    }
  }

  func entries() throws(DiagnosticList) -> [Listing.Entry] {
    let text = try listing()
    do throws(ArchiveProblem) {
      return try Listing(text: text).entries
    } catch {
      throw damaged(Store.listingName)
    }
  }

  func manifest() throws(DiagnosticList) -> Manifest {
    switch self {
    case .file(let file, _, _): return file.manifest
    case .installed(let state, let store):
      let bytes = try content("capsule.yml", of: state, store, limit: SourceText.largestSize)
      do {
        return try Manifest.read(try SourceText(file: "capsule.yml", bytes: bytes), folderName: "")
      } catch {
        throw damaged("capsule.yml")
      }
    }
  }

  func metadata() throws(DiagnosticList) -> BuildMetadata {
    switch self {
    case .file(let file, _, _): return file.metadata
    case .installed(let state, let store):
      let bytes = try capsule { () throws(CapsuleError) in try store.metadata(of: state.capsule.id) }
      do throws(ArchiveProblem) {
        return try BuildMetadata(bytes, of: state.capsule.id)
      } catch {
        throw damaged(Store.metadataName)
      }
    }
  }

  /// The text that the manifest names as its readme.
  func readme() throws(DiagnosticList) -> String {
    guard let path = try manifest().packing.readme?.value else {
      throw DiagnosticList([
        Diagnostic("the manifest names no readme", hint: "leave out --readme", exitCode: .noInput)
      ])
    }
    switch self {
    case .installed(let state, let store):
      return String(decoding: try content(path, of: state, store, limit: Self.largestReadme), as: UTF8.self)
    case .file(_, let file, _):
      guard let again = try Self.open(file), let bytes = try Self.content(of: path, in: again, name: file) else {
        throw DiagnosticList([
          Diagnostic("\(quoted(file)) has no file \(quoted(path)) of at most 1 MiB", exitCode: .noInput)
        ])
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  private static func content(
    of path: String, in file: consuming Descriptor, name: String
  ) throws(DiagnosticList) -> [UInt8]? {
    do throws(CapsuleError) {
      return try CapsuleFile.content(of: path, in: file, name: name, limit: largestReadme)
    } catch {
      throw DiagnosticList(error.diagnostics)
    }
  }

  private func content(
    _ path: String, of state: CapsuleState, _ store: Store, limit: Int
  ) throws(DiagnosticList) -> [UInt8] {
    try capsule { () throws(CapsuleError) in try store.content(of: path, in: state.capsule.id, limit: limit) }
  }

  private func damaged(_ path: String) -> DiagnosticList {
    guard case .installed(let state, _) = self else { preconditionFailure("a file was checked when it was read") }
    return DiagnosticList(CapsuleError.damaged(state.capsule.id, path: path).diagnostics)
  }
}
