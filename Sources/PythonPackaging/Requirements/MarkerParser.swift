/// Reads a marker: comparisons with `and`, which binds stronger, `or` and parentheses.
struct MarkerParser {
  private var scanner: RequirementScanner
  private var depth = 0

  /// Far more than anybody writes, and little enough for the stack.
  private static let deepest = 50

  init(_ scanner: RequirementScanner) { self.scanner = scanner }

  /// The marker that all of the rest is.
  mutating func wholeMarker() throws(Requirement.Problem) -> Marker {
    let marker = try anyOf()
    guard scanner.isAtEnd else { throw scanner.problem("and, or, or the end is expected, \(scanner.found)") }
    return marker
  }

  private mutating func anyOf() throws(Requirement.Problem) -> Marker {
    var parts = [try allOf()]
    while scanner.skipWord("or") { parts.append(try allOf()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func allOf() throws(Requirement.Problem) -> Marker {
    var parts = [try part()]
    while scanner.skipWord("and") { parts.append(try part()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func part() throws(Requirement.Problem) -> Marker {
    scanner.skipBlanks()
    let start = scanner.offset
    guard scanner.skip("(") else { return try comparison() }
    depth += 1
    guard depth <= Self.deepest else { throw scanner.problem("more than \(Self.deepest) parentheses", at: start) }
    let inner = try anyOf()
    guard scanner.skip(")") else { throw scanner.problem("and, or, or ) is expected, \(scanner.found)") }
    depth -= 1
    scanner.skipBlanks()
    return inner
  }

  private mutating func comparison() throws(Requirement.Problem) -> Marker {
    let start = scanner.offset
    let left = try side()
    scanner.skipBlanks()
    let relationStart = scanner.offset
    let relation = try relation()
    scanner.skipBlanks()
    let rightStart = scanner.offset
    let right = try side()
    scanner.skipBlanks()
    let comparison = MarkerComparison(left: left, relation: relation, right: right)
    guard let subject = comparison.subject else { throw scanner.problem("two texts are compared", at: start) }
    // Only versions have these relations, and what stands there must then be one.
    if case .version(let kind) = relation, kind == .compatible || kind == .identical {
      guard subject.isVersion else {
        throw scanner.problem("\(kind.rawValue) compares versions, which \(subject.rawValue) is not", at: relationStart)
      }
      if case .text(let text) = right, MarkerComparison.specifier(kind, text) == nil {
        throw scanner.problem("\(quoted(text)) is nothing that \(kind.rawValue) compares with", at: rightStart)
      }
    }
    return .comparison(comparison)
  }

  private mutating func side() throws(Requirement.Problem) -> MarkerComparison.Side {
    let start = scanner.offset
    for quote in ["\"", "'"] where scanner.skip(quote) {
      let text = scanner.take { String($0) != quote }
      guard scanner.skip(quote) else { throw scanner.problem("the quotation mark is not closed", at: start) }
      return .text(text)
    }
    let name = scanner.take { $0.isAlphanumeric || $0 == "_" || $0 == "." }
    if name.isEmpty { throw scanner.problem("a variable or a text in quotation marks is expected, \(scanner.found)") }
    guard let variable = MarkerVariable(name: name) else {
      throw scanner.problem("\(quoted(name)) is no variable of markers", at: start)
    }
    return .variable(variable)
  }

  private mutating func relation() throws(Requirement.Problem) -> MarkerComparison.Relation {
    let start = scanner.offset
    if scanner.skipWord("in") { return .isIn }
    if scanner.skipWord("not") {
      scanner.skipBlanks()
      guard scanner.skipWord("in") else { throw scanner.problem("in is expected behind not, \(scanner.found)") }
      return .isNotIn
    }
    let text = scanner.take { "=<>!~".unicodeScalars.contains($0) }
    guard let comparison = VersionSpecifier.Comparison(rawValue: text) else {
      throw scanner.problem("==, !=, <, <=, >, >=, ~=, ===, in or not in is expected", at: start)
    }
    return .version(comparison)
  }
}
