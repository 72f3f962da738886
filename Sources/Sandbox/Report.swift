internal import Linux

/// What the inside tells the launcher: at most one failure, then how the program ended. One message each.
enum Report: Hashable, Sendable {
  /// The sandbox is set up, and holds no program yet; its network namespace comes with the message.
  case ready
  /// A process of this id has been made in the sandbox; its descriptor comes with the message.
  case joined(CInt)
  /// The program's filter has a listener, which comes with the message.
  case listening
  /// The program's private terminal has been made; its other end comes with the message.
  case terminal
  /// The program has been stopped, in a terminal where somebody could let it go on.
  case stopped(Signal)
  case failed(SetUpFailure)
  case ended(Ending)

  /// Fields of text with a NUL between them; no field can hold one, as all of them have been C strings.
  var message: [UInt8] {
    let fields: [String]
    switch self {
    case .ready: fields = ["ready"]
    case .listening: fields = ["listening"]
    case .joined(let id): fields = ["joined", String(id)]
    case .terminal: fields = ["terminal"]
    case .stopped(let signal): fields = ["stopped", String(signal.rawValue)]
    case .failed(let failure): fields = failure.fields
    case .ended(.exited(let code)): fields = ["exited", String(code)]
    case .ended(.killed(let signal)): fields = ["killed", String(signal)]
    }
    var message: [UInt8] = []
    for field in fields {
      if !message.isEmpty { message.append(0) }
      message += field.utf8
    }
    return message.count > MessageSocket.longestMessage ? Array(message[..<MessageSocket.longestMessage]) : message
  }

  /// Reads a message; nil when it is none of ours.
  init?(message: [UInt8]) {
    var fields: [String] = []
    var start = 0
    for index in 0...message.count where index == message.count || message[index] == 0 {
      fields.append(String(decoding: message[start..<index], as: UTF8.self))
      start = index + 1
    }
    switch (fields.first, fields.count) {
    case ("ready", 1): self = .ready
    case ("listening", 1): self = .listening
    case ("joined", 2):
      guard let id = CInt(fields[1]) else { return nil }
      self = .joined(id)
    case ("terminal", 1): self = .terminal
    case ("stopped", 2):
      guard let signal = Int32(fields[1]) else { return nil }
      self = .stopped(Signal(rawValue: signal))
    case ("exited", 2):
      guard let code = Int32(fields[1]) else { return nil }
      self = .ended(.exited(code: code))
    case ("killed", 2):
      guard let signal = Int32(fields[1]) else { return nil }
      self = .ended(.killed(signal: signal))
    case ("failed", 6), ("failed", 6 + ExecutionObstacle.fieldCount):
      guard let stage = SetUpFailure.Stage(rawValue: fields[1]), let call = SystemCall(rawValue: fields[3]),
        let errno = Int32(fields[4])
      else { return nil }
      let error = SysError(call, fields[5], Errno(rawValue: errno))
      var obstacle: ExecutionObstacle?
      if fields.count > 6 {
        obstacle = ExecutionObstacle(fields: Array(fields[6...]))
        guard obstacle != nil else { return nil }
      }
      self = .failed(SetUpFailure(stage: stage, step: fields[2], error: error, obstacle: obstacle))
    default: return nil
    }
  }
}

extension SetUpFailure {
  /// Rather without its obstacle than half a message, which would be none.
  fileprivate var fields: [String] {
    let fields = [
      "failed", stage.rawValue, step, error.call.rawValue, String(error.errno.rawValue), error.subject,
    ]
    guard let obstacle else { return fields }
    let all = fields + obstacle.fields
    return all.reduce(0) { $0 + $1.utf8.count + 1 } <= MessageSocket.longestMessage ? all : fields
  }
}

extension ExecutionObstacle {
  fileprivate static let fieldCount = 5

  fileprivate var fields: [String] { [problem.rawValue, role.rawValue, file, namedBy, detail] }

  fileprivate init?(fields: [String]) {
    guard let problem = Problem(rawValue: fields[0]), let role = Role(rawValue: fields[1]) else { return nil }
    self.init(problem, of: role, fields[2], namedBy: fields[3], detail: fields[4])
  }
}
