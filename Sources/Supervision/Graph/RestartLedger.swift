internal import Planning

/// The starts again by rule of a process, or of a group of them that are started again together.
struct RestartLedger {
  /// When those within the window were decided.
  private var moments: [UInt64] = []
  /// How many there were since it last ran long enough.
  private var streak = 0
  /// The longest window of those that it counts for; 0 for one without an end.
  private let longestWindow: UInt64

  init(_ rules: [RestartRule]) {
    longestWindow = rules.contains { $0.window == 0 } ? 0 : rules.map(\.window).max() ?? 0
  }

  /// How many of them count at a moment.
  func count(at now: UInt64, _ rule: RestartRule) -> Int {
    guard rule.window > 0 else { return moments.count }
    return moments.count - (moments.firstIndex { now - $0 < rule.window } ?? moments.count)
  }

  mutating func reset() {
    moments.removeAll(keepingCapacity: true)
    streak = 0
  }

  /// Enters one, and returns the wait before it; nil when there were too many.
  mutating func enter(at now: UInt64, _ rule: RestartRule, _ random: inout Jitter) -> UInt64? {
    if longestWindow > 0 {
      moments.removeFirst(moments.firstIndex { now - $0 < longestWindow } ?? moments.count)
    }
    guard count(at: now, rule) < rule.limit else { return nil }
    moments.append(now)
    defer { streak += 1 }
    guard streak > 0 else { return rule.delay }
    return max(rule.delay, random.vary(Self.wait(rule, doublings: streak - 1), byPercent: rule.jitter, most: rule.cap))
  }

  private static func wait(_ rule: RestartRule, doublings: Int) -> UInt64 {
    guard rule.backoff > 0, doublings < 64 else { return rule.backoff == 0 ? 0 : rule.cap }
    // What does not fit is above any cap.
    let isLarge = rule.backoff.leadingZeroBitCount <= doublings
    return isLarge ? rule.cap : min(rule.cap, rule.backoff << UInt64(doublings))
  }
}

/// Random numbers that are the same for the same seed (SplitMix64): that many processes do not start again in one moment needs no
/// better ones.
struct Jitter {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func vary(_ wait: UInt64, byPercent percent: Int, most: UInt64) -> UInt64 {
    let spread = wait / 100 * UInt64(percent) + wait % 100 * UInt64(percent) / 100
    guard spread > 0 else { return min(wait, most) }
    let (width, overflows) = spread.multipliedReportingOverflow(by: 2)
    guard !overflows else { return min(wait, most) }
    return min(most, wait - spread + next() % (width + 1))
  }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
