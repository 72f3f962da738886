internal import Cryptography
package import Linux

/// What a capsule will consist of, with its id; nothing is written yet.
package struct CapsuleDraft: ~Copyable {
  private let root: Descriptor
  private let entries: [SourceEntry]
  package let listing: Listing
  package let id: CapsuleID

  /// Hashes every file. `root` is the folder that the entries come from; `progress` is told of the bytes that were read.
  package static func make(
    of entries: [SourceEntry], in root: consuming Descriptor, progress: (Int) -> Void = { _ in }
  ) throws(CapsuleError) -> CapsuleDraft {
    let sorted = entries.sorted { $0.path < $1.path }
    let buffer = ReadBuffer()
    var listed: [Listing.Entry] = []
    listed.reserveCapacity(sorted.count)
    for entry in sorted {
      switch entry.kind {
      case .folder: listed.append(Listing.Entry(entry.path, .folder))
      case .link(let target): listed.append(Listing.Entry(entry.path, .link(target: target)))
      case .file(let origin, let isExecutable):
        let (size, digest) = try hash(origin, in: root, buffer)
        progress(size)
        listed.append(Listing.Entry(entry.path, .file(size: size, digest: digest, isExecutable: isExecutable)))
      }
    }
    let listing = Listing(listed)
    do throws(ArchiveProblem) {
      try listing.checkRules()
    } catch {
      throw .unfit(error, listing)
    }
    return CapsuleDraft(root: root, entries: sorted, listing: listing, id: listing.id)
  }

  private init(root: consuming Descriptor, entries: [SourceEntry], listing: Listing, id: CapsuleID) {
    self.root = root
    self.entries = entries
    self.listing = listing
    self.id = id
  }

  private static func hash(
    _ origin: SourceEntry.Origin, in root: borrowing Descriptor, _ buffer: ReadBuffer
  ) throws(CapsuleError) -> (Int, Digest) {
    switch origin {
    case .made(let bytes): return (bytes.count, SHA256.digest(of: bytes))
    case .source(let path, _):
      let file = try attempt("open \"\(path)\"") { () throws(SysError) in try root.openBeneath(path, .fileItself) }
      var hash = SHA256()
      var size = 0
      while true {
        let count = try attempt("read \"\(path)\"") { () throws(SysError) in try file.read(into: buffer.bytes, of: path)
        }
        if count == 0 { return (size, hash.digest) }
        hash.add(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]))
        size += count
      }
    }
  }

  /// A part of one of the files, as a bill of materials asks for it.
  package func read(_ path: CapsulePath, _ range: Range<Int>) throws(CapsuleError) -> [UInt8] {
    guard let entry = entries.first(where: { $0.path == path }), case .file(let origin, _) = entry.kind else {
      return []
    }
    switch origin {
    case .made(let bytes): return Array(bytes[range.clamped(to: 0..<bytes.count)])
    case .source(let source, _):
      return try attempt("read \"\(path)\"") { () throws(SysError) in
        let file = try root.openBeneath(source, .fileItself)
        var bytes = [UInt8](repeating: 0, count: range.count)
        let count = try bytes.fill { (buffer) throws(SysError) in
          try file.read(into: buffer, at: range.lowerBound, of: source)
        }
        return Array(bytes[..<count])
      }
    }
  }

  /// Writes the archive, which gets its name when it is whole, and returns its size. `metadata` is not part of the id.
  package func write(
    toFile path: String, container: ArchiveContainer, metadata: [UInt8], time: Int,
    progress: (Int) -> Void = { _ in }
  ) throws(CapsuleError) -> Int {
    let pending = try attempt("write \"\(path)\"") { () throws(SysError) in try PendingFile.begin(path) }
    let size: Int
    do throws(CapsuleError) {
      size = try write(
        to: try pending.duplicate(path), name: path, container: container, metadata: metadata, time: time,
        progress: progress)
    } catch {
      // The first failure is the one to tell.
      try pending.give(up: error, path)
    }
    try pending.giveName(path)
    return size
  }

  func write(
    to file: consuming Descriptor, name: String, container: ArchiveContainer, metadata: [UInt8], time: Int,
    progress: (Int) -> Void = { _ in }
  ) throws(CapsuleError) -> Int {
    let text = listing.text
    guard let manifest = entries.first(where: { $0.path.text == ReservedName.manifest }),
      case .file(.made(let manifestBytes), _) = manifest.kind
    else { preconditionFailure("the manifest is made for the capsule") }
    let leading = [
      (ReservedName.manifest, manifestBytes), (ReservedName.listing, text), (ReservedName.metadata, metadata),
    ]
    let headers = zip(listing.entries, entries).filter { $0.0.path.text != ReservedName.manifest }
    var total = TarHeader.end.count
    for (path, bytes) in leading {
      total += TarHeader(leading: path, size: bytes.count, time: time).bytes.count + Self.blocks(bytes.count)
    }
    for (entry, _) in headers { total += TarHeader(entry, time: time).bytes.count + Self.blocks(entry.size) }

    var writer = try ArchiveWriter.begin(file, name: name, container: container, total: total)
    for (path, bytes) in leading {
      try writer.add(TarHeader(leading: path, size: bytes.count, time: time).bytes + bytes)
      try writer.add(TarHeader.padding(of: bytes.count))
    }
    for (entry, source) in headers {
      try writer.add(TarHeader(entry, time: time).bytes)
      guard case .file(let size, let digest, _) = entry.content, case .file(let origin, _) = source.kind else {
        continue
      }
      try Self.add(origin, size: size, digest: digest, from: root, to: &writer)
      try writer.add(TarHeader.padding(of: size))
      progress(size)
    }
    try writer.add(TarHeader.end)
    return try writer.finish().size
  }

  private static func blocks(_ size: Int) -> Int { size + TarHeader.paddingCount(of: size) }

  /// Reads a file for the second time; what was hashed is what is packed, or nothing.
  private static func add(
    _ origin: SourceEntry.Origin, size: Int, digest: Digest, from root: borrowing Descriptor,
    to writer: inout ArchiveWriter
  ) throws(CapsuleError) {
    guard case .source(let path, _) = origin else {
      if case .made(let bytes) = origin { try writer.add(bytes) }
      return
    }
    let file = try attempt("open \"\(path)\"") { () throws(SysError) in try root.openBeneath(path, .fileItself) }
    var hash = SHA256()
    var done = 0
    while done < size {
      done += try writer.add(atMost: size - done) { (room) throws(CapsuleError) in
        let count = try attempt("read \"\(path)\"") { () throws(SysError) in
          try file.read(into: room, at: done, of: path)
        }
        guard count == room.count else { throw .archive(.changed(path: path), file: path) }
        hash.add(UnsafeRawBufferPointer(room))
      }
    }
    guard hash.digest == digest else { throw .archive(.changed(path: path), file: path) }
  }
}

/// Room for reading, which gives itself back.
final class ReadBuffer {
  let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)

  deinit { bytes.deallocate() }
}

extension PendingFile {
  fileprivate borrowing func duplicate(_ path: String) throws(CapsuleError) -> Descriptor {
    do throws(SysError) {
      return try file.duplicate()
    } catch {
      throw .system(error, while: "write \"\(path)\"")
    }
  }

  fileprivate consuming func giveName(_ path: String) throws(CapsuleError) {
    do throws(SysError) {
      try finish()
    } catch {
      throw .system(error, while: "write \"\(path)\"")
    }
  }

  fileprivate consuming func give(up error: CapsuleError, _ path: String) throws(CapsuleError) -> Never {
    do throws(SysError) {
      try abandon()
    } catch {
      throw .system(error, while: "remove what was written of \"\(path)\"")
    }
    throw error
  }
}

extension [UInt8] {
  /// Lets `body` write to the bytes; `withUnsafeMutableBytes` would lose which error it throws.
  fileprivate mutating func fill(
    _ body: (UnsafeMutableRawBufferPointer) throws(SysError) -> Int
  ) throws(SysError) -> Int {
    let result = withUnsafeMutableBytes { buffer -> Result<Int, SysError> in
      do throws(SysError) {
        return .success(try body(buffer))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}
