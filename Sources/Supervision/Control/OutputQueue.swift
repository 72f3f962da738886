/// Messages on their way to a client, the first of which may have gone in part.
struct OutputQueue {
  private var frames: [[UInt8]] = []
  private var first = 0
  private var sent = 0
  /// How many bytes wait.
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  mutating func add(_ frame: [UInt8]) {
    frames.append(frame)
    count += frame.count
  }

  /// What is next to be sent.
  var next: ArraySlice<UInt8>? { first < frames.count ? frames[first][sent...] : nil }

  mutating func hasSent(_ bytes: Int) {
    sent += bytes
    count -= bytes
    guard sent == frames[first].count else { return }
    sent = 0
    frames[first] = []
    first += 1
    if first > 32, first * 2 > frames.count || first == frames.count {
      frames.removeFirst(first)
      first = 0
    }
  }

  /// Forgets all but what has gone in part.
  mutating func clear() {
    guard first < frames.count else { return }
    let begun = sent > 0 ? [frames[first]] : []
    frames = begun
    first = 0
    count = begun.first.map { $0.count - sent } ?? 0
  }
}
