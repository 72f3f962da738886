/// The forms of names and versions.
enum Names {
  static let pattern = "^[a-z0-9][a-z0-9._-]{0,62}$"

  static func isName(_ text: String) -> Bool {
    guard (1...63).contains(text.utf8.count), let first = text.utf8.first else { return false }
    return isLowercaseOrDigit(first)
      && text.utf8.allSatisfy {
        isLowercaseOrDigit($0) || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains($0)
      }
  }

  @Sendable static func problemOfName(_ text: String) -> TextProblem? {
    isName(text)
      ? nil
      : TextProblem(
        explanation: "is no valid name",
        hint: "use at most 63 of a-z, 0-9, '.', '_' and '-', and start with a letter or digit")
  }

  @Sendable static func problemOfVersion(_ text: String) -> TextProblem? {
    isSemanticVersion(text)
      ? nil : TextProblem(explanation: "is not of the form of SemVer", hint: "write three numbers, such as 1.2.0")
  }

  /// MAJOR.MINOR.PATCH with an optional pre-release and build part. semver.org
  static func isSemanticVersion(_ text: String) -> Bool {
    let buildSplit = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    if buildSplit.count == 2, !areIdentifiers(buildSplit[1], numbersMayStartWithZero: true) { return false }
    let split = buildSplit[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    if split.count == 2, !areIdentifiers(split[1], numbersMayStartWithZero: false) { return false }
    let numbers = split[0].split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 3 && numbers.allSatisfy(isNumberWithoutLeadingZero)
  }

  /// What names a process, a group, a state folder and the like.
  static let key = KeyForm(pattern: pattern, problem: problemOfName)

  static let variable = KeyForm(pattern: "^[A-Za-z_][A-Za-z0-9_]*$") { text in
    isVariableName(text)
      ? nil
      : TextProblem(
        explanation: "is no name of an environment variable",
        hint: "use letters, digits and _, and do not start with a digit")
  }

  private static func areIdentifiers(_ text: Substring, numbersMayStartWithZero: Bool) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      guard !part.isEmpty, part.utf8.allSatisfy(isIdentifierByte) else { return false }
      return numbersMayStartWithZero || !part.utf8.allSatisfy(isDigit) || isNumberWithoutLeadingZero(part)
    }
  }

  private static func isNumberWithoutLeadingZero(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(isDigit) && (text == "0" || !text.hasPrefix("0"))
  }

  private static func isIdentifierByte(_ byte: UInt8) -> Bool {
    isLowercaseOrDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "-")
  }

  private static func isLowercaseOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || isDigit(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

/// Whether a text can name a capsule.
package func isCapsuleName(_ text: String) -> Bool { Names.isName(text) }

/// Whether a text can name an environment variable.
package func isVariableName(_ text: String) -> Bool {
  guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
  return text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
