package import Linux

/// Unpacks zip archives, of which it takes only those that every program reads in the same way.
package enum ZipArchive {
  /// Unpacks an archive into an empty folder, to which nobody else has access; what is there after a failure is to be
  /// thrown away.
  ///
  /// Names, headers and sizes of all members are checked before the first is written. Files get the permissions 0755 and
  /// 0644; links are made as they are, since where they may lead is for the listing to say.
  package static func extract(
    file: borrowing Descriptor, name: String, into folder: borrowing Descriptor
  ) throws(CapsuleError) {
    let file = try ZipFile.of(file, name: name)
    let end = try ZipEnd.find(in: file)
    let directory = try file.bytes(end.directory)
    let members = try file.judge { () throws(ZipProblem) in try ZipDirectory.members(directory, of: end) }
    let folders = try file.judge { () throws(ZipProblem) in try ZipTree.folders(of: members) }
    let size = file.size
    try file.judge { () throws(ZipProblem) in try ZipTree.checkSizes(members, fileSize: size) }
    let places = try ZipSpans.places(of: members, before: end.directory.lowerBound, in: file)

    let root = try attempt("open the new folder") { () throws(SysError) in try folder.duplicate() }
    var extraction = ZipExtraction(parents: try ParentFolder(root))
    for folder in folders { try extraction.makeFolder(folder) }
    for place in places { try extraction.make(place, from: file) }
  }
}

/// Writes the members of a zip archive.
private struct ZipExtraction: ~Copyable {
  private var parents: ParentFolder
  private let content = ZipContent()

  init(parents: consuming ParentFolder) { self.parents = parents }

  mutating func makeFolder(_ path: CapsulePath) throws(CapsuleError) {
    let parent = try parents.folder(of: path)
    try attempt("make the folder \"\(path)\"") { () throws(SysError) in
      try parent.descriptor.makeNewFolder(String(path.name), mode: 0o755)
    }
  }

  mutating func make(_ place: ZipPlace, from file: borrowing ZipFile) throws(CapsuleError) {
    switch place.member.kind {
    // It is there; that it holds nothing is still to be seen.
    case .folder: try content.read(place, from: file) { _ in }
    case .link: try makeLink(place, from: file)
    case .file(let isExecutable): try makeFile(place, mode: isExecutable ? 0o755 : 0o644, from: file)
    }
  }

  private mutating func makeLink(_ place: ZipPlace, from file: borrowing ZipFile) throws(CapsuleError) {
    let path = place.member.path
    var bytes: [UInt8] = []
    try content.read(place, from: file) { bytes += $0 }
    guard let target = String(validating: bytes, as: UTF8.self), LinkTarget.isText(target) else {
      throw file.problem(.badLink(path: path.text))
    }
    let parent = try parents.folder(of: path)
    try attempt("make the link \"\(path)\"") { () throws(SysError) in
      try parent.descriptor.makeLink(String(path.name), to: target)
    }
  }

  private mutating func makeFile(
    _ place: ZipPlace, mode: UInt32, from file: borrowing ZipFile
  ) throws(CapsuleError) {
    let path = place.member.path
    let parent = try parents.folder(of: path)
    let target = try attempt("make the file \"\(path)\"") { () throws(SysError) in
      Handle(try parent.descriptor.open(String(path.name), .createNew, mode: mode))
    }
    // Whatever the umask took away would be missing in the id.
    try attempt("make the file \"\(path)\"") { () throws(SysError) in
      try target.descriptor.setMode(mode, of: path.text)
    }
    try content.read(place, from: file) { (bytes) throws(CapsuleError) in
      try attempt("write \"\(path)\"") { () throws(SysError) in try target.descriptor.write(bytes, to: path.text) }
    }
  }
}
