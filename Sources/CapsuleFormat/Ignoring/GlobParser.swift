/// Reads a pattern the way git's wildmatch does, byte by byte; what git reads oddly is read as oddly here.
struct GlobParser {
  private let pattern: [UInt8]
  /// Where wildcards begin. git compares the text in front of the first one by itself and takes what follows for the
  /// whole pattern, so that the stars of `a**/b` cross slashes although they do not fill a component.
  private let wildcardStart: Int
  private var position = 0
  /// The last `]` that was looked for, so that many `[:` before the same one do not each look for it.
  private var bracketEnd = 0
  private var steps: [Glob.Step] = []

  /// The steps of a pattern; nothing when it is broken, and so matches nothing.
  static func steps(of pattern: [UInt8]) -> [Glob.Step]? {
    var parser = GlobParser(pattern: pattern)
    return parser.parse() ? parser.steps : nil
  }

  private init(pattern: [UInt8]) {
    self.pattern = pattern
    wildcardStart = pattern.firstIndex { "*?[\\".utf8.contains($0) } ?? pattern.count
  }

  /// The byte so far behind the position; nil behind the end.
  private func byte(ahead count: Int = 0) -> UInt8? {
    let index = position + count
    return pattern.indices.contains(index) ? pattern[index] : nil
  }

  private mutating func parse() -> Bool {
    while let byte = byte() {
      position += 1
      switch byte {
      case UInt8(ascii: "\\"):
        guard let escaped = self.byte() else { return false }
        position += 1
        steps.append(.byte(escaped))
      case UInt8(ascii: "?"): steps.append(.set(ByteSet([UInt8(ascii: "/")]).inverted))
      case UInt8(ascii: "*"): parseStars()
      case UInt8(ascii: "["):
        guard let set = parseSet() else { return false }
        steps.append(.set(set))
      default: steps.append(.byte(byte))
      }
    }
    return true
  }

  /// Stars cross slashes when there are two or more that fill a component, and are one star anywhere else.
  private mutating func parseStars() {
    let start = position - 1
    while byte() == UInt8(ascii: "*") { position += 1 }
    let isPair = position - start > 1
    let beginsComponent = start == wildcardStart || pattern[start - 1] == UInt8(ascii: "/")
    let slash = byte() == UInt8(ascii: "/")
    let endsComponent =
      byte() == nil || slash || byte() == UInt8(ascii: "\\") && byte(ahead: 1) == UInt8(ascii: "/")
    guard isPair, beginsComponent, endsComponent else {
      steps.append(.anyInName)
      return
    }
    guard slash else {
      steps.append(.any)
      return
    }
    position += 1
    let folders: [Glob.Step] = [.maybe, .any, .slash]
    // Twice the same says no more than once, and would only be more to follow.
    if !steps.suffix(3).elementsEqual(folders) { steps += folders }
  }
}

// MARK: - Sets

extension GlobParser {
  /// Reads on behind `[` and through `]`. A `]` that comes first stands for itself.
  private mutating func parseSet() -> ByteSet? {
    let isNegated = byte() == UInt8(ascii: "!") || byte() == UInt8(ascii: "^")
    if isNegated { position += 1 }
    var set = ByteSet()
    /// The byte before, from which `-` makes a range; none after a range or a class.
    var previous: UInt8?
    repeat {
      guard let byte = byte() else { return nil }
      position += 1
      if byte == UInt8(ascii: "-"), let first = previous, let next = self.byte(), next != UInt8(ascii: "]") {
        guard let last = parseMember() else { return nil }
        if first <= last { set.formUnion(ByteSet(first...last)) }
        previous = nil
      } else if byte == UInt8(ascii: "["), self.byte() == UInt8(ascii: ":") {
        guard let members = parseClass() else { return nil }
        set.formUnion(members)
        previous = nil
      } else {
        position -= 1
        guard let member = parseMember() else { return nil }
        set.insert(member)
        previous = member
      }
    } while byte() != UInt8(ascii: "]")
    position += 1
    if isNegated { set = set.inverted }
    set.remove(UInt8(ascii: "/"))
    return set
  }

  /// Reads on behind the `[` of `[:name:]`; without `:]` it is a bracket as any other byte.
  private mutating func parseClass() -> ByteSet? {
    let start = position + 1
    guard let end = findBracketEnd(from: start) else { return nil }
    guard end > start, pattern[end - 1] == UInt8(ascii: ":") else {
      return ByteSet([UInt8(ascii: "[")])
    }
    guard let members = ByteSet(class: pattern[start..<(end - 1)]) else { return nil }
    position = end + 1
    return members
  }

  private mutating func findBracketEnd(from start: Int) -> Int? {
    if bracketEnd >= start { return bracketEnd }
    guard let end = pattern[start...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
    bracketEnd = end
    return end
  }

  /// One byte, of which a backslash takes any special meaning.
  private mutating func parseMember() -> UInt8? {
    if byte() == UInt8(ascii: "\\") { position += 1 }
    guard let member = byte() else { return nil }
    position += 1
    return member
  }
}
