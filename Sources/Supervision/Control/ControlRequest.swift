internal import Diagnostics

/// What a client asks of a supervisor. No list of processes stands for all of them.
package enum ControlRequest: Hashable, Sendable {
  case status
  case history(process: String?)
  case stop(processes: [String]?)
  case start(processes: [String]?)
  case restart(processes: [String]?)
  /// SIGKILL, or another signal, to every process of each; their restart rules do not follow.
  case kill(processes: [String]?, signal: Int32)
  /// To the first process of it alone.
  case signal(process: String, number: Int32)
  case exec(ExecRequest)
  /// Stops all, and ends the supervisor.
  case shutdown
  /// Stops all for as long as the client stays, who starts another version meanwhile.
  case standAside
  /// Starts what stood aside.
  case resume
  /// Takes the place of the version before.
  case takeOver
}

extension ControlRequest {
  /// Nil for a method that is not known; how many open files come with it.
  static func read(
    _ method: String, _ params: JSONValue?
  ) throws(JSONMismatch) -> (request: ControlRequest, descriptors: Int)? {
    let members = try JSONMembers(params)
    switch method {
    case "status", "shutdown", "stand_aside", "resume", "take_over":
      try members.allow()
      return plain[method].map { ($0, 0) }
    case "history":
      try members.allow("process")
      return (.history(process: try members.text("process")), 0)
    case "stop": return (.stop(processes: try processes(members)), 0)
    case "start": return (.start(processes: try processes(members)), 0)
    case "restart": return (.restart(processes: try processes(members)), 0)
    case "kill":
      try members.allow("processes", "signal")
      let signal = try signal(members) ?? 9
      return (.kill(processes: try members.texts("processes"), signal: signal), 0)
    case "signal":
      try members.allow("process", "signal")
      guard let number = try signal(members) else { throw JSONMismatch("\"signal\" is missing") }
      return (.signal(process: try members.neededText("process"), number: number), 0)
    case "exec": return try ExecRequest.read(members)
    default: return nil
    }
  }

  private static let plain: [String: ControlRequest] = [
    "status": .status, "shutdown": .shutdown, "stand_aside": .standAside, "resume": .resume, "take_over": .takeOver,
  ]

  private static func processes(_ members: JSONMembers) throws(JSONMismatch) -> [String]? {
    try members.allow("processes")
    return try members.texts("processes")
  }

  private static func signal(_ members: JSONMembers) throws(JSONMismatch) -> Int32? {
    guard let number: Int32 = try members.integer("signal") else { return nil }
    guard (1...64).contains(number) else { throw JSONMismatch("\"signal\" is the number of no signal") }
    return number
  }
}

extension ControlRequest {
  /// As it is sent. `descriptors` is how many open files go with it.
  func message(descriptors: Int) -> (method: String, params: JSONValue) {
    switch self {
    case .status: ("status", .object([]))
    case .shutdown: ("shutdown", .object([]))
    case .standAside: ("stand_aside", .object([]))
    case .resume: ("resume", .object([]))
    case .takeOver: ("take_over", .object([]))
    case .history(let process): ("history", .object([.init("process", JSONValue(process))]))
    case .stop(let processes): ("stop", Self.params(processes))
    case .start(let processes): ("start", Self.params(processes))
    case .restart(let processes): ("restart", Self.params(processes))
    case .kill(let processes, let signal):
      ("kill", .object([.init("processes", Self.list(processes)), .init("signal", JSONValue(signal))]))
    case .signal(let process, let number):
      ("signal", .object([.init("process", .string(process)), .init("signal", JSONValue(number))]))
    case .exec(let request): ("exec", request.params(descriptors: descriptors))
    }
  }

  private static func list(_ texts: [String]?) -> JSONValue { texts.map { .array($0.map { .string($0) }) } ?? .null }

  private static func params(_ processes: [String]?) -> JSONValue { .object([.init("processes", list(processes))]) }
}
