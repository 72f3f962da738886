/// A line of RECORD: a file that a distribution installed, and its hash.
package struct RecordEntry: Hashable, Sendable {
  /// From the folder that holds the metadata, with `..` in it for scripts.
  package let path: String
  /// `sha256=` and the digest; empty for RECORD itself and for compiled files.
  package let hash: String
  package let size: String

  init(path: String, hash: String, size: String) {
    self.path = path
    self.hash = hash
    self.size = size
  }

  /// With the hash of what the file holds.
  init(path: String, digest: [UInt8], size: Int) {
    self.init(path: path, hash: "sha256=" + Self.base64(digest), size: String(size))
  }

  /// Reads RECORD; nil when a quotation has no end or the file is no UTF-8 text.
  static func read(_ bytes: [UInt8]) -> [RecordEntry]? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    var entries: [RecordEntry] = []
    for line in text.split(whereSeparator: \.isNewline) {
      guard let fields = fields(of: line) else { return nil }
      func field(_ index: Int) -> String { index < fields.count ? fields[index] : "" }
      entries.append(RecordEntry(path: field(0), hash: field(1), size: field(2)))
    }
    return entries
  }

  /// The lines of RECORD.
  static func text(_ entries: [RecordEntry]) -> String {
    entries.map { "\(quotedField($0.path)),\($0.hash),\($0.size)\n" }.joined()
  }

  /// Fields with commas between them, in which `""` in quotation marks stands for one.
  private static func fields(of line: Substring) -> [String]? {
    var fields = [String.UnicodeScalarView()]
    var isQuoted = false
    var wasQuote = false
    for scalar in line.unicodeScalars {
      if scalar == "\"" {
        if wasQuote, !isQuoted { fields[fields.count - 1].append(scalar) }
        isQuoted.toggle()
        wasQuote = true
        continue
      }
      wasQuote = false
      if scalar == ",", !isQuoted {
        fields.append(String.UnicodeScalarView())
      } else {
        fields[fields.count - 1].append(scalar)
      }
    }
    return isQuoted ? nil : fields.map { String($0) }
  }

  private static func quotedField(_ text: String) -> String {
    guard text.contains(",") || text.contains("\"") else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// In the alphabet for addresses, without filling, as RECORD has it.
  static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * (3 - UInt32(group.count)))
      for index in 0...group.count { text.append(alphabet[Int(bits >> (18 - 6 * UInt32(index)) & 63)]) }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// Paths below the root of a virtual environment.
enum EnvironmentPath {
  /// Where a path leads from a folder; nil when that is outside of the environment.
  static func resolve(_ path: String, from folder: String) -> String? {
    guard !path.hasPrefix("/"), !path.isEmpty else { return nil }
    var components = folder.split(separator: "/")
    for component in path.split(separator: "/") where component != "." {
      if component != ".." {
        components.append(component)
      } else if components.popLast() == nil {
        return nil
      }
    }
    return components.joined(separator: "/")
  }

  /// The folder that something lies in; empty for the root.
  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  static func name(of path: String) -> Substring { path.split(separator: "/").last ?? "" }
}
