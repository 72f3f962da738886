package import Diagnostics
package import Linux

/// One life of a process, for its history.
package struct ProcessLife: Hashable, Sendable {
  package var process: String
  package var generation: Int
  /// Milliseconds since 1970; nil for the end of one that goes on.
  package var started: Int
  package var ended: Int?
  package var ending: Ending?
  /// Why it ended, or what came of it, where that is not plain.
  package var reason: String?

  package init(
    process: String, generation: Int, started: Int, ended: Int? = nil, ending: Ending? = nil, reason: String? = nil
  ) {
    self.process = process
    self.generation = generation
    self.started = started
    self.ended = ended
    self.ending = ending
    self.reason = reason
  }

  package var json: JSONValue {
    .object([
      .init("process", .string(process)), .init("generation", JSONValue(generation)),
      .init("started_ms", JSONValue(started)), .init("ended_ms", JSONValue(ended)),
      .init("ending", ending?.json ?? .null), .init("reason", JSONValue(reason)),
    ])
  }

  init(json: JSONValue) throws(JSONMismatch) {
    let members = try JSONMembers(json)
    self.init(
      process: try members.neededText("process"), generation: try members.neededInteger("generation"),
      started: try members.neededInteger("started_ms"), ended: try members.integer("ended_ms"),
      reason: try members.text("reason"))
    if let ending = members.value("ending") { self.ending = try Ending(json: ending) }
  }
}

/// A process that a stop waits for.
package struct Blocker: Hashable, Sendable {
  /// The process of the capsule that it belongs to.
  package var process: String
  package var pid: Int32?
  /// Its command, as far as it can be told.
  package var command: String?

  package init(process: String, pid: Int32? = nil, command: String? = nil) {
    self.process = process
    self.pid = pid
    self.command = command
  }

  var json: JSONValue {
    .object([
      .init("process", .string(process)), .init("pid", JSONValue(pid)), .init("command", JSONValue(command)),
    ])
  }

  init(json: JSONValue) throws(JSONMismatch) {
    let members = try JSONMembers(json)
    self.init(
      process: try members.neededText("process"), pid: try members.integer("pid"), command: try members.text("command"))
  }
}
