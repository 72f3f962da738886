package import Linux

/// The supervisor's side of its keeper. Nothing here but `finish` ever waits for it.
package final class KeeperLink {
  let socket: MessageSocket
  private let child: KeeperChild?
  private let loop: EventLoop?
  /// What has not been sent yet, with what belongs to it.
  private var waiting: [Unsent] = []
  private var writable: Writable?
  private var isGone = false

  private final class Unsent {
    let bytes: [UInt8]
    let open: Descriptor?

    init(_ order: KeeperOrder, _ open: consuming Descriptor?) {
      bytes = order.bytes
      self.open = open
    }
  }

  /// The same socket once more, as it is already waited for by whoever calls `next`.
  private final class Writable {
    let descriptor: Descriptor
    var watch: EventLoop.Watch?

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
  }

  /// How many orders wait for a keeper that does not take them; more are refused.
  private static let mostWaiting = 4096

  /// Makes the keeper. Of what this process has open it keeps nothing but those given.
  ///
  /// With a loop, orders that could not be sent at once are sent from there; without one, by the next call. clone3(2)
  package static func start(
    _ duty: KeeperDuty, loop: EventLoop?, kept: [DescriptorNumber]
  ) throws(SysError) -> KeeperLink {
    // Here, so that it can be told when it cannot be made.
    let folder = OpenPlace(try duty.folder.prepare(), path: duty.folder.path)
    let channel = try MessageChannel()
    guard let child = try ChildProcess.clone(into: []) else {
      KeeperProcess.run(duty, folder, channel.childEnd(), kept)
    }
    return KeeperLink(channel.parentEnd(), KeeperChild(child, patience: duty.echoes ? 600_000 : 5000), loop)
  }

  init(_ socket: consuming MessageSocket, _ child: KeeperChild?, _ loop: EventLoop?) {
    self.socket = socket
    self.child = child
    self.loop = loop
  }

  /// Readable when the keeper has something to say or is gone.
  package var number: DescriptorNumber { socket.keptNumber }

  /// Makes the pipes of an instance, and hands the ends to read from over. pipe2(2)
  package func open(process: Int, generation: Int) throws(SysError) -> OutputPipes {
    let instance = Instance(process: process, generation: generation)
    let output = try Pipe()
    let errors = try Pipe()
    try send(.open(instance, .output), output.takeReading())
    try send(.open(instance, .errors), errors.takeReading())
    return OutputPipes(output: output.takeWriting(), errors: errors.takeWriting())
  }

  /// Asks to be told when an instance writes a text: `open` before, and before the instance is made, so that nothing is missed.
  package func expect(_ text: String, of process: Int, generation: Int) throws(SysError) {
    let bytes = Array(text.utf8.prefix(KeeperOrder.longestText))
    try send(.expect(Instance(process: process, generation: generation), bytes), nil)
  }

  /// The capsule runs under another name from now on, and so do its logs. Nobody else may write to those any more.
  package func moveLogs(to capsule: String) throws(SysError) { try send(.moveLogs(capsule), nil) }

  /// The last process of an instance is gone: what it has written by now is all that is kept of it, whoever else it may have handed
  /// its output to.
  package func end(process: Int, generation: Int) throws(SysError) {
    // Whatever waits already: there is one of these for each that was opened.
    try post(.over(Instance(process: process, generation: generation)), nil)
  }

  /// What the keeper has to say; nil for nothing now.
  package func next() throws(SysError) -> KeeperWord? {
    try flush()
    while true {
      switch try socket.receiveNow() {
      case .nothing: return nil
      case .end:
        isGone = true
        return .gone
      case .message(let message):
        if let word = KeeperWord(message.bytes) { return word }
      }
    }
  }

  /// The supervisor ends in order: everything is written that the processes have said, and the keeper has ended. One that is gone
  /// already is no error: `next` tells.
  package func finish() throws(SysError) {
    try post(.finish, nil)
    let deadline = Clock.milliseconds + 1000
    while !waiting.isEmpty, !isGone, Clock.milliseconds < deadline {
      Clock.sleep(milliseconds: 5)
      try flush()
    }
    try child?.end()
  }

  private func send(_ order: KeeperOrder, _ open: consuming Descriptor?) throws(SysError) {
    guard waiting.count < Self.mostWaiting else { throw SysError(.send, "the keeper of logs", .tryAgain) }
    try post(order, open)
    if isGone { throw SysError(.send, "the keeper of logs", .brokenPipe) }
  }

  private func post(_ order: KeeperOrder, _ open: consuming Descriptor?) throws(SysError) {
    waiting.append(Unsent(order, open))
    try flush()
  }

  /// Sends what can be sent now.
  private func flush() throws(SysError) {
    while let first = waiting.first, !isGone {
      guard try isSent(first) else { break }
      waiting.removeFirst()
    }
    if isGone { waiting = [] }
    try waitUntilWritable()
  }

  private func isSent(_ order: Unsent) throws(SysError) -> Bool {
    do throws(SysError) {
      switch order.open {
      case .some(let open): return try socket.sendNow(order.bytes, with: open)
      case .none: return try socket.sendNow(order.bytes)
      }
    } catch let error where error.errno == .brokenPipe {
      isGone = true
      return false
    }
  }

  private func waitUntilWritable() throws(SysError) {
    guard let loop else { return }
    if waiting.isEmpty {
      if let watch = writable?.watch { try loop.remove(watch) }
      writable = nil
    } else if writable == nil {
      let again = Writable(try socket.duplicate())
      again.watch = try loop.watch(again.descriptor.keptNumber, for: .writing) { [self] _ throws(SysError) in
        try flush()
      }
      writable = again
    }
  }
}

/// The keeper as a child of the supervisor.
final class KeeperChild {
  private let process: ChildProcess
  /// In milliseconds. The keeper itself gives up before, in the foreground on who reads nothing of much that waits for him.
  private let patience: UInt64

  init(_ process: consuming ChildProcess, patience: UInt64) {
    self.process = process
    self.patience = patience
  }

  /// Waits for its end, and ends it where that takes too long.
  func end() throws(SysError) {
    let loop = try EventLoop()
    let timer = try Timer()
    var isOver = false
    _ = try loop.watch(process.keptNumber) { _ throws(SysError) in isOver = true }
    _ = try loop.watch(timer.keptNumber) { _ throws(SysError) in isOver = true }
    try timer.set(milliseconds: patience)
    while !isOver { try loop.turn() }
    try process.killAndReap()
  }
}
