/// The grammar of SPDX licence expressions: identifiers, joined by AND, OR and WITH, with parentheses.
package struct LicenseExpression {
  private var rest: ArraySlice<Substring>

  package static func isValid(_ text: String) -> Bool {
    var tokens: [Substring] = []
    for word in text.split(separator: " ") {
      var part = word
      while part.first == "(" { tokens.append(part.removeFirstToken()) }
      let name = part.prefix { $0 != ")" }
      if !name.isEmpty { tokens.append(name) }
      part = part.dropFirst(name.count)
      while part.first == ")" { tokens.append(part.removeFirstToken()) }
      guard part.isEmpty else { return false }
    }
    var parser = LicenseExpression(rest: tokens[...])
    return parser.takeExpression(depth: 0) && parser.rest.isEmpty
  }

  private mutating func takeExpression(depth: Int) -> Bool {
    guard depth < 16, takeTerm(depth: depth) else { return false }
    while rest.first == "AND" || rest.first == "OR" {
      rest.removeFirst()
      guard takeTerm(depth: depth) else { return false }
    }
    return true
  }

  private mutating func takeTerm(depth: Int) -> Bool {
    guard let token = rest.popFirst() else { return false }
    if token == "(" { return takeExpression(depth: depth + 1) && rest.popFirst() == ")" }
    guard Self.isIdentifier(token) else { return false }
    guard rest.first == "WITH" else { return true }
    rest.removeFirst()
    return rest.popFirst().map(Self.isIdentifier) ?? false
  }

  private static func isIdentifier(_ token: Substring) -> Bool {
    let isWord = token.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"): true
      default: false
      }
    }
    return isWord && !["AND", "OR", "WITH"].contains(token)
  }
}

extension Substring {
  fileprivate mutating func removeFirstToken() -> Substring {
    let token = prefix(1)
    self = dropFirst()
    return token
  }
}
