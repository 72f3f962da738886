/// Follows a text through the steps of a glob, all ways at once.
///
/// The work for one byte is at most one visit of each step, so that of a whole text is at most the product of both
/// lengths, whatever the pattern.
struct GlobRun {
  private let steps: [Glob.Step]
  /// The steps that what was read so far may lead to. The one after the last means: all of the pattern is matched.
  private var active: [Int] = []
  /// For each step after how many bytes it was last reached, so that it is noted once.
  private var reachedAt: [Int]
  private var bytesRead = 0
  /// How often a step was looked at: what a test can hold against a bound, other than time.
  private(set) var visits = 0

  init(_ steps: [Glob.Step]) {
    self.steps = steps
    reachedAt = Array(repeating: -1, count: steps.count + 1)
    reach(0)
  }

  /// Whether the text read so far is matched.
  var accepts: Bool { reachedAt[steps.count] == bytesRead }
  /// Whether a longer text can be matched.
  var isAlive: Bool { active.contains { $0 < steps.count } }

  mutating func feed(_ text: some Collection<UInt8>) {
    for byte in text {
      guard !active.isEmpty else { break }
      feed(byte)
    }
  }

  private mutating func feed(_ byte: UInt8) {
    let before = active
    active.removeAll(keepingCapacity: true)
    bytesRead += 1
    for step in before where step < steps.count {
      visits += 1
      switch steps[step] {
      case .byte(let expected): if byte == expected { reach(step + 1) }
      case .set(let set): if set.contains(byte) { reach(step + 1) }
      case .anyInName: if byte != UInt8(ascii: "/") { reach(step) }
      case .any: reach(step)
      case .slash: if byte == UInt8(ascii: "/") { reach(step + 1) }
      case .maybe: break
      }
    }
  }

  /// Notes a step, and those behind it that need no byte.
  private mutating func reach(_ step: Int) {
    guard reachedAt[step] != bytesRead else { return }
    reachedAt[step] = bytesRead
    active.append(step)
    guard step < steps.count else { return }
    switch steps[step] {
    case .byte, .set, .slash: break
    case .anyInName, .any: reach(step + 1)
    case .maybe:
      reach(step + 1)
      reach(step + 3)
    }
  }
}
