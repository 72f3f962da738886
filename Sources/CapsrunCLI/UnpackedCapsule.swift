internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Planning

/// A folder that holds a manifest and the files of a capsule, and belongs to the caller.
struct UnpackedCapsule {
  private let folder: CapsuleFolder
  private let manifest: Manifest

  /// Reads the manifest of a folder after checking whose it is.
  static func open(_ text: String) throws(DiagnosticList) -> UnpackedCapsule {
    let path = try CallerPath.path(text, from: try CallerPath.currentFolder())
    let descriptor = try reporting("open the folder \(quoted(text))", exitCode: .noInput) { () throws(SysError) in
      try Descriptor.open(path.description, .folder)
    }
    try checkOwner(of: descriptor, text)
    let manifest = try readManifest(in: descriptor, path: text, name: path.components.last ?? "")
    let hasVenv = try has("venv/bin", in: descriptor)
    return UnpackedCapsule(folder: CapsuleFolder(path: path, hasVirtualEnvironment: hasVenv), manifest: manifest)
  }

  func request() throws(DiagnosticList) -> PlanRequest {
    do {
      return try CapsulePlanning.request(manifest, in: folder)
    } catch {
      throw DiagnosticList([error.diagnostic])
    }
  }

  /// Nothing vouches for an unpacked folder but its owner. root may also run what belongs to the user who called sudo.
  private static func checkOwner(of folder: borrowing Descriptor, _ text: String) throws(DiagnosticList) {
    let status = try reporting("look at \(quoted(text))") { () throws(SysError) in try folder.status(of: text) }
    let isCallers = status.owner == CurrentProcess.user
    guard isCallers || CurrentProcess.user == 0 && UserSwitch.sudoUser == status.owner else {
      throw DiagnosticList([
        Diagnostic(
          "the folder \(quoted(text)) belongs to user \(status.owner), not to you", hint: "run a copy that is yours",
          exitCode: .noInput)
      ])
    }
  }

  private static func readManifest(
    in folder: borrowing Descriptor, path: String, name: String
  ) throws(DiagnosticList) -> Manifest {
    var found: [String] = []
    for fileName in Manifest.fileNames where try has(fileName, in: folder) { found.append(fileName) }
    guard let fileName = found.first else {
      throw DiagnosticList([
        Diagnostic(
          "there is no manifest in \(quoted(path))", hint: "a manifest is called \(Manifest.fileNames[0])",
          exitCode: .noInput)
      ])
    }
    guard found.count == 1 else {
      throw DiagnosticList([
        Diagnostic(
          "there are two manifests in \(quoted(path)): \(found.joined(separator: " and "))", hint: "remove one",
          exitCode: .badData)
      ])
    }
    let file = path.hasSuffix("/") ? path + fileName : path + "/" + fileName
    return try Manifest.read(try source(fileName, named: file, in: folder), folderName: name)
  }

  private static func source(
    _ name: String, named file: String, in folder: borrowing Descriptor
  ) throws(DiagnosticList) -> SourceText {
    let bytes = try reporting("read \(quoted(file))", exitCode: .noInput) { () throws(SysError) in
      try folder.openInside(name, .read).readAll(of: file, limit: SourceText.largestSize)
    }
    do {
      return try SourceText(file: file, bytes: bytes)
    } catch {
      throw DiagnosticList([error])
    }
  }

  private static func has(_ name: String, in folder: borrowing Descriptor) throws(DiagnosticList) -> Bool {
    try reporting("look for \(quoted(name))") { () throws(SysError) in
      do throws(SysError) {
        _ = try folder.openInside(name, .place)
        return true
      } catch let error where error.errno == .noSuchFile || error.errno == .notDirectory {
        return false
      }
    }
  }
}
