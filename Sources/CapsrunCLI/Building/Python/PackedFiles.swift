internal import CapsuleFormat
internal import Linux

/// The files of a capsule that is being put together, by their paths in it, and what they hold.
final class PackedFiles {
  /// Files up to this size are held in memory, one at a time.
  static let largestHeld = 16 << 20

  private let root: Descriptor
  private let entries: [CapsulePath: SourceEntry]
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 1)

  /// `root` is the folder that the entries come from.
  init(_ root: consuming Descriptor, _ entries: [SourceEntry]) {
    self.root = root
    self.entries = Dictionary(entries.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
  }

  deinit { buffer.deallocate() }

  /// What stands at a path, which may be none that a capsule can have.
  func kind(_ path: String) -> SourceEntry.Kind? {
    do throws(CapsulePath.Problem) {
      return entries[try CapsulePath(path)]?.kind
    } catch {
      return nil
    }
  }

  /// All that a file holds; nil when there is none, or it is too large to be held.
  func content(_ path: String) throws(SysError) -> [UInt8]? {
    guard case .file(let origin, _)? = kind(path) else { return nil }
    return try content(origin)
  }

  /// The same by where it comes from.
  func content(_ origin: SourceEntry.Origin) throws(SysError) -> [UInt8]? {
    var content: [UInt8] = []
    try pieces(of: origin) { piece in
      content.append(contentsOf: piece)
      return content.count <= Self.largestHeld
    }
    return content.count <= Self.largestHeld ? content : nil
  }

  /// The beginning of a file.
  func head(_ origin: SourceEntry.Origin) throws(SysError) -> [UInt8] {
    var head: [UInt8] = []
    try pieces(of: origin) { piece in
      head.append(contentsOf: piece)
      return false
    }
    return head
  }

  /// Gives a file piece by piece, until the closure says that it is enough.
  func pieces(of origin: SourceEntry.Origin, _ body: (UnsafeRawBufferPointer) -> Bool) throws(SysError) {
    switch origin {
    case .made(let bytes):
      guard bytes.withUnsafeBytes({ body($0) }) else { return }
    case .source(let path, _):
      let file = try root.openBeneath(path, .fileItself)
      while true {
        let count = try file.read(into: buffer, of: path)
        guard count > 0, body(UnsafeRawBufferPointer(rebasing: buffer[..<count])) else { return }
      }
    }
  }

  /// Where the folder lies, without links.
  func rootPath() throws(SysError) -> String { try root.realPath() }
}
