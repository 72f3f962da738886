internal import Cryptography
package import Linux

/// Archives that were installed before, by their content: one that comes again need not be copied and read.
extension Store {
  private static let archives = "archives"

  /// An archive whose bytes are those of one that was installed.
  package struct KnownArchive: Hashable, Sendable {
    package let id: CapsuleID
    /// What signatures of it are made of.
    package let hash: ContentHash
  }

  /// The capsule that was installed from a file with the same content; nil when there is none, or it was removed.
  ///
  /// Only a file of a known size is read. What is read is hashed, and nothing else is done with it.
  package func known(
    _ source: borrowing Descriptor, size: Int, named name: String, progress: (Int) -> Void = { _ in }
  ) throws(CapsuleError) -> KnownArchive? {
    let prefix = "\(size)-"
    let names = try attempt("read \"\(path)/\(Self.archives)\"") { () throws(SysError) in
      try archives.entries().filter { $0.hasPrefix(prefix) }
    }
    guard !names.isEmpty else { return nil }
    let digest = try Self.digest(of: source, named: name, progress)
    let entry = prefix + digest.hex
    guard names.contains(entry) else { return nil }
    let text = try attempt("read \"\(path)/\(Self.archives)/\(entry)\"") { () throws(SysError) in
      try archives.open(entry, .fileItself).readAll(of: entry, limit: 1000)
    }
    let words = String(decoding: text, as: UTF8.self).split { $0 == " " || $0 == "\n" }
    guard words.count == 2, let id = CapsuleID(words[0]), let hash = ContentHash(hex: words[1]), try isInstalled(id)
    else {
      return nil
    }
    return KnownArchive(id: id, hash: hash)
  }

  private static func digest(
    of source: borrowing Descriptor, named name: String, _ progress: (Int) -> Void
  ) throws(CapsuleError) -> Digest {
    var hash = SHA256()
    let buffer = ReadBuffer()
    var place = 0
    while true {
      let count = try attempt("read \"\(name)\"") { () throws(SysError) in
        try source.read(into: buffer.bytes, at: place, of: name)
      }
      if count == 0 { return hash.digest }
      hash.add(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]))
      place += count
      progress(count)
    }
  }

  /// Remembers what a capsule was installed from. It is only a short cut, and the same whoever writes it.
  func remember(_ archive: ArchiveContent, as id: CapsuleID) throws(CapsuleError) {
    let name = "\(archive.size)-\(archive.digest.hex)"
    try attempt("write \"\(path)/\(Self.archives)/\(name)\"") { () throws(SysError) in
      let new = "\(name).new-\(CurrentProcess.id)"
      try archives.removeTree(new)
      try archives.makeFile(new, Array("\(id) \(archive.hash.hex)\n".utf8), mode: 0o644)
      try archives.rename(new, to: archives, replacing: name)
    }
  }
}

/// What an archive's bytes are.
package struct ArchiveContent: Hashable, Sendable {
  package let size: Int
  let digest: Digest
  /// What signatures are made of.
  package let hash: ContentHash
}
