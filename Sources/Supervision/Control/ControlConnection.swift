internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// One client of a control server. Whatever a client does, at worst it ends this connection.
final class ControlConnection {
  /// Holds the connection, to be closed before this value goes.
  private final class Open {
    let connection: LocalConnection
    let watch: EventLoop.Watch

    init(_ connection: consuming LocalConnection, _ watch: EventLoop.Watch) {
      self.connection = connection
      self.watch = watch
    }
  }

  let number: Int
  private weak var server: ControlServer?
  private let loop: EventLoop
  private var open: Open?
  private var input = FrameBuffer(largest: ControlProtocol.largestRequest)
  private var received: [ReceivedDescriptor] = []
  private var output = OutputQueue()
  private var calls: [ControlCall] = []
  /// Nothing more comes from the client, or is wanted from him.
  private var isInputEnded = false
  /// Ends when all is sent that waits.
  private var isEnding = false
  private var expected = PollSet.Interest.reading
  /// Listens to events.
  private(set) var isSubscribed = false
  /// How many bytes may wait before an event comes too much.
  private var longestQueue = ControlProtocol.largestBacklog
  /// When it last did something, for who is to go when there are too many.
  private(set) var lastActive = Clock.milliseconds

  /// How many requests of one client are handled before others have their turn.
  private static let requestsInTurn = 8

  init(_ connection: consuming LocalConnection, number: Int, of server: ControlServer, on loop: EventLoop)
    throws(SysError)
  {
    self.number = number
    self.server = server
    self.loop = loop
    let reference = WeakConnection()
    let watch = try loop.watch(connection.keptNumber) { readiness throws(SysError) in reference.value?.turn(readiness) }
    open = Open(connection, watch)
    reference.value = self
  }

  /// What the loop calls must not keep a connection alive.
  private final class WeakConnection {
    weak var value: ControlConnection?
  }

  var isClosed: Bool { open == nil }

  /// Whether it can go when there are too many: it neither listens nor waits for an answer, or it is to go anyway.
  var isDispensable: Bool { isEnding || !isSubscribed && calls.isEmpty }

  private func turn(_ readiness: EventLoop.Readiness) {
    flush()
    if readiness.isReadable, expected != .writing, expected != .nothing { receive() }
    // Both directions are closed: nobody waits for any answer.
    if readiness.isAtEnd, isInputEnded || output.count >= ControlProtocol.fullQueue { return close() }
    handleRequests()
    settle()
  }

  private func receive() {
    guard let open, !isInputEnded else { return }
    do throws(SysError) {
      guard let part = try open.connection.receive() else { return }
      lastActive = Clock.milliseconds
      received += part.open
      if part.isEnd { return endInput() }
      input.add(part.bytes)
      if received.count > 2 * ControlProtocol.mostDescriptors {
        refuse(ControlFailure(ControlFailure.tooMuch, "more open files came than any request takes"))
      }
    } catch {
      close()
    }
  }

  private func endInput() {
    if !input.hasNext, input.isWithinMessage {
      refuse(ControlFailure(ControlFailure.invalidRequest, "the input ends within a message"))
    }
    isInputEnded = true
  }

  /// Says what is wrong with the client as a whole, and ends.
  func refuse(_ failure: ControlFailure) {
    send(failure.answer(to: nil))
    isInputEnded = true
    isEnding = true
    settle()
  }

  private func handleRequests() {
    var handled = 0
    while open != nil, !isEnding, handled < Self.requestsInTurn, output.count < ControlProtocol.fullQueue {
      do throws(ControlFailure) {
        guard let message = try input.next() else { return }
        handled += 1
        handle(message)
      } catch {
        return refuse(error)
      }
    }
  }

  private func handle(_ bytes: [UInt8]) {
    let message: JSONValue
    do throws(Diagnostic) {
      message = try JSONValue.parse(bytes, file: "request")
    } catch {
      return send(ControlFailure(ControlFailure.notJSON, error.message).answer(to: nil))
    }
    var id: JSONValue?
    do throws(ControlFailure) {
      id = try Self.id(of: message)
      try handle(message, id: id ?? .null)
    } catch {
      send(error.answer(to: id))
    }
  }

  private static func id(of message: JSONValue) throws(ControlFailure) -> JSONValue {
    guard case .object = message else {
      throw ControlFailure(ControlFailure.invalidRequest, "a request is one object")
    }
    switch message["id"] {
    case .integer(let number): return .integer(number)
    case .string(let text) where text.utf8.count <= 256: return .string(text)
    default:
      throw ControlFailure(ControlFailure.invalidRequest, "\"id\" is no whole number and no text of at most 256 bytes")
    }
  }

  private func handle(_ message: JSONValue, id: JSONValue) throws(ControlFailure) {
    guard message["jsonrpc"] == .string("2.0"), let method = message["method"]?.string else {
      throw ControlFailure(ControlFailure.invalidRequest, "\"jsonrpc\" is not \"2.0\", or \"method\" is no text")
    }
    guard calls.count < ControlProtocol.mostCalls else {
      throw ControlFailure(
        ControlFailure.tooMuch, "\(ControlProtocol.mostCalls) requests wait for their answers already")
    }
    do throws(JSONMismatch) {
      if method == "subscribe" { return subscribe(id, after: try Self.resumption(message["params"])) }
      guard let (request, count) = try ControlRequest.read(method, message["params"]) else {
        throw JSONMismatch("")
      }
      guard count <= received.count else { throw JSONMismatch("fewer open files came than \"descriptors\" says") }
      let open = Array(received.prefix(count))
      received.removeFirst(count)
      let call = ControlCall(id: id, from: self, open: open)
      calls.append(call)
      server?.answer(request, call)
    } catch {
      guard !error.explanation.isEmpty else {
        throw ControlFailure(ControlFailure.unknownMethod, "there is no method \(quoted(shortened(method, to: 100)))")
      }
      throw ControlFailure(ControlFailure.invalidParams, error.explanation)
    }
  }

  private static func resumption(_ params: JSONValue?) throws(JSONMismatch) -> Int? {
    let members = try JSONMembers(params)
    try members.allow("after")
    return try members.integer("after")
  }

  private func subscribe(_ id: JSONValue, after sequence: Int?) {
    guard let server else { return }
    let (result, missed) = server.beginning(after: sequence)
    isSubscribed = true
    enqueue(
      ControlProtocol.frame(.object([.init("jsonrpc", .string("2.0")), .init("id", id), .init("result", result)])))
    for frame in missed { enqueue(frame) }
  }
}

// What goes to the client.
extension ControlConnection {
  func send(answer: JSONValue, to call: ControlCall) {
    calls.removeAll { $0 === call }
    let frame = ControlProtocol.frame(answer)
    guard frame.count <= ControlProtocol.largestAnswer else {
      let failure = ControlFailure(ControlFailure.internalError, "the answer is larger than any may be")
      return send(failure.answer(to: answer["id"]))
    }
    enqueue(frame)
    settle()
  }

  func send(_ message: JSONValue, with open: OpenToSend? = nil) {
    enqueue(ControlProtocol.frame(message), with: open)
    settle()
  }

  /// Tells an event. Who is too slow is told so instead, and nothing more.
  func tell(_ frame: [UInt8], sequence: Int) {
    guard isSubscribed, !isEnding else { return }
    if output.count + frame.count > longestQueue {
      output.clear()
      let note = ControlProtocol.notification("dropped", .object([.init("sequence", JSONValue(sequence))]))
      output.add(ControlProtocol.frame(note))
      isEnding = true
    } else {
      output.add(frame)
    }
    flush()
    settle()
  }

  private func enqueue(_ frame: [UInt8], with file: OpenToSend? = nil) {
    guard open != nil, !isEnding else { return }
    output.add(frame, with: file)
    flush()
    // An answer may be long: that it waits is not held against who listens.
    longestQueue = output.count + ControlProtocol.largestBacklog
  }

  /// Sends what there is room for.
  func flush() {
    while let open, let next = output.next {
      do throws(SysError) {
        let files = next.open.map { [$0.number] } ?? []
        guard let count = try open.connection.send(next.bytes, with: files) else { return }
        output.hasSent(count)
        if output.isEmpty { longestQueue = ControlProtocol.largestBacklog }
        lastActive = Clock.milliseconds
      } catch {
        return close()
      }
    }
  }

  /// Waits for what is to come next, or ends when nothing is.
  private func settle() {
    guard let open else { return }
    let isDone = output.isEmpty && (isEnding || isInputEnded && calls.isEmpty && !input.hasNext && !isSubscribed)
    if isDone { return close() }
    let mayRead = !isInputEnded && output.count < ControlProtocol.fullQueue
    // A request that is left for the next turn makes itself heard by the room that there is for its answer.
    let mustWrite = !output.isEmpty || input.hasNext && !isEnding
    let wanted: PollSet.Interest = mayRead ? (mustWrite ? .both : .reading) : (mustWrite ? .writing : .nothing)
    guard wanted != expected else { return }
    do throws(SysError) {
      try loop.expect(wanted, of: open.watch)
      expected = wanted
    } catch {
      close()
    }
  }

  /// Ends it, whatever waits.
  func close() {
    guard let open else { return }
    self.open = nil
    do throws(SysError) {
      try loop.remove(open.watch)
    } catch {
      // It goes from the loop with its descriptor.
    }
    received = []
    output = OutputQueue()
    let waiting = calls
    calls = []
    for call in waiting { call.clientHasGone() }
    server?.hasClosed(self)
  }
}
