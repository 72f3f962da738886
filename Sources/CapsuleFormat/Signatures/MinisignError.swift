/// Why bytes are no key or signature in minisign's format.
package enum MinisignError: Error, Hashable, Sendable {
  case tooLong
  case lines(expected: Int)
  case prefix(line: Int, expected: String)
  case longComment(line: Int, limit: Int)
  case notUTF8(line: Int)
  case controlCharacter(line: Int)
  /// Not the base 64 of exactly so many bytes.
  case encoding(line: Int, bytes: Int)
  case algorithm
  case derivation
  case checksum
  /// The secret and the public half of a key do not belong together, or its checksum is wrong.
  case damagedKey

  package var explanation: String {
    switch self {
    case .tooLong: "is too long for its kind"
    case .lines(let expected): "does not have exactly \(expected) lines"
    case .prefix(let line, let expected): "does not begin its line \(line) with \"\(expected)\""
    case .longComment(let line, let limit): "has a comment of more than \(limit) bytes in line \(line)"
    case .notUTF8(let line): "has a line \(line) that is not UTF-8 text"
    case .controlCharacter(let line): "has a control character in line \(line)"
    case .encoding(let line, let bytes): "does not hold \(bytes) bytes in base 64 in line \(line)"
    case .algorithm: "names an algorithm that minisign does not have"
    case .derivation: "protects the key in a way that minisign does not have"
    case .checksum: "names a checksum that minisign does not have"
    case .damagedKey: "holds a key that is damaged"
    }
  }
}

/// The text form that all of minisign's files share: comments, and base 64 in lines of their own.
enum MinisignText {
  static let untrustedPrefix = "untrusted comment: "
  static let trustedPrefix = "trusted comment: "
  static let longestUntrusted = 1024
  static let longestTrusted = 8192
  /// More than any valid file has.
  static let longestFile = 16384

  /// Exactly `count` lines; the last one may lack its end.
  static func lines(of file: [UInt8], count: Int) throws(MinisignError) -> [[UInt8]] {
    guard file.count <= longestFile else { throw .tooLong }
    var lines = file.split(separator: UInt8(ascii: "\n"), maxSplits: count + 1, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    guard lines.count == count else { throw .lines(expected: count) }
    return lines.map(Array.init)
  }

  /// The text of a comment behind its prefix; one that nobody has signed is checked, and may then be forgotten.
  @discardableResult
  static func comment(
    _ line: [UInt8], number: Int, prefix: String, limit: Int
  ) throws(MinisignError) -> String {
    guard line.starts(with: prefix.utf8) else { throw .prefix(line: number, expected: prefix) }
    guard let text = String(validating: line.dropFirst(prefix.utf8.count), as: UTF8.self) else {
      throw .notUTF8(line: number)
    }
    try check(text, number: number, limit: limit)
    return text
  }

  /// A comment could say anything to a terminal; only a tab may stand in one, and minisign writes it.
  static func check(_ comment: String, number: Int, limit: Int) throws(MinisignError) {
    guard comment.utf8.count <= limit else { throw .longComment(line: number, limit: limit) }
    for scalar in comment.unicodeScalars where scalar != "\t" && scalar.properties.generalCategory == .control {
      throw .controlCharacter(line: number)
    }
  }
}
