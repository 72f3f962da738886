/// The addresses of packages, by which a bill of materials names them (purl).
enum PackageURL {
  /// A Python distribution; names that count as one are written as one.
  static func pypi(_ name: String, version: String) -> String {
    let words = name.lowercased().split { "-_.".contains($0) }
    return "pkg:pypi/\(encoded(words.joined(separator: "-")))@\(encoded(version))"
  }

  /// A package of npm, whose name may begin with a scope such as `@scope/`.
  static func npm(_ name: String, version: String) -> String {
    "pkg:npm/\(name.split(separator: "/").map { encoded(String($0)) }.joined(separator: "/"))@\(encoded(version))"
  }

  private static func encoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
      }
    }
    return result
  }
}
