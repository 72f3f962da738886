@testable import CapsuleFormat
@testable import Cryptography

/// What holds for whatever is unpacked of an archive, up to the point where it is refused.
enum MemberPromises {
  static let manifest: [UInt8] = Array("capsule: 1\nentrypoint: bin/run\nname: hostile\n".utf8)

  static func check(_ bytes: [UInt8]) {
    // In one piece and in many: what comes of it must not depend on where it is divided.
    let whole = unpack(bytes, pieceSize: max(1, bytes.count))
    expect(whole == unpack(bytes, pieceSize: 700), "an archive is the same in pieces", "\(whole)")
  }

  private struct Outcome: Equatable {
    let error: CapsuleError?
    let made: [String]
  }

  private static func unpack(_ bytes: [UInt8], pieceSize: Int) -> Outcome {
    var stream = MemberStream(file: "f", sink: RecordingSink())
    do throws(CapsuleError) {
      for start in stride(from: 0, to: bytes.count, by: pieceSize) {
        try consume(Array(bytes[start..<min(start + pieceSize, bytes.count)]), &stream)
      }
      try stream.finish()
      stream.sink.checkIsWhole()
      return Outcome(error: nil, made: stream.sink.made)
    } catch {
      // What a pax header says may lie in the next piece, so that less can be said of it.
      if case .archive(.wrongMember, _) = error { return Outcome(error: nil, made: stream.sink.made + ["refused"]) }
      return Outcome(error: error, made: stream.sink.made)
    }
  }

  private static func consume(_ bytes: [UInt8], _ stream: inout MemberStream<RecordingSink>) throws(CapsuleError) {
    var failure: CapsuleError?
    bytes.withUnsafeBytes { buffer in
      do throws(CapsuleError) {
        try stream.consume(buffer)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// The archive of a listing, whatever that says, and of what stands behind a NUL.
  static func archive(of bytes: [UInt8]) -> [UInt8] {
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let leading = [
      (ReservedName.manifest, manifest), (ReservedName.listing, Array(parts[0])),
      (ReservedName.metadata, Array("{}".utf8)),
    ]
    return leading.flatMap { path, content in
      TarHeader(leading: path, size: content.count, time: 0).bytes + content + TarHeader.padding(of: content.count)
    } + (parts.count > 1 ? parts[1] : [])
  }
}

/// Keeps what it is told in the order of the listing, and holds each call against it.
struct RecordingSink: ~Copyable, CapsuleSink {
  private(set) var made: [String] = []
  private var entries: [Listing.Entry] = []
  private var content: [UInt8] = []

  mutating func begin(_ head: CapsuleHead) throws(CapsuleError) -> Bool {
    entries = head.listing.entries
    ListingPromises.check(head.listing)
    return true
  }

  private mutating func take(_ path: CapsulePath) -> Listing.Entry? {
    expect(made.count < entries.count, "no more is made than is listed", path.text)
    let entry = entries[made.count]
    expect(entry.path == path, "what is made is what is listed", path.text)
    made.append(path.text)
    return entry
  }

  mutating func makeFolder(_ path: CapsulePath) throws(CapsuleError) {
    expect(take(path)?.content == .folder, "a folder is one", path.text)
  }

  mutating func makeLink(_ path: CapsulePath, target: String) throws(CapsuleError) {
    expect(take(path)?.content == .link(target: target), "a link is that link", path.text)
  }

  mutating func beginFile(_ entry: Listing.Entry) throws(CapsuleError) {
    expect(take(entry.path) == entry, "a file is that file", entry.path.text)
    content = []
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(CapsuleError) { content += bytes }

  mutating func endFile() throws(CapsuleError) {
    guard case .file(let size, let digest, _) = entries[made.count - 1].content else {
      return expect(false, "only files end")
    }
    expect(content.count == size && SHA256.digest(of: content) == digest, "a content is what the listing says")
  }

  mutating func finish() throws(CapsuleError) {}

  func checkIsWhole() { expect(made.count == entries.count, "an archive that is accepted is whole") }
}
