/// Reads one requirement by the grammar of PEP 508.
struct RequirementParser {
  private var scanner: RequirementScanner

  init(_ scalars: [Unicode.Scalar], from offset: Int = 0) { scanner = RequirementScanner(scalars, from: offset) }

  /// The marker that is all of the rest; nil when nothing is left.
  mutating func onlyMarker() throws(Requirement.Problem) -> Marker? {
    scanner.skipBlanks()
    return try marker()
  }

  mutating func requirement() throws(Requirement.Problem) -> Requirement {
    scanner.skipBlanks()
    let name = try name("a requirement begins with the name of a package")
    scanner.skipBlanks()
    let extras = try extras()
    scanner.skipBlanks()
    var url: String?
    var specifiers = SpecifierSet([])
    if scanner.skip("@") {
      url = try address()
    } else {
      specifiers = try conditions()
    }
    scanner.skipBlanks()
    let marker = try marker()
    return Requirement(name: name, extras: extras, specifiers: specifiers, url: url, marker: marker)
  }

  private mutating func name(_ expectation: String) throws(Requirement.Problem) -> PackageName {
    let start = scanner.offset
    let text = scanner.name()
    if text.isEmpty { throw scanner.problem("\(expectation), \(scanner.found)") }
    guard let name = PackageName(text) else { throw scanner.problem("\(quoted(text)) is no name", at: start) }
    return name
  }

  private mutating func extras() throws(Requirement.Problem) -> [PackageName] {
    guard scanner.skip("[") else { return [] }
    var extras: [PackageName] = []
    scanner.skipBlanks()
    if scanner.skip("]") { return [] }
    while true {
      scanner.skipBlanks()
      let extra = try name("the name of an extra is expected")
      if !extras.contains(extra) { extras.append(extra) }
      scanner.skipBlanks()
      if scanner.skip("]") { return extras }
      guard scanner.skip(",") else {
        throw scanner.problem("a comma or ] is expected behind an extra, \(scanner.found)")
      }
    }
  }

  private mutating func address() throws(Requirement.Problem) -> String {
    scanner.skipBlanks()
    let url = scanner.take { !$0.isBlank }
    if url.isEmpty { throw scanner.problem("the address behind @ is missing") }
    return url
  }

  private mutating func conditions() throws(Requirement.Problem) -> SpecifierSet {
    let isEnclosed = scanner.skip("(")
    var specifiers: [VersionSpecifier] = []
    while true {
      scanner.skipBlanks()
      guard let current = scanner.current, current != ";", current != ")" else { break }
      specifiers.append(try condition(isFirst: specifiers.isEmpty))
      scanner.skipBlanks()
      guard scanner.skip(",") else { break }
    }
    if isEnclosed, !scanner.skip(")") { throw scanner.problem("a comma or ) is expected, \(scanner.found)") }
    return SpecifierSet(specifiers)
  }

  private mutating func condition(isFirst: Bool) throws(Requirement.Problem) -> VersionSpecifier {
    let start = scanner.offset
    let comparison = scanner.take { "=<>!~".unicodeScalars.contains($0) }
    if comparison.isEmpty {
      let expectation = isFirst ? "behind the name stands a condition such as ~=1.4, or ;" : "a condition is expected"
      throw scanner.problem("\(expectation), \(scanner.found)")
    }
    scanner.skipBlanks()
    let version = scanner.take { !$0.isBlank && $0 != "," && $0 != ";" && $0 != ")" }
    do {
      return try VersionSpecifier(comparison + version)
    } catch {
      throw scanner.problem(error.explanation, at: start)
    }
  }

  private mutating func marker() throws(Requirement.Problem) -> Marker? {
    if scanner.isAtEnd { return nil }
    guard scanner.skip(";") else { throw scanner.problem("a comma, ; or the end is expected, \(scanner.found)") }
    var parser = MarkerParser(scanner)
    return try parser.wholeMarker()
  }
}
