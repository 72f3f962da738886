internal import Cryptography
package import Linux

/// A copy of a file that nobody else can reach: it has no name. What is hashed of it is what is unpacked later.
package struct PrivateCopy: ~Copyable {
  private let file: Descriptor
  package let content: ArchiveContent

  /// Copies an open file into the store.
  package static func make(
    of source: borrowing Descriptor, named name: String, in store: Store, progress: (Int) -> Void = { _ in }
  ) throws(CapsuleError) -> PrivateCopy {
    let copy = try attempt("copy \"\(name)\" into the store") { () throws(SysError) in
      try Descriptor.unnamedFile(in: store.staging)
    }
    // Where blocks are shared nothing is copied, and the copy keeps what it has when the original changes.
    let isShared = try attempt("copy \"\(name)\" into the store") { () throws(SysError) in
      try copy.shareBlocks(of: source)
    }
    var hash = BLAKE2b()
    let digest = try SideDigest()
    let buffer = ReadBuffer()
    var place = 0
    while true {
      let count = try attempt("read \"\(name)\"") { () throws(SysError) in
        try isShared
          ? copy.read(into: buffer.bytes, at: place, of: name) : source.read(into: buffer.bytes, at: place, of: name)
      }
      if count == 0 { break }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count])
      digest.add(bytes)
      hash.add(bytes)
      if !isShared {
        try attempt("copy \"\(name)\" into the store") { () throws(SysError) in
          try copy.write(bytes, at: place, to: name)
        }
      }
      place += count
      progress(count)
    }
    let content = ArchiveContent(size: place, digest: digest.finish(), hash: ContentHash(hash))
    return PrivateCopy(file: copy, content: content)
  }

  consuming func takeFile() throws(CapsuleError) -> Descriptor { try anotherFile() }

  /// The same file, for somebody who only looks at it.
  func anotherFile() throws(CapsuleError) -> Descriptor {
    do throws(SysError) {
      return try file.duplicate()
    } catch {
      throw .system(error, while: "open the copy")
    }
  }
}

/// A SHA-256 that a thread of its own computes, beside whatever else is done with the bytes.
private final class SideDigest {
  // SAFETY: only the one thread changes it, and it is read when that has turned all that it was fed.
  private final class Hashing: PieceWorker, @unchecked Sendable {
    var hash = SHA256()

    func turn(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
      hash.add(input)
      return 0
    }
  }

  private let hashing = Hashing()
  private let workers: OrderedWorkers

  init() throws(CapsuleError) {
    let hashing = hashing
    workers = try attempt("start a thread") { () throws(SysError) in
      try OrderedWorkers(threads: 1, slots: 3, inputSize: 1 << 20, outputSize: 1) { hashing }
    }
  }

  func add(_ bytes: UnsafeRawBufferPointer) {
    if workers.isFull { workers.take { _ in } }
    workers.feed { buffer in
      buffer.copyMemory(from: bytes)
      return bytes.count
    }
  }

  func finish() -> Digest {
    while !workers.isEmpty { workers.take { _ in } }
    return hashing.hash.digest
  }
}
