internal import CapsuleFormat
internal import Diagnostics
internal import Linux

/// What is to be run: an unpacked folder of the caller, a capsule's file, or an installed capsule.
///
/// An installed capsule cannot be removed as long as this value is there.
final class RunSource {
  /// How a file is installed; nil when nothing may be.
  private let installation: Installation?
  private let output: Output
  private let bases: BaseCapsules
  /// Whether an unpacked folder may be root's as well as the caller's.
  var mayBeRoots = false
  private var use: FileLockHolder?
  /// What the capsule keeps, which nobody removes meanwhile.
  var keptState: KeptState?

  init(_ installation: Installation) {
    self.installation = installation
    output = installation.output
    bases = BaseCapsules(output)
  }

  /// For looking only: a file is not installed for that.
  init(_ output: Output) {
    installation = nil
    self.output = output
    bases = BaseCapsules(output)
  }

  private var opened: Store?

  /// The caller's store, opened when it is needed first.
  func store() throws(DiagnosticList) -> Store {
    if let opened { return opened }
    let store = try OpenStore.open()
    opened = store
    return store
  }

  /// Opens what a word of the command line stands for, with its base; a file is installed first.
  func open(_ word: String) throws(DiagnosticList) -> UnpackedCapsule {
    var capsule = try openAlone(word)
    capsule.folder.base = try bases.tree(of: capsule.manifest, in: capsule.folder)
    return capsule
  }

  /// The same of one that has been found.
  func open(_ found: InstalledCapsule) throws(DiagnosticList) -> UnpackedCapsule {
    var capsule = try open(found, in: try store())
    capsule.folder.base = try bases.tree(of: capsule.manifest, in: capsule.folder)
    return capsule
  }

  private func openAlone(_ word: String) throws(DiagnosticList) -> UnpackedCapsule {
    switch try Self.kind(of: word) {
    case .folder: return try UnpackedCapsule.open(word, mayBeRoots: mayBeRoots)
    case .file, .characterDevice, .blockDevice, .socket, .other, .link:
      guard let installation else {
        throw DiagnosticList([
          Diagnostic(
            "\(quoted(word)) is not installed",
            hint: "capsrun inspect shows a capsule's file; capsrun install installs it",
            exitCode: .noInput)
        ])
      }
      let store = try store()
      return try open(try installation.install(word, in: store).capsule, in: store)
    case nil:
      guard !word.contains("/") else {
        throw DiagnosticList([
          Diagnostic(
            "there is nothing at \(quoted(word))", hint: "name a folder, a capsule's file, or an installed capsule",
            exitCode: .noInput)
        ])
      }
      let store = try store()
      return try open(try capsule { () throws(CapsuleError) in try store.find(word) }, in: store)
    }
  }

  private func open(_ found: InstalledCapsule, in store: Store) throws(DiagnosticList) -> UnpackedCapsule {
    if found.signer == nil { output.note("\(found.title) (\(found.id.short)) is unsigned") }
    use = try capsule { () throws(CapsuleError) in FileLockHolder(try store.use(found.id)) }
    var unpacked = try UnpackedCapsule.open(store.treePath(of: found.id))
    unpacked.answers = [:]
    unpacked.folder.id = found.id.description
    if !unpacked.manifest.askedVariables.isEmpty {
      unpacked.answers = try capsule { () throws(CapsuleError) in try store.answers(of: found.name) }
    }
    return unpacked
  }

  /// What stands at a path; nil when nothing does.
  private static func kind(of word: String) throws(DiagnosticList) -> FileStatus.Kind? {
    try reporting("look at \(quoted(word))", exitCode: .noInput) { () throws(SysError) in
      do throws(SysError) {
        return try Descriptor.open(word, .place).status(of: word).kind
      } catch let error where error.errno == .noSuchFile || error.errno == .notDirectory {
        return nil
      }
    }
  }
}
