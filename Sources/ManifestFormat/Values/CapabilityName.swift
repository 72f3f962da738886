/// The name of something that one capsule provides and another requires, such as `topic:llm.stream.*`: a type up to the
/// first `:`, and a body of segments between dots. A name without `:` has the empty type.
///
/// A segment `*` stands for any one segment, in what is provided as well as in what is required.
package struct CapabilityName: Hashable, Sendable {
  package let text: String

  /// Why a text is no such name. Whatever could never match what its author meant is refused.
  package enum Problem: Error, Hashable, Sendable {
    case empty, emptyType, emptyBody, emptySegment, wildcardInType, wildcardWithinSegment, badCharacter
  }

  /// Reads a name. Only visible ASCII is allowed, so that two names that look the same are the same.
  package init(_ text: String) throws(Problem) {
    self.init(unchecked: text)
    if let problem = firstProblem() { throw problem }
  }

  /// Takes any text, so that the matching can be tested with what is no name.
  package init(unchecked text: String) { self.text = text }

  /// What stands before the first `:`.
  package var type: Substring { text.utf8.firstIndex(of: .colon).map { text[..<$0] } ?? "" }

  /// What stands behind the first `:`, which may hold further ones.
  package var body: Substring {
    text.utf8.firstIndex(of: .colon).map { text[text.utf8.index(after: $0)...] } ?? text[...]
  }

  private func firstProblem() -> Problem? {
    if text.isEmpty { return .empty }
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return .badCharacter }
    if type.isEmpty, text.utf8.first == .colon { return .emptyType }
    if type.utf8.contains(.asterisk) { return .wildcardInType }
    if body.isEmpty { return .emptyBody }
    var segments = Segments(of: self)
    while let segment = segments.next() {
      if segment.isEmpty { return .emptySegment }
      if segment.contains(.asterisk), !segment.isWildcard { return .wildcardWithinSegment }
    }
    return nil
  }
}

extension CapabilityName {
  /// Whether one name answers the other: the same type, equally many segments, and each pair of them equal or one a `*`.
  /// Which of the two is required makes no difference. Allocates nothing.
  package func matches(_ other: CapabilityName) -> Bool {
    guard type.utf8.elementsEqual(other.type.utf8) else { return false }
    var mine = Segments(of: self)
    var others = Segments(of: other)
    while true {
      switch (mine.next(), others.next()) {
      case (nil, nil): return true
      case (let first?, let second?):
        guard first.isWildcard || second.isWildcard || first.elementsEqual(second) else { return false }
      default: return false
      }
    }
  }

  package var hasWildcard: Bool {
    var segments = Segments(of: self)
    while let segment = segments.next() {
      if segment.isWildcard { return true }
    }
    return false
  }

  /// The segments of the body; an empty body is one empty segment.
  package var segments: [String] {
    var result: [String] = []
    var segments = Segments(of: self)
    while let segment = segments.next() { result.append(String(Substring(segment))) }
    return result
  }

  /// Walks through the segments of a body. `split` would make an array for each match.
  private struct Segments {
    private var rest: Substring.UTF8View?

    init(of name: CapabilityName) { rest = name.body.utf8 }

    mutating func next() -> Substring.UTF8View? {
      guard let current = rest else { return nil }
      guard let end = current.firstIndex(of: .dot) else {
        rest = nil
        return current
      }
      rest = current[current.index(after: end)...]
      return current[..<end]
    }
  }
}

extension Substring.UTF8View {
  fileprivate var isWildcard: Bool { first == .asterisk && count == 1 }
}

extension CapabilityName.Problem {
  /// What follows on the name in a sentence.
  package var explanation: String {
    switch self {
    case .empty: "is empty"
    case .emptyType: "has nothing before \":\""
    case .emptyBody: "has nothing after \":\""
    case .emptySegment: "has an empty part between dots"
    case .wildcardInType: "has a \"*\" before \":\", where it matches nothing"
    case .wildcardWithinSegment: "has a \"*\" that is not a whole part between dots"
    case .badCharacter: "has a character other than visible ASCII"
    }
  }
}
