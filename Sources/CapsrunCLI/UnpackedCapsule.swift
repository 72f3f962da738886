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
    let manifest = try ManifestFile.find(in: descriptor, named: text).read(folderName: path.components.last ?? "")
    let hasVenv = try ManifestFile.has("venv/bin", in: descriptor)
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
}
