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

  static func find(_ invocation: Invocation) throws(DiagnosticList) -> BuildSource {
    let option = invocation.value(BuildCommand.fromFolder)
    guard option == nil || invocation.operands.isEmpty else {
      throw DiagnosticList([
        Diagnostic("two folders are given to pack", hint: "leave out DIR or --from-dir", exitCode: .usage)
      ])
    }
    let text = option ?? invocation.operands.first ?? "."
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
    let (manifest, warnings) = try Manifest.readWithWarnings(file.source, folderName: path.components.last ?? "")
    return BuildSource(
      folderPath: path.description, manifest: manifest, warnings: warnings,
      manifestName: try name(of: file, in: folder))
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
      try Assembly.make(of: manifest, in: root, manifestName: manifestName)
    }
  }
}
