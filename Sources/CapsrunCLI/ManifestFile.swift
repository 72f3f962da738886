internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// A manifest on disk, read once.
struct ManifestFile {
  let path: String
  let status: FileStatus
  let source: SourceText

  /// The manifest of a folder, which must have exactly one.
  static func find(in folder: borrowing Descriptor, named path: String) throws(DiagnosticList) -> ManifestFile {
    var found: [String] = []
    for fileName in Manifest.fileNames where try has(fileName, in: folder) { found.append(fileName) }
    guard let fileName = found.first else {
      throw failure(
        "there is no manifest in \(quoted(path))", hint: "a manifest is called \(Manifest.fileNames[0])", .noInput)
    }
    guard found.count == 1 else {
      throw failure(
        "there are several manifests in \(quoted(path)): \(found.joined(separator: " and "))", hint: "keep one",
        .badData)
    }
    let file = path.hasSuffix("/") ? path + fileName : path + "/" + fileName
    return try open(file) { () throws(SysError) in try folder.openInside(fileName, .readWithoutWaiting) }
  }

  /// A manifest by its own path, whatever it is called.
  static func open(_ file: String) throws(DiagnosticList) -> ManifestFile {
    try open(file) { () throws(SysError) in try Descriptor.open(file, .readWithoutWaiting) }
  }

  /// The manifest of a file or folder that the caller names, with what is not wrong but should be looked at.
  static func at(_ text: String) throws(DiagnosticList) -> (manifest: Manifest, warnings: [Diagnostic]) {
    let (file, folderName) = try locate(text)
    return try Manifest.readWithWarnings(file.source, folderName: folderName)
  }

  /// The file of a manifest that the caller names by it or its folder, and the capsule's name where it gives none.
  static func locate(_ text: String) throws(DiagnosticList) -> (file: ManifestFile, folderName: String) {
    let path = try CallerPath.path(text, from: try CallerPath.currentFolder())
    let isFolder = try reporting("look at \(quoted(text))", exitCode: .noInput) { () throws(SysError) in
      try Descriptor.open(path.description, .place).status(of: text).kind == .folder
    }
    guard isFolder else { return (try ManifestFile.open(text), defaultName(of: path)) }
    let folder = try reporting("open the folder \(quoted(text))", exitCode: .noInput) { () throws(SysError) in
      try Descriptor.open(path.description, .folder)
    }
    return (try ManifestFile.find(in: folder, named: text), path.components.last ?? "")
  }

  /// A file's stem, or the name of its folder when the stem is `capsule`.
  private static func defaultName(of path: AbsolutePath) -> String {
    let file = path.components.last ?? ""
    let stem = file.split(separator: ".").first.map(String.init) ?? file
    return stem.lowercased() == "capsule" ? path.parent.components.last ?? "" : stem
  }

  /// All of the manifest, or all of its problems. `folderName` is the capsule's name where the manifest gives none.
  func read(folderName: String) throws(DiagnosticList) -> Manifest {
    try Manifest.read(source, folderName: folderName)
  }

  /// The manifest's text in its stable form, or all of its problems.
  func formatted(folderName: String) throws(DiagnosticList) -> String {
    try ManifestFormatter.formatted(source, folderName: folderName)
  }

  /// Whether this is the text of the file.
  func holds(_ text: String) -> Bool { source.bytes.elementsEqual(text.utf8) }

  /// Whether a folder has an entry of this name.
  static func has(_ name: String, in folder: borrowing Descriptor) throws(DiagnosticList) -> Bool {
    try reporting("look for \(quoted(name))") { () throws(SysError) in
      do throws(SysError) {
        _ = try folder.openInside(name, .place)
        return true
      } catch let error where error.errno == .noSuchFile || error.errno == .notDirectory {
        return false
      }
    }
  }

  private static func open(
    _ file: String, _ open: () throws(SysError) -> Descriptor
  ) throws(DiagnosticList) -> ManifestFile {
    let (status, bytes): (FileStatus, [UInt8]) = try reporting("read \(quoted(file))", exitCode: .noInput) {
      () throws(SysError) in
      let descriptor = try open()
      let status = try descriptor.status(of: file)
      // Reading a FIFO or a device might never end.
      guard status.kind == .file else { return (status, []) }
      // More than is allowed, so that the error tells of the size and not of the reading.
      return (status, try descriptor.readAll(of: file, limit: SourceText.largestSize + 65536))
    }
    guard status.kind == .file else {
      throw failure("\(quoted(file)) is no file", hint: "a manifest is a file of text", .noInput)
    }
    do {
      return ManifestFile(path: file, status: status, source: try SourceText(file: file, bytes: bytes))
    } catch {
      throw DiagnosticList([error])
    }
  }

  private static func failure(_ message: String, hint: String, _ code: ExitCode) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: code)])
  }
}
