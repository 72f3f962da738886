/// The names that running capsules may have: each is one part of a path, and none is mistaken for an option.
package enum RunName {
  /// Longer than any name of a manifest, and short enough for every file system.
  package static let longest = 100

  /// `[a-zA-Z0-9_+][\w+.-]*` in ASCII, without two dots in a row.
  package static func isValid(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard let first = bytes.first, bytes.count <= longest, isWord(first) || first == UInt8(ascii: "+") else {
      return false
    }
    var last = first
    for byte in bytes.dropFirst() {
      let isDot = byte == UInt8(ascii: ".")
      guard isWord(byte) || isDot || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") else { return false }
      guard !(isDot && last == byte) else { return false }
      last = byte
    }
    return true
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
