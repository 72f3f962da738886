internal import Cryptography
package import Linux

/// A copy of a file that nobody else can reach: it has no name. What is hashed of it is what is unpacked later.
package struct PrivateCopy: ~Copyable {
  package let file: Descriptor
  /// The BLAKE2b hash of all of it, which signatures are made of.
  package let hash: ContentHash

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
    let buffer = ReadBuffer()
    var place = 0
    while true {
      let count = try attempt("read \"\(name)\"") { () throws(SysError) in
        try isShared
          ? copy.read(into: buffer.bytes, at: place, of: name) : source.read(into: buffer.bytes, at: place, of: name)
      }
      if count == 0 { break }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count])
      hash.add(bytes)
      if !isShared {
        try attempt("copy \"\(name)\" into the store") { () throws(SysError) in
          try copy.write(bytes, at: place, to: name)
        }
      }
      place += count
      progress(count)
    }
    return PrivateCopy(file: copy, hash: ContentHash(hash))
  }

  consuming func takeFile() throws(CapsuleError) -> Descriptor {
    do throws(SysError) {
      return try file.duplicate()
    } catch {
      throw .system(error, while: "open the copy")
    }
  }
}
