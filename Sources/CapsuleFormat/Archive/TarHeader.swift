/// The header of one member of a capsule's archive: ustar, with a pax header before it where a path does not fit.
///
/// There is one way to write a member. A reader makes the header that it expects and compares.
struct TarHeader: Hashable, Sendable {
  enum Kind: UInt8, Hashable, Sendable {
    case file = 0x30
    case link = 0x32
    case folder = 0x35
  }

  let path: String
  let kind: Kind
  var size = 0
  var isExecutable = false
  var target = ""
  /// The time of every member, in seconds since 1970.
  var time: Int

  static let blockSize = 512
  /// What a number of twelve bytes in octal can hold, and what a size or a time here may be: `octal` has no more digits.
  static let greatest = 0o777_7777_7777

  /// The blocks that come before the member's content.
  var bytes: [UInt8] {
    let stored = stored
    var records: [UInt8] = []
    var (prefix, name) = ("", stored)
    if let parts = Self.split(stored) {
      (prefix, name) = parts
    } else {
      records += Self.record("path", stored)
      name = Self.longName
    }
    var target = target
    if !Self.fits(target, 100) {
      records += Self.record("linkpath", target)
      target = Self.longName
    }
    let header = block(name: name, prefix: prefix, target: target, size: size, type: kind.rawValue)
    guard !records.isEmpty else { return header }
    let extended = block(
      name: Self.paxName, prefix: "", target: "", size: records.count, type: UInt8(ascii: "x"), mode: 0o644)
    return extended + records + Self.padding(of: records.count) + header
  }

  /// A folder's name ends with a slash.
  private var stored: String { kind == .folder ? path + "/" : path }

  /// What a pax header has to say of it.
  var paxKeys: [String] {
    (Self.split(stored) == nil ? ["path"] : []) + (Self.fits(target, 100) ? [] : ["linkpath"])
  }

  static let longName = "@LongName"
  static let paxName = "@PaxHeader"

  /// The zeros that fill a member up to a whole block.
  static func padding(of size: Int) -> [UInt8] { [UInt8](repeating: 0, count: paddingCount(of: size)) }
  static func paddingCount(of size: Int) -> Int { (blockSize - size % blockSize) % blockSize }

  /// What ends an archive.
  static let end = [UInt8](repeating: 0, count: 2 * blockSize)

  /// A path in the two fields of ustar, or nil when it does not fit or is not ASCII.
  private static func split(_ path: String) -> (prefix: String, name: String)? {
    if fits(path, 100) { return ("", path) }
    guard fits(path, 256) else { return nil }
    let bytes = Array(path.utf8)
    // The first slash that leaves a name of a fitting size; the one that ends a folder's name divides nothing.
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "/") && index < bytes.count - 1 {
      guard bytes.count - index - 1 <= 100, index <= 155 else { continue }
      return (String(decoding: bytes[..<index], as: UTF8.self), String(decoding: bytes[(index + 1)...], as: UTF8.self))
    }
    return nil
  }

  private static func fits(_ text: String, _ size: Int) -> Bool {
    text.utf8.count <= size && text.utf8.allSatisfy { $0 < 0x80 }
  }

  /// `LENGTH KEY=VALUE\n`, where the length counts itself.
  private static func record(_ key: String, _ value: String) -> [UInt8] {
    let rest = Array(" \(key)=\(value)\n".utf8)
    var length = rest.count
    while length != rest.count + String(length).utf8.count { length = rest.count + String(length).utf8.count }
    return Array(String(length).utf8) + rest
  }

  private func block(
    name: String, prefix: String, target: String, size: Int, type: UInt8, mode: Int? = nil
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: Self.blockSize)
    func put(_ text: String, at offset: Int) {
      for (index, byte) in text.utf8.enumerated() { block[offset + index] = byte }
    }
    let mode = mode ?? (kind == .file && !isExecutable ? 0o644 : kind == .link ? 0o777 : 0o755)
    put(name, at: 0)
    put(Self.octal(mode, digits: 7), at: 100)
    put(Self.octal(0, digits: 7), at: 108)
    put(Self.octal(0, digits: 7), at: 116)
    put(Self.octal(size, digits: 11), at: 124)
    put(Self.octal(time, digits: 11), at: 136)
    put("        ", at: 148)
    block[156] = type
    put(target, at: 157)
    put("ustar", at: 257)
    put("00", at: 263)
    put(Self.octal(0, digits: 7), at: 329)
    put(Self.octal(0, digits: 7), at: 337)
    put(prefix, at: 345)
    let sum = block.reduce(0) { $0 + Int($1) }
    put(Self.octal(sum, digits: 6) + "\0 ", at: 148)
    return block
  }

  private static func octal(_ number: Int, digits: Int) -> String {
    let text = String(number, radix: 8)
    return String(repeating: "0", count: digits - text.utf8.count) + text
  }
}

extension TarHeader {
  init(_ entry: Listing.Entry, time: Int) {
    path = entry.path.text
    self.time = time
    switch entry.content {
    case .file(let size, _, let isExecutable):
      kind = .file
      self.size = size
      self.isExecutable = isExecutable
    case .folder: kind = .folder
    case .link(let target):
      kind = .link
      self.target = target
    }
  }

  /// One of the members that every archive begins with.
  init(leading path: String, size: Int, time: Int) {
    self.init(path: path, kind: .file, size: size, time: time)
  }

  private init(path: String, kind: Kind, size: Int, time: Int) {
    self.path = path
    self.kind = kind
    self.size = size
    self.time = time
  }
}
