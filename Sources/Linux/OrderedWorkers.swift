internal import Glibc

/// Turns pieces of bytes into others; each belongs to one thread.
package protocol PieceWorker: AnyObject {
  /// Fills the output, and returns how much of it; nil for an input that it cannot turn.
  func turn(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int?
}

/// Threads that turn pieces of bytes into others. What comes out has the order of what went in.
///
/// All threads have ended when this value is gone, so that whoever clones afterwards has one thread again.
package final class OrderedWorkers {
  private let board: Board
  private var threads: [pthread_t] = []
  private var fed = 0
  private var taken = 0

  /// Starts the threads. No more than `slots` pieces are under way at once. pthread_create(3)
  package init(
    threads count: Int, slots: Int, inputSize: Int, outputSize: Int,
    makeWorker: @escaping @Sendable () -> any PieceWorker
  ) throws(SysError) {
    board = Board(slots: slots, inputSize: inputSize, outputSize: outputSize, makeWorker: makeWorker)
    for _ in 0..<count { threads.append(try board.startThread()) }
  }

  deinit {
    board.stop()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Whether a piece has to be taken before the next can be fed.
  package var isFull: Bool { fed - taken == board.slots.count }
  /// Whether all that was fed has been taken.
  package var isEmpty: Bool { fed == taken }

  /// Hands over one piece: `fill` writes it into the buffer and returns its size.
  package func feed<Failure>(_ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int) throws(Failure) {
    precondition(!isFull, "a piece has to be taken first")
    let slot = board.slots[fed % board.slots.count]
    slot.inputCount = try fill(slot.input)
    board.setState(.fed, of: slot)
    fed += 1
  }

  /// Waits for the oldest piece under way and lends what became of it; nil for one that could not be turned.
  package func take<Failure>(_ use: (UnsafeRawBufferPointer?) throws(Failure) -> Void) throws(Failure) {
    precondition(!isEmpty, "a piece has to be fed first")
    let slot = board.slots[taken % board.slots.count]
    board.wait(for: slot)
    taken += 1
    defer { board.setState(.free, of: slot) }
    try use(slot.outputCount.map { UnsafeRawBufferPointer(rebasing: slot.output[..<$0]) })
  }
}

/// One piece under way.
private final class Slot {
  enum State {
    case free, fed, taken, turned
  }

  let input: UnsafeMutableRawBufferPointer
  let output: UnsafeMutableRawBufferPointer
  var inputCount = 0
  var outputCount: Int?
  var state = State.free

  init(inputSize: Int, outputSize: Int) {
    input = .allocate(byteCount: inputSize, alignment: 64)
    output = .allocate(byteCount: outputSize, alignment: 64)
  }

  deinit {
    input.deallocate()
    output.deallocate()
  }
}

/// What the threads share.
// SAFETY: states are read and changed under the lock alone; the rest of a slot belongs to whoever put it in its state.
private final class Board: @unchecked Sendable {
  let slots: [Slot]
  private let makeWorker: @Sendable () -> any PieceWorker
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private var isStopping = false
  private var next = 0

  init(slots count: Int, inputSize: Int, outputSize: Int, makeWorker: @escaping @Sendable () -> any PieceWorker) {
    slots = (0..<count).map { _ in Slot(inputSize: inputSize, outputSize: outputSize) }
    self.makeWorker = makeWorker
    lock = .allocate(capacity: 1)
    changed = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    changed.deallocate()
    lock.deallocate()
  }

  /// Signals are for the thread that is there in any case, so that they interrupt what it waits for.
  func startThread() throws(SysError) -> pthread_t {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let board = Unmanaged.passRetained(self)
    let failure = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Board>.fromOpaque(argument).takeRetainedValue().work() }
        return nil
      }, board.toOpaque())
    guard failure == 0 else {
      board.release()
      throw SysError(.pthread_create, "", Errno(rawValue: failure))
    }
    return thread
  }

  func setState(_ state: Slot.State, of slot: Slot) {
    locked { slot.state = state }
  }

  func wait(for slot: Slot) {
    pthread_mutex_lock(lock)
    while slot.state != .turned { pthread_cond_wait(changed, lock) }
    pthread_mutex_unlock(lock)
  }

  func stop() {
    locked { isStopping = true }
  }

  private func locked(_ change: () -> Void) {
    pthread_mutex_lock(lock)
    change()
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(lock)
  }

  private func work() {
    let worker = makeWorker()
    while let slot = nextPiece() {
      slot.outputCount = worker.turn(
        UnsafeRawBufferPointer(rebasing: slot.input[..<slot.inputCount]), into: slot.output)
      setState(.turned, of: slot)
    }
  }

  /// The pieces are begun in their order, each by one thread.
  private func nextPiece() -> Slot? {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    while !isStopping {
      let slot = slots[next % slots.count]
      if slot.state == .fed {
        slot.state = .taken
        next += 1
        return slot
      }
      pthread_cond_wait(changed, lock)
    }
    return nil
  }
}
