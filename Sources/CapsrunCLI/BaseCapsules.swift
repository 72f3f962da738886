internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Planning
internal import Sandbox

/// The root file systems that lie in capsules.
///
/// An installed capsule whose base is used cannot be removed as long as this value is there.
final class BaseCapsules {
  private let output: Output
  private var uses: [FileLockHolder] = []

  init(_ output: Output) { self.output = output }

  /// The base that a manifest names, if it lies in a capsule.
  func tree(of manifest: Manifest, in folder: CapsuleFolder) throws(DiagnosticList) -> BaseTree? {
    guard let name = manifest.rootfs.base else { return nil }
    switch RootBase.Word(rawValue: name) {
    case .host, .nothing: return nil
    case .capsule:
      let missing = Diagnostic(
        "the manifest says base: capsule, and the capsule has no folder \(BaseTree.folder)",
        hint: "add the folder, or use base: host", exitCode: .badData)
      return try Self.tree(in: folder.path, capsule: nil, missing)
    case nil: return try tree(ofInstalled: name)
    }
  }

  /// The base of an installed capsule, which stays installed meanwhile.
  func tree(ofInstalled word: String) throws(DiagnosticList) -> BaseTree {
    let store = try OpenStore.open()
    let found: InstalledCapsule
    do throws(CapsuleError) {
      found = try store.find(word)
      uses.append(FileLockHolder(try store.use(found.id)))
    } catch .notInstalled(_, let known) {
      throw DiagnosticList([
        Diagnostic(
          "the base \(quoted(word)) is not installed",
          hint: suggestion(for: word, among: known).map { "did you mean \(quoted($0))?" }
            ?? "install it with capsrun install FILE, or use the base host or none", exitCode: .noInput)
      ])
    } catch {
      throw DiagnosticList(error.diagnostics)
    }
    if found.signer == nil { output.note("the base \(found.title) (\(found.id.short)) is unsigned") }
    let missing = Diagnostic(
      "\(found.title) (\(found.id.short)) is no base: it has no folder \(BaseTree.folder)",
      hint: "name a capsule that has one", exitCode: .badData)
    let path = try CallerPath.path(store.treePath(of: found.id), from: .root)
    return try Self.tree(in: path, capsule: found.id.description, missing)
  }

  private static func tree(
    in capsule: AbsolutePath, capsule id: String?, _ missing: Diagnostic
  ) throws(DiagnosticList) -> BaseTree {
    let path: String
    let identity: SourceIdentity
    do throws(SysError) {
      let folder = try Descriptor.open(capsule.description, .folder)
      // Itself, and no link: a folder elsewhere is no part of the capsule.
      let tree = try folder.openBeneath(BaseTree.folder, .folderItself)
      path = try tree.realPath()
      identity = SourceIdentity(try tree.status(of: path).identity)
    } catch let error where [.noSuchFile, .notDirectory, .tooManyLinks].contains(error.errno) {
      throw DiagnosticList([missing])
    } catch {
      throw DiagnosticList([error.diagnostic(doing: "open the base of \(quoted(capsule.description))")])
    }
    return BaseTree(path: try CallerPath.path(path, from: .root), identity: identity, capsule: id)
  }
}

/// A lock that several places can hold.
final class FileLockHolder {
  private let lock: FileLock

  init(_ lock: consuming FileLock) { self.lock = lock }
}
