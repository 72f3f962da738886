extension HostName {
  /// Why a text is no name of a host.
  package enum Problem: Error, Hashable, Sendable {
    case empty, emptyLabel, tooLong, labelTooLong, hyphenAtEdge, lastLabelIsNumber
    case badCharacter(Unicode.Scalar)
    case dotLookAlike(Unicode.Scalar)
    case label(LabelProblem)

    package var explanation: String {
      switch self {
      case .empty: "has no host"
      case .emptyLabel: "has an empty part between its dots"
      case .tooLong: "has a name longer than 253 bytes"
      case .labelTooLong: "has a part longer than 63 bytes between its dots"
      case .hyphenAtEdge: "has a hyphen at the start or end of a part"
      case .lastLabelIsNumber: "ends in a number, as an address does, but is no IPv4 address"
      case .badCharacter(let scalar): "contains \(scalar.named), which no host name has"
      case .dotLookAlike(let scalar): "contains \(scalar.named), which some programs take for a dot"
      case .label(let problem): problem.explanation
      }
    }

    package var hint: String {
      switch self {
      case .empty: "write a name such as example.org, or an address"
      case .emptyLabel: "write one dot between the parts, and none at the start"
      case .tooLong, .labelTooLong: "check the name: no such host can exist"
      case .hyphenAtEdge, .badCharacter: "use letters, digits, and hyphens within"
      case .lastLabelIsNumber: "write the address as four decimal numbers, such as 192.0.2.1"
      case .dotLookAlike: "write the dot of ASCII"
      case .label(let problem): problem.hint
      }
    }
  }
}

/// Why a part of a name that is not in ASCII is refused.
package enum LabelProblem: Error, Hashable, Sendable {
  case notLetter(Unicode.Scalar)
  case ambiguous(Unicode.Scalar)
  case unknownScript(Unicode.Scalar)
  case startsWithMark(Unicode.Scalar)
  case notComposed, hyphen, mixedScripts, mixedDigits, noLetter, digitFirst, notEncoded
  /// With the form in which it is taken.
  case looksLatin(encoded: String)

  package var explanation: String {
    switch self {
    case .notLetter(let scalar): "contains \(scalar.named), which is neither a letter nor a digit"
    case .ambiguous(let scalar): "contains \(scalar.named), which programs read in different ways"
    case .unknownScript(let scalar): "contains \(scalar.named), which is of no script that is allowed in names"
    case .startsWithMark(let scalar): "has a part that starts with the mark \(scalar.named)"
    case .notComposed: "has a mark that stands apart from its letter"
    case .hyphen: "has hyphens at the start, the end, or the third and fourth place of a part that is not ASCII"
    case .mixedScripts: "mixes scripts in one part, as a name does that passes for another"
    case .mixedDigits: "mixes digits of two scripts"
    case .noLetter: "has a part without a letter of its script"
    case .digitFirst: "has a part that is written right to left and starts with a digit"
    case .looksLatin: "has a part that looks like Latin letters but is not"
    case .notEncoded: "has a part that starts with \"xn--\" but is not Punycode of such a name"
    }
  }

  package var hint: String {
    switch self {
    case .notLetter, .startsWithMark, .hyphen, .mixedDigits, .noLetter, .digitFirst:
      "check the name: it cannot be registered"
    case .ambiguous: "write a name that has only letters of one meaning, or the address"
    case .unknownScript: "write another name of the host, or the address"
    case .notComposed: "write the letter and its mark as one character (NFC)"
    case .mixedScripts: "check where the name comes from, and write all letters in one script"
    case .looksLatin(let encoded): "write the Latin letters, or \"\(encoded)\" if it is meant"
    case .notEncoded: "write the name in its own letters"
    }
  }
}

extension Unicode.Scalar {
  /// As people look it up; a control character is not shown itself.
  fileprivate var named: String {
    let digits = String(value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    let isShown = (UInt32(0x21)...0x7E).contains(value) || properties.isAlphabetic
    return isShown ? "\"\(Character(self))\" (\(code))" : code
  }
}
