internal import Linux
internal import Planning

/// Holds a sandbox as a supervisor does, and does with it what it is told, for tests: they look from outside at what becomes of it.
final class JoinTrial {
  private let sandbox: SupervisedSandbox
  private let process: PlannedProcess
  private var joined: [JoinedProcess] = []
  private var reaped: Set<CInt> = []
  /// Of a process that should have ended well, and has not: then nothing more is done.
  private var code: CInt = 0

  static func run(_ plan: Plan, _ words: [String]) throws(LaunchError) -> RunResult {
    let code: CInt
    do throws(SetUpFailure) {
      let signals = try trying { () throws(SysError) in try SignalQueue(of: SignalSet(.brokenPipe)) }
      var place: GroupPlace?
      let ground = try trying { () throws(SysError) in try GroupGround.gather() }
      if words.first != "marks", case .groups(let found) = ground.decideTracking(plan.limitNames) { place = found }
      let trial = JoinTrial(try SupervisedSandbox.start(plan, at: place), plan.foreground)
      do throws(SetUpFailure) {
        try trial.make(words)
      } catch {
        try trying { () throws(SysError) in try trial.sandbox.end() }
        throw error
      }
      try trying { () throws(SysError) in try trial.sandbox.end() }
      code = trial.code
      withExtendedLifetime(signals) {}
    } catch {
      throw .setUp(error)
    }
    return RunResult(.exited(code: code), of: nil, usage: ProcessUsage(), wallMicroseconds: 0)
  }

  private init(_ sandbox: SupervisedSandbox, _ process: PlannedProcess) {
    self.sandbox = sandbox
    self.process = process
  }

  private func make(_ words: [String]) throws(SetUpFailure) {
    for word in words where code == 0 {
      let parts = word.split(separator: "=")
      try make(String(parts[0]), parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
    }
  }

  private func make(_ word: String, _ number: Int) throws(SetUpFailure) {
    switch word {
    case "begin": try begin(number)
    case "generation": try begin(1, generation: number)
    case "timed":
      let times = try begin(number)
      try tell("helpers \(times.helpers) us, programs \(times.programs) us")
    case "terminal": try beginInTerminal()
    case "folder": try beginInFolder()
    case "abandon": for _ in 0..<number { try abandon() }
    case "linger": try linger(milliseconds: number)
    default: try Self.trying { () throws(SysError) in try look(word, number) }
    }
  }

  /// All at once, as far as the machine can.
  @discardableResult
  private func begin(_ count: Int, generation: Int = 0) throws(SetUpFailure) -> (helpers: Int, programs: Int) {
    let begun = Clock.microseconds
    var pending: [PendingJoin] = []
    for _ in 0..<count { pending.append(try beginOne(generation)) }
    let made = Clock.microseconds - begun
    while !pending.isEmpty {
      var rest: [PendingJoin] = []
      for join in pending {
        if let process = try join.advance() { joined.append(process) } else { rest.append(join) }
      }
      pending = rest
      try Self.trying { () throws(SysError) in try Self.wait(for: pending) }
    }
    return (made, Clock.microseconds - begun)
  }

  private func finish(_ pending: PendingJoin) throws(SetUpFailure) -> JoinedProcess {
    while true {
      if let process = try pending.advance() { return process }
      try Self.trying { () throws(SysError) in try Self.wait(for: [pending]) }
    }
  }

  private static func wait(for pending: [PendingJoin]) throws(SysError) {
    if pending.isEmpty { return }
    let all = try WaitSet()
    for join in pending { try all.add(join.number) }
    try all.wait()
  }

  /// Shows what the process writes to its terminal, to its end.
  private func beginInTerminal() throws(SetUpFailure) {
    let size = WindowSize(rows: 17, columns: 71)
    let pending = try sandbox.begin(process, generation: 0, streams: JoinStreams(terminalOf: size, isTypedInto: false))
    let process = try finish(pending)
    try Self.trying { () throws(SysError) in
      guard let terminal = process.terminal else { return try say("no terminal") }
      let ending = try process.reap().0
      var text = [UInt8](repeating: 0, count: RelayEnd.portion)
      let received = text.withUnsafeMutableBytes { bytes in
        catching { () throws(SysError) in try terminal.end.relayEnd.receive(into: bytes) }
      }
      guard case .bytes(let count) = try received.get() else { return try say("nothing was shown") }
      try say("shown \(String(decoding: text[..<count], as: UTF8.self)), ended with \(ending.exitCode)")
    }
  }

  private func beginInFolder() throws(SetUpFailure) {
    let streams = try Self.trying { () throws(SysError) in
      JoinStreams(input: try Descriptor.open("/", .folder), output: nil, errors: nil)
    }
    joined.append(try finish(try sandbox.begin(process, generation: 0, streams: streams)))
  }

  private func beginOne(_ generation: Int) throws(SetUpFailure) -> PendingJoin {
    let streams = try Self.trying { () throws(SysError) in
      JoinStreams(
        input: nil, output: try StandardStream.output.duplicate(), errors: try StandardStream.error.duplicate())
    }
    return try sandbox.begin(process, generation: generation, streams: streams)
  }

  private func abandon() throws(SetUpFailure) {
    let pending = try beginOne(0)
    try Self.trying { () throws(SysError) in try pending.abandon() }
  }

  /// The same after a while, in which others can see it wait.
  private func linger(milliseconds: Int) throws(SetUpFailure) {
    let pending = try beginOne(0)
    try tell("waits")
    try Self.trying { () throws(SysError) in
      Clock.sleep(milliseconds: milliseconds)
      try pending.abandon()
    }
    try tell("given up")
  }

  private func look(_ word: String, _ number: Int) throws(SysError) {
    switch word {
    case "marks": return
    case "tracking": try say("tracking \(sandbox.tracking.name)")
    case "group": try say("group \(sandbox.group ?? "none")")
    case "lose": try lose()
    case "sleep": Clock.sleep(milliseconds: number)
    case "reap": try say("reaped \(try reap().sorted())")
    case "succeed": code = try reap().max() ?? 0
    case "empty": try say("empty \(try count { tree throws(SysError) in try tree.isEmpty() ? 1 : 0 })")
    case "processes": try say("processes \(try count { tree throws(SysError) in try tree.processes().count })")
    case "usage": for process in joined { try say("usage \(Self.text(try process.tree.usage()))") }
    case "measure": for process in joined { withExtendedLifetime(try process.tree.usage()) {} }
    case "total": try say("total \(try sandbox.usage().map { "\($0.processorTime ?? 0)" } ?? "unknown")")
    case "kill": for process in joined { try process.tree.kill() }
    case "ask": for process in joined { try process.tree.send(.terminate) }
    case "killFirst": try joined.first?.tree.kill()
    case "timedKill": try kill()
    case "changes": try awaitChange()
    case "remove":
      for process in joined { try process.tree.remove() }
      joined = []
    case "connect": try connect(UInt16(number))
    case "die": try die()
    default: try say("unknown \(word)")
    }
  }

  private static func text(_ usage: TreeUsage) -> String {
    let (read, written) = (usage.readBytes.map(String.init) ?? "-", usage.writtenBytes.map(String.init) ?? "-")
    return
      "\(usage.cpuMicroseconds) \(usage.memoryBytes) \(read) \(written) \(usage.processes) \(usage.outOfMemoryKills)"
  }

  private func count(_ number: (ProcessTree) throws(SysError) -> Int) throws(SysError) -> Int {
    var sum = 0
    for process in joined { sum += try number(process.tree) }
    return sum
  }

  private func reap() throws(SysError) -> Set<CInt> {
    var codes: Set<CInt> = []
    for process in joined where !reaped.contains(process.id) {
      codes.insert(try process.reap().0.exitCode)
      reaped.insert(process.id)
    }
    return codes
  }

  private func kill() throws(SysError) {
    let begun = Clock.microseconds
    for process in joined { try process.tree.kill() }
    let killed = Clock.microseconds
    while try count({ tree throws(SysError) in try tree.isEmpty() ? 0 : 1 }) > 0, Clock.microseconds - begun < 5_000_000
    {
      Clock.sleep(milliseconds: 1)
    }
    try say("killed in \(killed - begun) us, empty in \(Clock.microseconds - begun) us")
  }

  /// PID 1 is killed, and takes all others with it.
  private func lose() throws(SysError) {
    try sandbox.initProcess.send(.kill)
    let waiting = try WaitSet()
    try waiting.add(sandbox.initNumber)
    try waiting.wait()
    try say("lost")
  }

  private func awaitChange() throws(SysError) {
    guard let process = joined.first, let number = try process.tree.changes else {
      return try say("no changes are told")
    }
    let waiting = try WaitSet()
    try waiting.add(number)
    while try !process.tree.isEmpty() { try waiting.wait() }
    try say("told empty")
  }

  private func connect(_ port: UInt16) throws(SysError) {
    do throws(SetUpFailure) {
      let look = try sandbox.beginConnect(port: port)
      let waiting = try Self.trying { () throws(SysError) in try WaitSet() }
      try Self.trying { () throws(SysError) in
        try waiting.add(look.number)
        try waiting.wait()
        try say("connected \(try look.result())")
      }
    } catch {
      throw error.error
    }
  }

  /// As a supervisor that is killed, with a keeper that was forked off and tidies up.
  private func die() throws(SysError) {
    let channel = try MessageChannel()
    guard try ChildProcess.clone(into: []) != nil else {
      let life = channel.childEnd()
      sandbox.leaveToOther()
      do throws(SysError) {
        while try life.receive() != nil {}
        let begun = Clock.microseconds
        try sandbox.tidyAfterDeath()
        try say("tidied in \(Clock.microseconds - begun) us")
        CurrentProcess.exit(0)
      } catch {
        CurrentProcess.exit(1)
      }
    }
    let life = channel.parentEnd()
    try ProcessHandle.open(CurrentProcess.id)?.send(.kill)
    life.close()
  }

  private func say(_ text: String) throws(SysError) { try StandardStream.output.write(text + "\n") }

  private func tell(_ text: String) throws(SetUpFailure) {
    try Self.trying { () throws(SysError) in try say(text) }
  }

  private static func trying<Result: ~Copyable>(
    _ body: () throws(SysError) -> Result
  ) throws(SetUpFailure) -> Result {
    try SetUpFailure.catching(.joining, "try the sandbox", body)
  }
}
