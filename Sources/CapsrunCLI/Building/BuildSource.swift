internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// The folder that is packed, with its manifest.
struct BuildSource {
  let folderPath: String
  let manifest: Manifest
  let warnings: [Diagnostic]
  /// The manifest's file, if it lies in the folder.
  private let manifestName: String?
  /// Names in the folder that the build writes to: what it wrote before is no part of the capsule.
  private let outputs: [String]
  /// Where a zip archive was unpacked; it is gone with this value.
  private let unpacked: TemporaryFolder?

  static func find(_ invocation: Invocation) throws(DiagnosticList) -> BuildSource {
    let zip = invocation.value(BuildCommand.fromZip)
    let sources = [invocation.value(BuildCommand.fromFolder), zip, invocation.operands.first].compactMap { $0 }
    guard sources.count < 2 else {
      throw DiagnosticList([
        Diagnostic(
          "two things are given to pack: \(sources.map(quoted).joined(separator: " and "))",
          hint: "give DIR, --from-dir or --from-zip", exitCode: .usage)
      ])
    }
    let unpacked = try zip.map { path throws(DiagnosticList) in try unpack(path) }
    let text = unpacked?.path ?? sources.first ?? "."
    let path = try CallerPath.path(text, from: try CallerPath.currentFolder())
    let folder = try reporting("open the folder \(quoted(text))", exitCode: .noInput) { () throws(SysError) in
      try Descriptor.open(path.description, .folder)
    }
    let file: ManifestFile
    if let chosen = invocation.value(BuildCommand.manifest) {
      file = try ManifestFile.open(chosen)
    } else {
      file = try ManifestFile.find(in: folder, named: text)
    }
    let (manifest, warnings) = try Manifest.readWithWarnings(
      file.source, folderName: zip.map(stem) ?? path.components.last ?? "")
    return BuildSource(
      folderPath: path.description, manifest: manifest, warnings: warnings,
      manifestName: try name(of: file, in: folder),
      outputs: try outputs(invocation.value(BuildCommand.output), in: path), unpacked: unpacked)
  }

  private static func outputs(_ file: String?, in folder: AbsolutePath) throws(DiagnosticList) -> [String] {
    guard let file else { return [] }
    let path = try CallerPath.path(file, from: try CallerPath.currentFolder())
    guard path.parent == folder, let name = path.components.last else { return [] }
    return [name, name + Signature.suffix, name + ".cdx.json"]
  }

  /// The name of a file without its ending, which a capsule without a name gets.
  private static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".zip") ? String(name.dropLast(4)) : name
  }

  private static func unpack(_ zip: String) throws(DiagnosticList) -> TemporaryFolder {
    let file = try reporting("open \(quoted(zip))", exitCode: .noInput) { () throws(SysError) in
      try Descriptor.open(zip, .readWithoutWaiting)
    }
    let given = CurrentProcess.environmentValue("TMPDIR").flatMap { $0.hasPrefix("/") ? $0 : nil }
    let folder = try reporting("make a folder to unpack \(quoted(zip)) in") { () throws(SysError) in
      try TemporaryFolder(in: given ?? "/tmp")
    }
    try capsule { () throws(CapsuleError) in try ZipArchive.extract(file: file, name: zip, into: folder.descriptor) }
    return folder
  }

  /// By which name the folder itself holds the manifest.
  private static func name(
    of file: ManifestFile, in folder: borrowing Descriptor
  ) throws(DiagnosticList) -> String? {
    let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
    guard try ManifestFile.has(name, in: folder) else { return nil }
    let status = try reporting("look at \(quoted(name))") { () throws(SysError) in try folder.status(ofEntry: name) }
    return status.identity == file.status.identity ? name : nil
  }

  func open() throws(DiagnosticList) -> Descriptor {
    try reporting("open the folder \(quoted(folderPath))", exitCode: .noInput) { () throws(SysError) in
      try Descriptor.open(folderPath, .folder)
    }
  }

  func assemble() throws(DiagnosticList) -> Assembly {
    let root = try open()
    return try capsule { () throws(CapsuleError) in
      try Assembly.make(of: manifest, in: root, manifestName: manifestName, outputs: outputs)
    }
  }
}
