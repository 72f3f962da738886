package import Linux

/// Something open that waits to be sent to a client. It is let go of here when that is done, or will never be.
package struct OpenToSend {
  private let keeper: AnyObject
  let number: DescriptorNumber

  /// `keeper` is what keeps it open.
  package init(_ number: DescriptorNumber, keptBy keeper: AnyObject) {
    self.number = number
    self.keeper = keeper
  }
}

/// Messages on their way to a client, the first of which may have gone in part.
struct OutputQueue {
  private struct Message {
    var frame: [UInt8]
    /// What goes with its first byte.
    var open: OpenToSend?
  }

  private var messages: [Message] = []
  private var first = 0
  private var sent = 0
  /// How many bytes wait.
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  mutating func add(_ frame: [UInt8], with open: OpenToSend? = nil) {
    messages.append(Message(frame: frame, open: open))
    count += frame.count
  }

  /// What is next to be sent.
  var next: (bytes: ArraySlice<UInt8>, open: OpenToSend?)? {
    first < messages.count ? (messages[first].frame[sent...], messages[first].open) : nil
  }

  mutating func hasSent(_ bytes: Int) {
    sent += bytes
    count -= bytes
    messages[first].open = nil
    guard sent == messages[first].frame.count else { return }
    sent = 0
    messages[first].frame = []
    first += 1
    if first > 32, first * 2 > messages.count || first == messages.count {
      messages.removeFirst(first)
      first = 0
    }
  }

  /// Forgets all but what has gone in part.
  mutating func clear() {
    guard first < messages.count else { return }
    let begun = sent > 0 ? [messages[first]] : []
    messages = begun
    first = 0
    count = begun.first.map { $0.frame.count - sent } ?? 0
  }
}
