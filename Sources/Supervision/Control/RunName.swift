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

  private static let besideEnding = "+beside"

  /// What the next version of a capsule runs under until it takes the name over, and the last one from then to its end.
  ///
  /// No name of a manifest has a plus sign in it, and nobody else may ask for such a name. Nil for a name that leaves no room.
  package static func beside(_ name: String) -> String? {
    let beside = name + besideEnding
    return isValid(beside) && !isBeside(name) ? beside : nil
  }

  /// Whether it is such a name.
  package static func isBeside(_ name: String) -> Bool { name.hasSuffix(besideEnding) }

  /// The name with which this one is exchanged when a version takes the place of another.
  static func exchanged(_ name: String) -> String? {
    isBeside(name) ? String(name.dropLast(besideEnding.utf8.count)) : beside(name)
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
