internal import Diagnostics
package import Linux
package import ManifestFormat

/// What a capsule's file says of itself; nothing of it is unpacked, and nobody has vouched for it.
package struct CapsuleFile: Sendable {
  package let head: CapsuleHead
  package let manifest: Manifest
  package let metadata: BuildMetadata

  /// Reads the beginning of an archive.
  package static func read(_ file: consuming Descriptor, name: String) throws(CapsuleError) -> CapsuleFile {
    let reader = try ArchiveReader.open(file, name: name)
    var stream = MemberStream(file: name, sink: HeadSink())
    try reader.read(into: &stream)
    guard let head = stream.sink.head else { throw .archive(.incomplete(path: ReservedName.metadata), file: name) }
    return try CapsuleFile(head, name: name)
  }

  /// Throws when what it begins with contradicts itself.
  init(_ head: CapsuleHead, name: String) throws(CapsuleError) {
    self.head = head
    metadata = try named(name) { () throws(ArchiveProblem) in
      let metadata = try BuildMetadata(head.metadata, of: head.id)
      guard metadata.files == head.listing.fileCount, metadata.size == head.listing.totalSize else {
        throw .badMetadata("counts other files")
      }
      return metadata
    }
    manifest = try Self.manifest(head, file: name)
  }

  private static func manifest(_ head: CapsuleHead, file: String) throws(CapsuleError) -> Manifest {
    let source: SourceText
    do throws(Diagnostic) {
      source = try SourceText(file: "\(file): \(ReservedName.manifest)", bytes: head.manifest)
    } catch {
      throw .badManifest([error])
    }
    let manifest: Manifest
    do throws(DiagnosticList) {
      manifest = try Manifest.read(source, folderName: "")
    } catch {
      throw .badManifest(error.all)
    }
    // In one way only, so that no two readers find different things in it.
    guard manifest.canonicalYAML.utf8.elementsEqual(head.manifest) else {
      throw .archive(.badManifest("is not in the form that capsrun build writes"), file: file)
    }
    return manifest
  }
}

/// Wants nothing but the beginning.
private struct HeadSink: ~Copyable, CapsuleSink {
  private(set) var head: CapsuleHead?

  mutating func begin(_ head: CapsuleHead) throws(CapsuleError) -> Bool {
    self.head = head
    return false
  }

  mutating func makeFolder(_ path: CapsulePath) throws(CapsuleError) {}
  mutating func makeLink(_ path: CapsulePath, target: String) throws(CapsuleError) {}
  mutating func beginFile(_ entry: Listing.Entry) throws(CapsuleError) {}
  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(CapsuleError) {}
  mutating func endFile() throws(CapsuleError) {}
  mutating func finish() throws(CapsuleError) {}
}
