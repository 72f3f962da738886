/// A system call as text of one line: `socket(AF_PACKET, SOCK_RAW, 768)`.
///
/// Addresses are shown as `…`: they differ from call to call and tell nobody anything.
struct CallText {
  let name: String
  let arguments: [UInt64]
  /// Text in the caller's memory; nil where nothing can be read.
  let read: (UInt64) -> (bytes: [UInt8], isWhole: Bool)?

  /// The most bytes of a text that are shown.
  static let longestText = 200

  var text: String {
    guard let shape = CallShape.arguments(of: name) else { return "\(name)(…)" }
    return "\(name)(\(zip(shape, arguments).map { text(of: $1, $0) }.joined(separator: ", ")))"
  }

  /// When the arguments differ too often to be shown.
  static func withoutArguments(_ name: String) -> String { "\(name)(…)" }

  static func bits(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

  private func text(of value: UInt64, _ argument: CallShape.Argument) -> String {
    let low = Int32(truncatingIfNeeded: value)
    switch argument {
    case .number: return String(low)
    case .bits: return Self.bits(UInt64(UInt32(truncatingIfNeeded: value)))
    case .mode: return "0" + String(UInt32(truncatingIfNeeded: value), radix: 8)
    case .folder: return low == -100 ? "AT_FDCWD" : String(low)
    case .address: return value == 0 ? "NULL" : "…"
    case .word(let words): return words.text(of: value)
    case .text:
      if value == 0 { return "NULL" }
      guard let (bytes, isWhole) = read(value) else { return "…" }
      return Self.quoted(bytes[...], isWhole: isWhole)
    }
  }

  /// In double quotes, on one line, without anything that steers a terminal.
  static func quoted(_ bytes: ArraySlice<UInt8>, isWhole: Bool) -> String {
    var result = "\""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"", "\\":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _
      where scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
        || scalar.properties.generalCategory == .lineSeparator
        || scalar.properties.generalCategory == .paragraphSeparator:
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + (isWhole ? "\"" : "\"…")
  }
}
