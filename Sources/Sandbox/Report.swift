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

  /// The first byte of a message. Both ends are the same program.
  private enum Kind: UInt8 {
    case ready = 1
    case joined, listening, terminal, stopped, exited, killed, failed
  }

  /// What it is, and a number; or of a failure fields of text with a NUL between them: no field can hold one, as all of them have
  /// been C strings. Each start sends and reads one of these at its end, so the way of a number is short.
  var message: [UInt8] {
    switch self {
    case .ready: Self.message(.ready)
    case .joined(let id): Self.message(.joined, id)
    case .listening: Self.message(.listening)
    case .terminal: Self.message(.terminal)
    case .stopped(let signal): Self.message(.stopped, signal.rawValue)
    case .ended(.exited(let code)): Self.message(.exited, code)
    case .ended(.killed(let signal)): Self.message(.killed, signal)
    case .failed(let failure): failure.message(Kind.failed.rawValue)
    }
  }

  private static func message(_ kind: Kind, _ number: Int32 = 0) -> [UInt8] {
    let bits = UInt32(bitPattern: number)
    return [
      kind.rawValue, UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8),
      UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 24),
    ]
  }

  /// Reads a message; nil when it is none of ours.
  init?(message: [UInt8]) {
    guard let first = message.first, let kind = Kind(rawValue: first) else { return nil }
    if case .failed = kind {
      guard let failure = SetUpFailure(fields: message[1...]) else { return nil }
      self = .failed(failure)
      return
    }
    guard message.count == 5 else { return nil }
    let bits = UInt32(message[1]) | UInt32(message[2]) << 8 | UInt32(message[3]) << 16 | UInt32(message[4]) << 24
    let number = Int32(bitPattern: bits)
    switch kind {
    case .ready: self = .ready
    case .joined: self = .joined(number)
    case .listening: self = .listening
    case .terminal: self = .terminal
    case .stopped: self = .stopped(Signal(rawValue: number))
    case .exited: self = .ended(.exited(code: number))
    case .killed: self = .ended(.killed(signal: number))
    case .failed: return nil
    }
  }
}

extension SetUpFailure {
  fileprivate func message(_ kind: UInt8) -> [UInt8] {
    var message = [kind]
    for field in fields {
      if message.count > 1 { message.append(0) }
      message += field.utf8
    }
    return message.count > MessageSocket.longestMessage ? Array(message[..<MessageSocket.longestMessage]) : message
  }

  fileprivate init?(fields bytes: ArraySlice<UInt8>) {
    let fields = bytes.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    guard fields.count == 5 || fields.count == 5 + ExecutionObstacle.fieldCount, let stage = Stage(rawValue: fields[0]),
      let call = SystemCall(rawValue: fields[2]), let errno = Int32(fields[3])
    else { return nil }
    let error = SysError(call, fields[4], Errno(rawValue: errno))
    var obstacle: ExecutionObstacle?
    if fields.count > 5 {
      obstacle = ExecutionObstacle(fields: Array(fields[5...]))
      guard obstacle != nil else { return nil }
    }
    self.init(stage: stage, step: fields[1], error: error, obstacle: obstacle)
  }

  /// Rather without its obstacle than half a message, which would be none.
  fileprivate var fields: [String] {
    let fields = [stage.rawValue, step, error.call.rawValue, String(error.errno.rawValue), error.subject]
    guard let obstacle else { return fields }
    let all = fields + obstacle.fields
    return all.reduce(1) { $0 + $1.utf8.count + 1 } <= MessageSocket.longestMessage ? all : fields
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
