/// What a pattern with wildcards matches: a name, or a path with the pattern's own folder as its root.
///
/// It is a list of steps instead of the pattern's text, so that `GlobRun` can follow all ways to match at once. Trying
/// one way after the other, as is usual, takes time exponential in the number of stars.
struct Glob: Hashable, Sendable {
  enum Step: Hashable, Sendable {
    case byte(UInt8)
    /// One byte of these; a slash is never among them.
    case set(ByteSet)
    /// Any bytes without a slash, or none.
    case anyInName
    /// Any bytes, or none.
    case any
    /// The next two steps, which are `any` and `slash`, may be left out together: all three stand for `**/`.
    case maybe
    case slash
  }

  let steps: [Step]
  /// How the steps begin and end, in bytes that must be there as they are.
  private let prefix: [UInt8]
  private let suffix: [UInt8]
  /// No shorter text matches. A pattern is thus followed only through texts about as long as itself.
  private let minimumLength: Int

  /// Nothing when the text can match nothing: when it is empty, ends in a backslash, or has a broken `[`.
  init?(_ pattern: some Collection<UInt8>) {
    guard let steps = GlobParser.steps(of: Array(pattern)), !steps.isEmpty else { return nil }
    self.steps = steps
    prefix = steps.prefix { $0.literal != nil }.compactMap(\.literal)
    suffix = steps.reversed().prefix { $0.literal != nil }.reversed().compactMap(\.literal)
    minimumLength = steps.reduce(0) { $0 + $1.minimumLength }
  }

  func matches(_ text: some BidirectionalCollection<UInt8>) -> Bool {
    guard text.count >= minimumLength, text.starts(with: prefix) else { return false }
    if prefix.count == steps.count { return text.count == prefix.count }
    guard text.reversed().starts(with: suffix.reversed()) else { return false }
    if prefix.count + suffix.count + 1 == steps.count {
      switch steps[prefix.count] {
      case .any: return true
      case .anyInName: return !text.dropFirst(prefix.count).dropLast(suffix.count).contains(UInt8(ascii: "/"))
      case .set(let set): return text.dropFirst(prefix.count).dropLast(suffix.count).elementsEqual(oneOf: set)
      case .byte, .maybe, .slash: break
      }
    }
    var run = GlobRun(steps)
    run.feed(text)
    return run.accepts
  }

  /// Whether something in the folder of this path, at any depth, can match.
  func mayMatch(below folder: some Collection<UInt8>) -> Bool {
    var run = GlobRun(steps)
    run.feed(folder)
    run.feed(CollectionOfOne(UInt8(ascii: "/")))
    return run.isAlive
  }
}

extension Glob.Step {
  fileprivate var literal: UInt8? {
    if case .byte(let byte) = self { byte } else { nil }
  }

  fileprivate var minimumLength: Int {
    switch self {
    case .byte, .set, .slash: 1
    case .anyInName, .any: 0
    case .maybe: -1
    }
  }
}

extension Collection<UInt8> {
  fileprivate func elementsEqual(oneOf set: ByteSet) -> Bool { count == 1 && allSatisfy(set.contains) }
}
