package import Diagnostics
package import Linux
internal import ManifestFormat

/// A connection to a supervisor, for a command, which waits for what it asks.
package struct ControlClient: ~Copyable {
  private let connection: LocalConnection
  private let reading = Reading()
  package let name: String
  private let place: RunPlace

  /// What has been received and not looked at.
  private final class Reading {
    var input = FrameBuffer(largest: ControlProtocol.largestAnswer)
    var nextID: Int64 = 1
    /// What came with it, in its order.
    var open: [ReceivedDescriptor] = []
  }

  /// Something that the supervisor says.
  package enum Incoming: Hashable, Sendable {
    case result(id: Int64, JSONValue)
    case failure(id: Int64?, ControlFailure)
    /// `progress`, `event` or `dropped`.
    case note(String, JSONValue)
  }

  /// Connects to what runs under a name. What a killed supervisor has left of it is removed.
  package static func connect(_ name: String, in place: RunPlace? = nil) throws(ControlError) -> ControlClient {
    let connection: LocalConnection?
    let used: RunPlace
    do throws(RunFolderError) {
      used = try RunPlace.orOfCaller(place)
      connection = try RunFolder.connect(name, in: used, patience: patience)
    } catch {
      throw .folder(error)
    }
    guard let connection else { throw .notRunning(name: name) }
    return ControlClient(connection: connection, name: name, place: used)
  }

  private static let patience = 2000
  /// How long the keeper of its logs may go on after that, which gives up on who does not read after ten seconds.
  private static let longestEnd = 12_000

  private init(connection: consuming LocalConnection, name: String, place: RunPlace) {
    self.connection = connection
    self.name = name
    self.place = place
  }

  /// From now on whatever takes longer is `silent`; 0 for never. Without it a supervisor that is stopped is waited for some time,
  /// and not for ever.
  package func setPatience(milliseconds: Int) throws(ControlError) {
    try doing("ask") { () throws(SysError) in try connection.setPatience(milliseconds: milliseconds) }
  }

  /// Asks, and waits for the answer; what comes before it is given to `note`.
  package func call(
    _ request: ControlRequest, with open: [DescriptorNumber] = [],
    note: (String, JSONValue) throws(ControlError) -> Void = { (_: String, _: JSONValue) throws(ControlError) in }
  ) throws(ControlError) -> JSONValue {
    let (method, params) = request.message(descriptors: open.count)
    return try call(method, params, with: open) { (method, params) throws(ControlError) in
      // It has begun, and may now go on for as long as it likes.
      if case .exec = request { try setPatience(milliseconds: 0) }
      try note(method, params)
    }
  }

  /// The same by the words of the protocol.
  package func call(
    _ method: String, _ params: JSONValue, with open: [DescriptorNumber] = [],
    note: (String, JSONValue) throws(ControlError) -> Void = { (_: String, _: JSONValue) throws(ControlError) in }
  ) throws(ControlError) -> JSONValue {
    let id = try send(method, params, with: open)
    while true {
      switch try receive() {
      case .result(id, let result): return result
      case .failure(let failed, let failure) where failed == nil || failed == id: throw .refused(failure)
      case .note(let method, let params): try note(method, params)
      case .result, .failure: continue
      }
    }
  }

  package func send(
    _ request: ControlRequest, with open: [DescriptorNumber] = []
  ) throws(ControlError) -> Int64 {
    let (method, params) = request.message(descriptors: open.count)
    return try send(method, params, with: open)
  }

  /// Asks for something, the answer to which `receive` returns under this number.
  package func send(
    _ method: String, _ params: JSONValue, with open: [DescriptorNumber] = []
  ) throws(ControlError) -> Int64 {
    let id = reading.nextID
    reading.nextID += 1
    let message = JSONValue.object([
      .init("jsonrpc", .string("2.0")), .init("id", .integer(id)), .init("method", .string(method)),
      .init("params", params),
    ])
    let frame = ControlProtocol.frame(message)
    var rest = frame[...]
    var open = open
    do throws(SysError) {
      while !rest.isEmpty {
        guard let count = try connection.send(rest, with: open) else { throw SysError(.send, "", .tryAgain) }
        rest = rest.dropFirst(count)
        open = []
      }
    } catch let error where [.brokenPipe, .connectionReset].contains(error.errno) {
      // Why it let go may have been said before.
    } catch let error where error.errno == .tryAgain {
      throw .silent
    } catch {
      throw .system(error, doing: "ask")
    }
    return id
  }

  /// The next that it says. `ended` when the supervisor is gone.
  package func receive() throws(ControlError) -> Incoming {
    while true {
      if let incoming = try next() { return incoming }
      try wait()
    }
  }

  /// What is here already of what it said; nil when `wait` has to come first.
  package func next() throws(ControlError) -> Incoming? {
    do throws(ControlFailure) {
      guard let message = try reading.input.next() else { return nil }
      return try Self.incoming(message)
    } catch {
      throw .misunderstood(error.message)
    }
  }

  /// Waits until more has come.
  package func wait() throws(ControlError) {
    let part: LocalConnection.Part?
    do throws(SysError) {
      part = try connection.receive(capacity: 65536)
    } catch let error where error.errno == .connectionReset {
      throw .ended
    } catch {
      throw .system(error, doing: "ask")
    }
    guard let part else { throw .silent }
    guard !part.isEnd else { throw .ended }
    reading.input.add(part.bytes)
    reading.open += part.open
    guard reading.open.count <= ControlProtocol.mostDescriptors else {
      throw .misunderstood("more open files came than were asked for")
    }
  }

  /// The open file that came first, of those that nobody has taken; nil where there is none.
  package func takeOpen() -> Descriptor? {
    reading.open.isEmpty ? nil : reading.open.removeFirst().take()
  }

  private static func incoming(_ bytes: [UInt8]) throws(ControlFailure) -> Incoming {
    let message: JSONValue
    do throws(Diagnostic) {
      message = try JSONValue.parse(bytes, file: "answer", largest: ControlProtocol.largestAnswer)
    } catch {
      throw ControlFailure(ControlFailure.notJSON, error.message)
    }
    if let method = message["method"]?.string { return .note(method, message["params"] ?? .null) }
    let id = message["id"]?.integer.map { Int64($0) }
    if let error = message["error"] {
      return .failure(
        id: id,
        ControlFailure(
          error["code"]?.integer ?? 0, error["message"]?.string ?? "no reason is told", data: error["data"]))
    }
    guard let id, let result = message["result"] else {
      throw ControlFailure(ControlFailure.invalidRequest, "neither an answer nor a notification")
    }
    return .result(id: id, result)
  }

  private func doing(_ activity: String, _ body: () throws(SysError) -> Void) throws(ControlError) {
    do throws(SysError) {
      try body()
    } catch {
      throw .system(error, doing: activity)
    }
  }

  /// Who listens there.
  package func supervisor() throws(ControlError) -> Int32 {
    do throws(SysError) {
      return try connection.peer().process
    } catch {
      throw .system(error, doing: "look who answers")
    }
  }

  /// Becomes readable when more has come, or the supervisor has ended.
  package func watch(in polling: inout PollSet) -> PollSet.Entry { connection.watch(in: &polling) }

  package var keptNumber: DescriptorNumber { connection.keptNumber }
}

// What most clients ask.
extension ControlClient {
  package func status() throws(ControlError) -> CapsuleStatus {
    try Self.understood(try call(.status)) { (value) throws(JSONMismatch) in try CapsuleStatus(json: value) }
  }

  /// The processes that a change was made to, as they are now. `waiting` is told what it waits for meanwhile.
  package func change(
    _ request: ControlRequest, waiting: ([Blocker]) -> Void
  ) throws(ControlError) -> [ProcessStatus] {
    let result = try call(request) { (method, params) throws(ControlError) in
      guard method == "progress" else { return }
      if let blockers = try Self.blockers(params) { waiting(blockers) }
    }
    return try Self.understood(result) { (value) throws(JSONMismatch) in
      try JSONMembers(value).list("processes") { (json: JSONValue) throws(JSONMismatch) in try ProcessStatus(json: json)
      }
        ?? []
    }
  }

  private static func blockers(_ params: JSONValue) throws(ControlError) -> [Blocker]? {
    try understood(params) { (value) throws(JSONMismatch) in
      try JSONMembers(value).list("blocked_by") { (json: JSONValue) throws(JSONMismatch) in try Blocker(json: json) }
    }
  }

  /// Stops all for as long as this client stays, and returns when nothing of it runs.
  package func standAside(waiting: ([Blocker]) -> Void) throws(ControlError) {
    let id = try send(.standAside)
    while true {
      switch try receive() {
      case .result: throw .misunderstood("an end of standing aside that nobody has asked for")
      case .failure(let failed, let failure) where failed == nil || failed == id: throw .refused(failure)
      case .failure: continue
      case .note(let method, let params):
        guard method == "progress" else { continue }
        if params["stood_aside"] != nil { return }
        if let blockers = try Self.blockers(params) { waiting(blockers) }
      }
    }
  }

  /// Takes the place of the version before; returns what the supervisor tells of it.
  package func takeOver() throws(ControlError) -> JSONValue { try call(.takeOver) }

  /// Stops all and ends the supervisor; returns when nothing is left of it.
  package func shutDown(waiting: ([Blocker]) -> Void) throws(ControlError) {
    do throws(ControlError) {
      _ = try change(.shutdown, waiting: waiting)
      while true { _ = try receive() }
    } catch .ended {
      try waitUntilFree()
    }
  }

  /// The folder goes, or its lock, when the last process of the supervisor has.
  private func waitUntilFree() throws(ControlError) {
    let deadline = Clock.milliseconds + Self.longestEnd
    let own = try supervisor()
    do throws(RunFolderError) {
      while let run = try RunFolder.open(name, in: place), try run.isClaimed() {
        // Another version may have taken the name over.
        if let record = try run.record(), record.process != own { return }
        guard Clock.milliseconds < deadline else {
          throw RunFolderError.notListening(name: name, process: try run.record()?.process)
        }
        Clock.sleep(milliseconds: 2)
      }
    } catch {
      throw .folder(error)
    }
  }

  /// The lives of a process, or of all, the oldest first.
  package func history(of process: String?) throws(ControlError) -> [ProcessLife] {
    try Self.understood(try call(.history(process: process))) { (value) throws(JSONMismatch) in
      try JSONMembers(value).list("history") { (json: JSONValue) throws(JSONMismatch) in try ProcessLife(json: json) }
        ?? []
    }
  }

  /// The beginning of listening.
  package struct Subscription: Hashable, Sendable {
    /// The number of the last event that `status` tells of.
    package var sequence: Int
    /// How things are; nil where only what was missed is told.
    package var status: CapsuleStatus?
    /// As it came.
    package var json: JSONValue
  }

  /// Listens to events from now on, or after one that was heard before.
  package func subscribe(after sequence: Int? = nil) throws(ControlError) -> Subscription {
    let result = try call("subscribe", .object([.init("after", JSONValue(sequence))]))
    // There may be nothing to tell for days.
    try setPatience(milliseconds: 0)
    return try Self.understood(result) { (value) throws(JSONMismatch) in
      let members = try JSONMembers(value)
      let sequence: Int = try members.neededInteger("sequence")
      guard let status = members.value("status") else { return Subscription(sequence: sequence, json: value) }
      return Subscription(sequence: sequence, status: try CapsuleStatus(json: status), json: value)
    }
  }

  /// The event that a notification is; nil for another notification.
  package static func event(_ incoming: Incoming) throws(ControlError) -> ToldEvent? {
    guard case .note(let method, let params) = incoming else { return nil }
    if method == "dropped" { throw .dropped(sequence: params["sequence"]?.integer ?? 0) }
    guard method == "event" else { return nil }
    return try understood(params) { (value) throws(JSONMismatch) in try ToldEvent(json: value) }
  }

  private static func understood<Value>(
    _ value: JSONValue, _ read: (JSONValue) throws(JSONMismatch) -> Value
  ) throws(ControlError) -> Value {
    do throws(JSONMismatch) {
      return try read(value)
    } catch {
      throw .misunderstood(error.explanation)
    }
  }
}
