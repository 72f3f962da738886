internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Planning
internal import Sandbox

/// A folder that holds a manifest and the files of a capsule, and belongs to the caller.
struct UnpackedCapsule {
  var folder: CapsuleFolder
  /// The profiles of system calls that it brings along, by their paths in it.
  private let profiles: [String: [UInt8]]
  let manifest: Manifest
  /// Those of an installed capsule; nil for a folder, which has no name to keep them by.
  var answers: [String: String]?
  /// Reads the manifest of a folder after checking whose it is.
  /// Where `mayBeRoots`, root may have put it there: in a container that is who made its image.
  static func open(_ text: String, mayBeRoots: Bool = false) throws(DiagnosticList) -> UnpackedCapsule {
    let path = try CallerPath.path(text, from: try CallerPath.currentFolder())
    let descriptor = try reporting("open the folder \(quoted(text))", exitCode: .noInput) { () throws(SysError) in
      try Descriptor.open(path.description, .folder)
    }
    let status = try reporting("look at \(quoted(text))") { () throws(SysError) in try descriptor.status(of: text) }
    let ownerCheck = OwnerCheck(mayBeRoots: mayBeRoots)
    try ownerCheck.check(status, text)
    let realPath = try reporting("look at \(quoted(text))") { () throws(SysError) in try descriptor.realPath() }
    let manifest = try ManifestFile.find(in: descriptor, named: text)
    try ownerCheck.check(manifest.status, manifest.path)
    var folder = CapsuleFolder(
      path: try CallerPath.path(realPath, from: .root), identity: SourceIdentity(status.identity),
      hasVirtualEnvironment: try ManifestFile.has("venv/bin", in: descriptor),
      pythonVersion: try pythonVersion(in: descriptor))
    let read = try manifest.read(folderName: path.components.last ?? "")
    folder.missingPython = try PythonOfMachine.missing(for: read, in: descriptor)
    return UnpackedCapsule(folder: folder, profiles: try profiles(of: read, in: descriptor, ownerCheck), manifest: read)
  }

  /// The version of the Python that the virtual environment in `venv` was made with, if it has one that says so.
  private static func pythonVersion(in folder: borrowing Descriptor) throws(DiagnosticList) -> String? {
    let name = "venv/pyvenv.cfg"
    guard try ManifestFile.has(name, in: folder) else { return nil }
    let text = try reporting("read \(quoted(name))") { () throws(SysError) in
      let file = try folder.openInside(name, .readWithoutWaiting)
      guard try file.status(of: name).kind == .file else { return "" }
      return String(decoding: try file.readAll(of: name, limit: 65536), as: UTF8.self)
    }
    for line in text.split(whereSeparator: \.isNewline) {
      let (key, value) = splitOnce(String(line), at: UInt8(ascii: "="))
      guard ["version", "version_info"].contains(key.filter { $0 != " " }), let value else { continue }
      return value.filter { $0 != " " }
    }
    return nil
  }

  private static func profiles(
    of manifest: Manifest, in folder: borrowing Descriptor, _ ownerCheck: OwnerCheck
  ) throws(DiagnosticList) -> [String: [UInt8]] {
    var profiles: [String: [UInt8]] = [:]
    for path in OwnProfiles.paths(of: manifest) {
      let (status, bytes) = try OwnProfiles.file(path, in: folder)
      try ownerCheck.check(status, path)
      profiles[path] = bytes
    }
    return profiles
  }

  var isInstalled: Bool { answers != nil }

  /// The request of this capsule alone; `RunSource.request` adds what the store has for it.
  func request(
    _ choices: CapsulePlanning.Choices, _ warnings: inout [Diagnostic]
  ) throws(DiagnosticList) -> PlanRequest {
    var request = try plain(choices)
    if !profiles.isEmpty { warnings += try OwnProfiles { profiles[$0] ?? [] }.compile(&request) }
    return request
  }

  private func plain(_ choices: CapsulePlanning.Choices) throws(DiagnosticList) -> PlanRequest {
    var choices = choices
    choices.answers = answers ?? [:]
    do {
      return try CapsulePlanning.request(manifest, in: folder, choices)
    } catch .missingVariables(let variables) where answers != nil {
      throw DiagnosticList([variables.diagnostic(keeping: "capsrun env \(manifest.name)")])
    } catch {
      throw DiagnosticList([error.diagnostic])
    }
  }

  /// A warning for each answer that was given to another version and is none for this one.
  var misfits: [Diagnostic] {
    guard let answers else { return [] }
    return manifest.askedVariables.compactMap { variable in
      answers[variable.name].flatMap { variable.problem(of: $0) }.map { variable.misfit($0) }
    }
  }
}

/// Nothing vouches for an unpacked capsule but who can write in it: it must be the caller alone. root may also run what
/// belongs to the user who called sudo.
private struct OwnerCheck {
  let mayBeRoots: Bool

  func check(_ status: FileStatus, _ text: String) throws(DiagnosticList) {
    guard isCallers(status) else {
      throw failure("\(quoted(text)) belongs to user \(status.owner), not to you", hint: "run a copy that is yours")
    }
    // A group of one's own, as many systems give to each user, is no other person.
    let isSharedWithGroup = status.mode & 0o020 != 0 && status.group != CurrentProcess.group
    guard status.mode & 0o002 == 0, !isSharedWithGroup else {
      throw failure("others can write to \(quoted(text))", hint: "take the right away with chmod go-w")
    }
  }

  private func isCallers(_ status: FileStatus) -> Bool {
    status.owner == CurrentProcess.user || CurrentProcess.user == 0 && UserSwitch.sudoUser == status.owner
      || mayBeRoots && status.owner == 0
  }

  private func failure(_ message: String, hint: String) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: .noInput)])
  }
}
