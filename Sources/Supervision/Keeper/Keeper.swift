internal import Linux

/// Reads what all processes of a capsule write, and keeps it. One thread, one loop; nobody ever waits for it.
final class Keeper {
  enum Phase {
    case running
    /// The supervisor has said that it ends, and tidies up itself.
    case finishing
    /// The supervisor is gone.
    case orphaned
  }

  private var duty: KeeperDuty
  private let socket: MessageSocket
  private let socketWatch = WatchedSocket()
  private let loop: EventLoop
  private let timer: Timer
  private let now = Moment()
  private let input = InputBuffer()
  private let logs: [ProcessLog]
  private let echo: Echo?
  private var streams: [ObjectIdentifier: KeptStream] = [:]
  private var expected: [Instance: [UInt8]] = [:]
  private var troubled: Set<Int> = []
  /// Words that the supervisor does not take: one for each instance that was expected to say something, and the last on trouble.
  private var unsent: [KeeperWord] = []
  private var phase = Phase.running
  private var deadline = Int.max
  private var nextLook: Int?

  /// How long those that write may go on when the supervisor has ended, in milliseconds.
  private static let drainTime = 700

  init(_ duty: KeeperDuty, _ folder: OpenPlace, _ socket: consuming MessageSocket) throws(SysError) {
    self.duty = duty
    self.socket = socket
    loop = try EventLoop()
    timer = try Timer()
    let buffer = RecordBuffer()
    logs = duty.nodes.map { ProcessLog(LogFile(of: $0.name, in: folder, $0.rule), buffer) }
    echo = duty.echoes ? try Echo(on: loop, spillingTo: folder) : nil
  }

  /// Keeps until the supervisor has ended, and tidies up where that could not.
  func run() throws(SysError) {
    socketWatch.watch = try loop.watch(socket.keptNumber) { [self] _ throws(SysError) in try hear() }
    _ = try loop.watch(timer.keptNumber) { [self] _ throws(SysError) in
      if try timer.hasCome() { try look() }
    }
    try look()
    while !isDone {
      try loop.turn()
      if phase != .running, now.milliseconds >= deadline, !streams.isEmpty { try endAll() }
    }
    for log in logs where log.hasMissing { log.tellMissing(now, isLast: true) }
    if phase == .orphaned { try duty.tidy() }
  }

  private var isDone: Bool { phase != .running && streams.isEmpty && echo?.isDone ?? true }

  // MARK: The supervisor

  private func hear() throws(SysError) {
    try say(nil)
    while true {
      switch try socket.receiveNow() {
      case .nothing: return
      case .end:
        if phase == .running { try begin(.orphaned) }
        try socketWatch.leave(loop)
        return
      case .message(var message):
        guard let order = KeeperOrder(message.bytes) else { continue }
        try follow(order, message.open.take())
      }
    }
  }

  private func follow(_ order: KeeperOrder, _ open: consuming Descriptor?) throws(SysError) {
    switch order {
    case .open(let instance, let kind):
      guard let pipe = consume open, duty.nodes.indices.contains(instance.process) else { return }
      let format = RecordFormat(
        process: duty.nodes[instance.process].name, stream: kind, restart: instance.generation - 1,
        buildSHA: duty.buildSHA)
      let stream = KeptStream(pipe, instance, kind, format)
      streams[ObjectIdentifier(stream)] = stream
      stream.watch = try loop.watch(stream.pipe.keptNumber) { [self] _ throws(SysError) in try read(stream) }
    case .expect(let instance, let text):
      // What was expected of an earlier one cannot come any more.
      expected = expected.filter { $0.key.process != instance.process }
      expected[instance] = text
    case .over(let instance):
      now.setToNow()
      for stream in Array(streams.values) where stream.instance == instance { try end(stream) }
      expected[instance] = nil
    case .finish: try begin(.finishing)
    case .moveLogs(let capsule): try moveLogs(to: capsule)
    }
  }

  /// What cannot be moved stays where it is, and what comes is written there.
  private func moveLogs(to capsule: String) throws(SysError) {
    let last = duty.folder
    let next = LogFolder(root: last.root, capsule: capsule)
    now.setToNow()
    do throws(SysError) {
      let place = OpenPlace(try next.prepare(), path: next.path)
      for log in logs { try log.move(to: place, now) }
      duty.folder = next
      duty.capsule = capsule
      try last.remove()
    } catch {
      try say(.trouble("the logs cannot be moved to \(next.path): \(error.errno.meaning) (\(error.errno.name))"))
    }
  }

  private func begin(_ next: Phase) throws(SysError) {
    phase = next
    deadline = Clock.milliseconds + Self.drainTime
    try look()
  }

  /// Says something to the supervisor, or what there was no room for before.
  private func say(_ word: KeeperWord?) throws(SysError) {
    if let word {
      if word.isOfTrouble { unsent.removeAll(where: \.isOfTrouble) }
      unsent.append(word)
    }
    do throws(SysError) {
      while let first = unsent.first, try socket.sendNow(first.bytes) { unsent.removeFirst() }
    } catch let error where error.errno == .brokenPipe {
      // That it is gone is found out by reading.
      unsent = []
    }
    if !unsent.isEmpty { try lookIn(100) }
  }

  // MARK: What is written

  private func read(_ stream: KeptStream) throws(SysError) {
    now.setToNow()
    guard let bytes = try input.read(stream) else { return }
    try take(bytes, of: stream, isEnd: false)
  }

  /// Takes what has arrived, with what was left of what came before, and keeps what is left now.
  private func take(_ bytes: InputBuffer.Bytes, of stream: KeptStream, isEnd: Bool) throws(SysError) {
    let log = logs[stream.instance.process]
    let isEnd = isEnd || bytes.isEnd
    var isSeen = false
    let text = expected[stream.instance]
    let done = LineSplitter.split(bytes.all, isEnd: isEnd) { line, isPartial in
      if let text, !isSeen { isSeen = ByteSearch.find(text, in: line) != nil }
      echo?.take(line, from: duty.nodes[stream.instance.process].name, stream.kind)
      log.take(line, isPartial: isPartial, of: stream.kind, stream.format, now)
    }
    log.flush(of: stream.kind, stream.format, now)
    stream.rest = Array(bytes.all[done...])
    if let text, !isSeen { isSeen = stream.rest.withUnsafeBytes { ByteSearch.find(text, in: $0) } != nil }
    if isSeen {
      expected[stream.instance] = nil
      try say(.seen(process: stream.instance.process, generation: stream.instance.generation))
    }
    try echo?.pump()
    if isEnd { try close(stream) }
    try noteTrouble(of: stream.instance.process)
    if log.hasMissing { try lookIn(Self.missingTime) }
  }

  private func close(_ stream: KeptStream) throws(SysError) {
    if let watch = stream.watch { try loop.remove(watch) }
    stream.watch = nil
    streams[ObjectIdentifier(stream)] = nil
  }

  /// Those that write have had their time: what there is now is the last.
  private func endAll() throws(SysError) {
    for stream in Array(streams.values) { try end(stream) }
  }

  /// Takes what there is now as the last, and no more than a pipe can hold: somebody may go on writing.
  private func end(_ stream: KeptStream) throws(SysError) {
    for _ in 0..<Self.mostPortions where stream.watch != nil {
      guard let bytes = try input.read(stream) else { break }
      try take(bytes, of: stream, isEnd: false)
    }
    if stream.watch != nil { try take(input.rest(of: stream), of: stream, isEnd: true) }
  }

  /// A mebibyte, the largest that anybody but root can make a pipe, and one more.
  private static let mostPortions = 17

  private func noteTrouble(of process: Int) throws(SysError) {
    guard let trouble = logs[process].trouble else {
      if troubled.remove(process) != nil, troubled.isEmpty { try say(.recovered) }
      return
    }
    let isFirst = troubled.isEmpty
    troubled.insert(process)
    guard isFirst else { return }
    let name = duty.nodes[process].name
    try say(.trouble("the log of \(name) cannot be written: \(trouble.errno.meaning) (\(trouble.errno.name))"))
  }

  // MARK: What is due

  private static let missingTime = 1000

  /// Does what is due, and sets the timer for what will be.
  private func look() throws(SysError) {
    now.setToNow()
    nextLook = nil
    try say(nil)
    for (process, log) in logs.enumerated() where log.hasMissing {
      log.tellMissing(now)
      try noteTrouble(of: process)
      if log.hasMissing { try lookIn(Self.missingTime) }
    }
    if phase == .running, let interval = agingInterval {
      for log in logs {
        // What cannot be removed now is tried again; the size of what is kept is bounded all the same.
        do throws(SysError) { try log.age(now) } catch { continue }
      }
      try lookIn(interval)
    }
    if phase != .running {
      try echo?.abandonIfStuck(now.milliseconds)
      try lookIn(50)
    }
  }

  /// How often something may become too old: some times in the life of the shortest-lived, and not more often than once a second.
  private var agingInterval: Int? {
    let shortest = duty.nodes.compactMap { node in node.rule.oldest.map { $0 / UInt64(max(node.rule.kept, 1)) } }.min()
    return shortest.map { Int(min(max($0 / 4, 1000), 3_600_000)) }
  }

  private func lookIn(_ milliseconds: Int) throws(SysError) {
    let moment = Clock.milliseconds + milliseconds
    if let nextLook, nextLook <= moment { return }
    nextLook = moment
    try timer.set(milliseconds: UInt64(milliseconds))
  }
}

extension KeeperWord {
  fileprivate var isOfTrouble: Bool {
    switch self {
    case .trouble, .recovered: true
    case .seen, .gone: false
    }
  }
}

/// Where a loop waits for something that is not to be waited for any more.
private final class WatchedSocket {
  var watch: EventLoop.Watch?

  func leave(_ loop: EventLoop) throws(SysError) {
    if let watch { try loop.remove(watch) }
    watch = nil
  }
}
