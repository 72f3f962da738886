internal import Linux

/// Moments to come, each with what is to be done then: one timer of the kernel for all of them.
final class Moments {
  /// One of them, by which it can be taken back.
  struct Moment: Hashable {
    fileprivate let id: Int
  }

  private struct Waiting {
    let at: UInt64
    let id: Int
    let body: () throws(SysError) -> Void
  }

  private let timer: Timer
  /// The latest first.
  private var waiting: [Waiting] = []
  private var nextID = 1

  init(on loop: EventLoop) throws(SysError) {
    timer = try Timer()
    // Both are there as long as the supervisor is.
    _ = try loop.watch(timer.keptNumber) { [unowned self] _ throws(SysError) in try pass() }
  }

  /// Milliseconds since some moment, which never go back.
  static var now: UInt64 { UInt64(Clock.milliseconds) }

  @discardableResult
  func at(_ moment: UInt64, _ body: @escaping () throws(SysError) -> Void) throws(SysError) -> Moment {
    let id = nextID
    nextID += 1
    let place = waiting.firstIndex { $0.at < moment } ?? waiting.endIndex
    waiting.insert(Waiting(at: moment, id: id, body: body), at: place)
    try set()
    return Moment(id: id)
  }

  @discardableResult
  func after(_ milliseconds: UInt64, _ body: @escaping () throws(SysError) -> Void) throws(SysError) -> Moment {
    try at(Self.now + milliseconds, body)
  }

  /// One that has come already is no error.
  func takeBack(_ moment: Moment) { waiting.removeAll { $0.id == moment.id } }

  private func pass() throws(SysError) {
    guard try timer.hasCome() else { return }
    while let next = waiting.last, next.at <= Self.now {
      waiting.removeLast()
      try next.body()
    }
    try set()
  }

  private func set() throws(SysError) {
    guard let next = waiting.last else { return }
    // Set to nothing, it would never come.
    try timer.set(milliseconds: max(1, next.at - min(next.at, Self.now)))
  }
}
