internal import Diagnostics
package import Linux

/// Answers at the control socket of a supervisor, on its event loop. docs/protocol.md
package final class ControlServer {
  package typealias Answer = (ControlRequest, ControlCall) -> Void

  /// Holds what cannot be copied.
  private final class Listening {
    let listener: LocalListener
    let watch: EventLoop.Watch

    init(_ listener: consuming LocalListener, _ watch: EventLoop.Watch) {
      self.listener = listener
      self.watch = watch
    }
  }

  private final class Spare {
    let descriptor: Descriptor

    init() throws(SysError) { descriptor = try Descriptor.open("/dev/null", .read) }
  }

  private let loop: EventLoop
  private let owner: UInt32
  private let snapshot: () -> CapsuleStatus
  private let body: Answer
  private var listening: Listening?
  private var clients: [Int: ControlConnection] = [:]
  private var nextNumber = 0
  /// Given up for a moment when no further file can be opened, so that those who connect can be told.
  private var spare: Spare?
  private var sequence = 0
  /// The last events, the oldest first, for those who were away for a moment.
  private var past: [(sequence: Int, frame: [UInt8])] = []
  /// How many connections of others were refused.
  package private(set) var refusedConnections = 0

  private static let rememberedEvents = 256
  private static let connectionsInTurn = 16

  /// Begins to listen. `answer` gets each request, and `snapshot` tells how things are to who begins to listen to events.
  ///
  /// `owner` is who may ask, beside root.
  package init(
    in folder: borrowing ClaimedRunFolder, on loop: EventLoop, owner: UInt32 = CurrentProcess.user,
    snapshot: @escaping () -> CapsuleStatus, answer: @escaping Answer
  ) throws(SysError) {
    self.loop = loop
    self.owner = owner
    self.snapshot = snapshot
    body = answer
    spare = try Spare()
    let listener = try folder.listen()
    let reference = WeakServer()
    let watch = try loop.watch(listener.keptNumber) { _ throws(SysError) in reference.value?.acceptAll() }
    listening = Listening(listener, watch)
    reference.value = self
  }

  private final class WeakServer {
    weak var value: ControlServer?
  }

  /// Ends all connections, after what fits of what waits for them, and listens no more.
  package func close() {
    if let listening {
      self.listening = nil
      do throws(SysError) {
        try loop.remove(listening.watch)
      } catch {
        // It goes from the loop with its descriptor.
      }
    }
    for client in Array(clients.values) {
      client.flush()
      client.close()
    }
  }

  /// Tells an event to all who listen. Nobody is waited for.
  package func tell(_ event: ControlEvent) {
    sequence += 1
    let told = ToldEvent(sequence: sequence, time: Clock.millisecondsOfCalendar, event)
    let frame = ControlProtocol.frame(ControlProtocol.notification("event", told.json))
    past.append((sequence, frame))
    if past.count > Self.rememberedEvents { past.removeFirst(past.count - Self.rememberedEvents) }
    for client in Array(clients.values) { client.tell(frame, sequence: sequence) }
  }

  /// What somebody is told who begins to listen: how things are now, or, where he says which event he has heard last and it is
  /// not too long ago, what he has missed.
  func beginning(after last: Int?) -> (result: JSONValue, missed: [[UInt8]]) {
    let start: [JSONValue.Member] = [
      .init("protocol", .integer(Int64(ControlProtocol.version))), .init("sequence", JSONValue(sequence)),
    ]
    if let last, last <= sequence, last + 1 >= (past.first?.sequence ?? sequence + 1) {
      return (.object(start + [.init("status", .null)]), past.filter { $0.sequence > last }.map(\.frame))
    }
    return (.object(start + [.init("status", snapshot().json)]), [])
  }

  func answer(_ request: ControlRequest, _ call: ControlCall) { body(request, call) }

  func hasClosed(_ client: ControlConnection) { clients[client.number] = nil }
}

// Who is let in.
extension ControlServer {
  private func acceptAll() {
    for _ in 0..<Self.connectionsInTurn {
      guard let listening else { return }
      do throws(SysError) {
        guard let connection = try listening.listener.accept() else { return }
        try admit(connection)
      } catch let error where [.tooManyFiles, .tooManyFilesOfAll].contains(error.errno) {
        sendAway(listening)
      } catch {
        // Of this one connection, or for lack of memory: the next turn tries again.
        return
      }
    }
  }

  private func admit(_ connection: consuming LocalConnection) throws(SysError) {
    let peer = try connection.peer()
    let failure = refusal(of: peer, connection)
    let client = try ControlConnection(connection, number: nextNumber, of: self, on: loop)
    nextNumber += 1
    if let failure {
      refusedConnections += 1
      client.refuse(failure)
      client.close()
      tell(.refused(user: peer.user, process: peer.process))
      return
    }
    guard clients.count < ControlProtocol.mostClients || dismissOne() else {
      let most = ControlProtocol.mostClients
      client.refuse(ControlFailure(ControlFailure.tooMuch, "\(most) clients are connected already"))
      client.close()
      return
    }
    clients[client.number] = client
  }

  /// Nobody else may ask, and nobody from inside a sandbox, although he may be the same user.
  private func refusal(of peer: LocalConnection.Peer, _ connection: borrowing LocalConnection) -> ControlFailure? {
    if peer.user == 0 { return nil }
    guard peer.user == owner else {
      return ControlFailure(
        ControlFailure.notAllowed, "this is for user \(owner) and root, and you are user \(peer.user)")
    }
    guard connection.isPeerInOwnUserNamespace() else {
      return ControlFailure(ControlFailure.notAllowed, "this is for nobody who is in another user namespace")
    }
    return nil
  }

  /// Ends the connection of whoever has been silent for longest, of those who wait for nothing.
  private func dismissOne() -> Bool {
    let candidates = clients.values.filter(\.isDispensable)
    guard let oldest = candidates.min(by: { $0.lastActive < $1.lastActive }) else { return false }
    oldest.close()
    return true
  }

  /// Lets go of one connection that there is no descriptor for: it would be ready for ever.
  private func sendAway(_ listening: Listening) {
    spare = nil
    do throws(SysError) {
      // Accepted, and closed at once.
      if let connection = try listening.listener.accept() { try connection.endSending() }
    } catch {
      // Another thread or process was faster; the next turn tries again.
    }
    do throws(SysError) {
      spare = try Spare()
    } catch {
      spare = nil
    }
  }
}
