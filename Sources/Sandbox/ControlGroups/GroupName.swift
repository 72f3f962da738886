internal import Linux

/// Names of the control groups that capsrun makes.
enum GroupName {
  /// In which those of all runs lie, and nothing else.
  static let parent = "capsrun"
  /// Of PID 1.
  static let initLeaf = "_init"
  /// For a launcher that has to step aside.
  static let aside = "capsrun.launcher"

  private static let digits = Array("0123456789abcdef")
  private static let digitCount = 16

  /// The name of a run's group: what it is called, and what nobody else is.
  static func unique(_ name: String) throws(SysError) -> String {
    var text = part(name) + "-"
    for byte in try randomBytes(digitCount / 2) {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return text
  }

  /// Whether a name is one that `unique` makes.
  static func isUnique(_ name: String) -> Bool {
    guard let dash = name.lastIndex(of: "-"), dash != name.startIndex else { return false }
    let end = name[name.index(after: dash)...]
    return end.utf8.count == digitCount && end.allSatisfy { digits.contains($0) }
  }

  /// The group of a process. With its number in front, so that it is neither another's, nor that of PID 1, nor a file of a group.
  static func leaf(_ index: Int, _ process: String) -> String { "\(index)-" + part(process) }

  /// A name as a part of a path that leads nowhere else.
  static func part(_ name: String) -> String {
    var text = ""
    for byte in name.utf8.prefix(64) {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text.append("_")
      }
    }
    return text.isEmpty ? "_" : text
  }
}
