package import Diagnostics
internal import Linux

/// Something that has happened to a running capsule, for those who listen.
package enum ControlEvent: Hashable, Sendable {
  /// A process is in another state; how it is now.
  case process(ProcessStatus)
  /// All of it is being stopped, and the supervisor will end.
  case ending
  /// Somebody who may not was not let in.
  case refused(user: UInt32, process: Int32)

  /// The members beside the number and the time.
  var members: [JSONValue.Member] {
    switch self {
    case .process(let status): [.init("event", .string("process")), .init("process", status.json)]
    case .ending: [.init("event", .string("ending"))]
    case .refused(let user, let process):
      [.init("event", .string("refused")), .init("user", JSONValue(user)), .init("pid", JSONValue(process))]
    }
  }
}

/// An event as somebody who listens receives it.
package struct ToldEvent: Hashable, Sendable {
  /// Counted from 1 over the life of the supervisor, without a gap.
  package var sequence: Int
  /// Milliseconds since 1970.
  package var time: Int
  /// Nil for a kind that is not known here.
  package var event: ControlEvent?
  /// As it came.
  package var json: JSONValue

  init(sequence: Int, time: Int, _ event: ControlEvent) {
    self.sequence = sequence
    self.time = time
    self.event = event
    json = .object([.init("sequence", JSONValue(sequence)), .init("time_ms", JSONValue(time))] + event.members)
  }

  init(json: JSONValue) throws(JSONMismatch) {
    let members = try JSONMembers(json)
    sequence = try members.neededInteger("sequence")
    time = try members.neededInteger("time_ms")
    self.json = json
    switch try members.neededText("event") {
    case "process": event = .process(try ProcessStatus(json: members.value("process") ?? .null))
    case "ending": event = .ending
    case "refused":
      event = .refused(user: try members.neededInteger("user"), process: try members.neededInteger("pid"))
    default: event = nil
    }
  }
}
