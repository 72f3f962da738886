/// What a plain (unquoted) YAML scalar is, by the core schema of YAML 1.2.
enum YAMLCoreSchema {
  static func kind(of text: String) -> Scalar.Kind {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE", "false", "False", "FALSE": return .bool
    case ".inf", ".Inf", ".INF", "+.inf", "-.inf", ".nan", ".NaN", ".NAN": return .float
    default: return isInteger(text) ? .integer : isFloat(text) ? .float : .string
    }
  }

  private static func isInteger(_ text: String) -> Bool {
    if text.hasPrefix("0x") { return isAll(text.dropFirst(2)) { $0.isHexDigit } }
    if text.hasPrefix("0o") { return isAll(text.dropFirst(2)) { ("0"..."7").contains($0) } }
    return isAll(withoutSign(text[...]), isDigit)
  }

  /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
  private static func isFloat(_ text: String) -> Bool {
    let parts = withoutSign(text[...]).split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    if parts.count == 2, !isAll(withoutSign(parts[1]), isDigit) { return false }
    let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    switch mantissa.count {
    case 1: return isAll(mantissa[0], isDigit)
    default:
      let hasWhole = isAll(mantissa[0], isDigit)
      let hasFraction = isAll(mantissa[1], isDigit)
      return (hasWhole && (hasFraction || mantissa[1].isEmpty)) || (mantissa[0].isEmpty && hasFraction)
    }
  }

  private static func withoutSign(_ text: Substring) -> Substring {
    text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

  private static func isAll(_ text: Substring, _ condition: (Character) -> Bool) -> Bool {
    !text.isEmpty && text.allSatisfy(condition)
  }
}
