internal import CapsuleFormat
internal import Cryptography
internal import Diagnostics
internal import Linux

/// The file that is signed or verified: opened once, and read once.
struct SigningFile: ~Copyable {
  let path: String
  private let file: Descriptor

  /// A legacy signature needs all of a file in memory.
  private static let largestLegacy = 256 << 20
  private static let pieceSize = 256 << 10

  static func open(_ path: String) throws(DiagnosticList) -> SigningFile {
    let file = try reporting("open \(quoted(path))", exitCode: .noInput) { () throws(SysError) in
      try Descriptor.open(path, .readWithoutWaiting)
    }
    let status = try reporting("look at \(quoted(path))") { () throws(SysError) in try file.status(of: path) }
    guard status.kind == .file else {
      throw DiagnosticList([
        Diagnostic("\(quoted(path)) is no file", hint: "only files have signatures", exitCode: .noInput)
      ])
    }
    return SigningFile(path: path, file: file)
  }

  private init(path: String, file: consuming Descriptor) {
    self.path = path
    self.file = file
  }

  /// The name alone, as a trusted comment holds it.
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// What the trusted comment of this file's signature is to say if it is a capsule; nil for any other file.
  ///
  /// Throws for a capsule that is damaged: a signature would only hide it.
  func facts(at timestamp: Int64, expires: Int64?) throws(DiagnosticList) -> SignedFacts? {
    let again = try reporting("open \(quoted(path))") { () throws(SysError) in try file.duplicate() }
    do throws(CapsuleError) {
      let capsule = try CapsuleFile.read(again, name: path)
      return SignedFacts(
        name: capsule.manifest.name, version: capsule.manifest.about.version, id: capsule.head.id,
        timestamp: timestamp, expires: expires)
    } catch .archive(.notOurs, _), .archive(.unknownContainer, _) {
      return nil
    } catch {
      throw DiagnosticList(error.diagnostics)
    }
  }

  func hash() throws(DiagnosticList) -> ContentHash {
    var hash = BLAKE2b()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = try reporting("read \(quoted(path))") { () throws(SysError) in
        try file.read(into: buffer, of: path)
      }
      if count == 0 { return ContentHash(hash) }
      hash.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// All of it.
  func whole() throws(DiagnosticList) -> [UInt8] {
    do throws(SysError) {
      return try file.readAll(of: path, limit: Self.largestLegacy)
    } catch {
      throw DiagnosticList([
        error.diagnostic(
          doing: "read \(quoted(path))", hint: "a file of more than 256 MiB needs a signature of today's kind",
          exitCode: .failed)
      ])
    }
  }
}
