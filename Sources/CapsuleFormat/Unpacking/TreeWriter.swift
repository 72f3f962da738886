internal import Linux

/// Writes the members of an archive to a folder that nobody else writes to.
///
/// Each path is opened by the kernel's own rules from that folder: nothing leads out of it, and no link is passed, whatever
/// the archive says.
struct TreeWriter: ~Copyable, CapsuleSink {
  private let objects: Objects?
  private let modes: Modes
  private var parents: ParentFolder
  private var file: OpenFile?
  private(set) var head: CapsuleHead?

  /// The permissions of files.
  enum Modes {
    /// As the capsule says.
    case asListed
    /// Without the right to write, for a tree that shares files with others.
    case readOnly

    fileprivate func mode(isExecutable: Bool) -> UInt32 {
      switch self {
      case .asListed: isExecutable ? 0o755 : 0o644
      case .readOnly: isExecutable ? 0o555 : 0o444
      }
    }
  }

  private struct OpenFile {
    let entry: Listing.Entry
    /// Nil when the content is there already, and is only read to be checked.
    let file: Handle?
  }

  /// `root` is an empty folder. With `objects` a file whose content is in the store already shares it.
  static func into(
    _ root: consuming Descriptor, modes: Modes, objects: Objects? = nil
  ) throws(CapsuleError) -> TreeWriter {
    TreeWriter(objects: objects, modes: modes, parents: try ParentFolder(root), file: nil, head: nil)
  }

  mutating func begin(_ head: CapsuleHead) throws(CapsuleError) -> Bool {
    self.head = head
    return true
  }

  mutating func makeFolder(_ path: CapsulePath) throws(CapsuleError) {
    let parent = try parents.folder(of: path)
    try attempt("make the folder \"\(path)\"") { () throws(SysError) in
      try parent.descriptor.makeNewFolder(String(path.name), mode: 0o755)
    }
  }

  mutating func makeLink(_ path: CapsulePath, target: String) throws(CapsuleError) {
    let parent = try parents.folder(of: path)
    try attempt("make the link \"\(path)\"") { () throws(SysError) in
      try parent.descriptor.makeLink(String(path.name), to: target)
    }
  }

  mutating func beginFile(_ entry: Listing.Entry) throws(CapsuleError) {
    let parent = try parents.folder(of: entry.path)
    let name = String(entry.path.name)
    guard case .file(_, let digest, let isExecutable) = entry.content else { return }
    if let objects, try objects.share(digest, isExecutable: isExecutable, into: parent.descriptor, as: name) {
      file = OpenFile(entry: entry, file: nil)
      return
    }
    let mode = modes.mode(isExecutable: isExecutable)
    let handle = try attempt("make the file \"\(entry.path)\"") { () throws(SysError) in
      Handle(try parent.descriptor.open(name, .createNew, mode: mode))
    }
    file = OpenFile(entry: entry, file: handle)
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(CapsuleError) {
    guard let file, let target = file.file else { return }
    try attempt("write \"\(file.entry.path)\"") { () throws(SysError) in
      try target.descriptor.write(bytes, to: file.entry.path.text)
    }
  }

  mutating func endFile() throws(CapsuleError) {
    guard let entry = file?.entry, let isNew = file.map({ $0.file != nil }) else { return }
    // Closed first: the kernel protects no file that somebody has open for writing.
    file = nil
    guard isNew, let objects, case .file(_, let digest, let isExecutable) = entry.content else { return }
    try objects.keep(
      String(entry.path.name), of: try parents.folder(of: entry.path).descriptor, digest, isExecutable: isExecutable)
  }

  mutating func finish() throws(CapsuleError) {}
}

/// A descriptor that several places hold.
final class Handle {
  let descriptor: Descriptor

  init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
}
