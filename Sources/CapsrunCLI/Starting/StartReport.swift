internal import Diagnostics
internal import Linux

/// What a supervisor tells whoever waits for the start.
enum StartReport {
  /// It has come as far as was asked for.
  case isUp
  /// Somebody else runs it, who was faster.
  case isTaken
  case problem(Diagnostic)

  /// Fields of text with a NUL between them.
  var message: [UInt8] {
    switch self {
    case .isUp: return Array("up".utf8)
    case .isTaken: return Array("taken".utf8)
    case .problem(let problem):
      let fields = [
        problem.severity.rawValue, String(problem.exitCode.rawValue), problem.hint ?? "", problem.message,
      ]
      // Rather the beginning of it than nothing.
      return Array(fields.joined(separator: "\0").utf8.prefix(MessageSocket.longestMessage))
    }
  }

  init?(message: [UInt8]) {
    let fields = message.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    switch fields.count {
    case 1 where fields[0] == "up": self = .isUp
    case 1 where fields[0] == "taken": self = .isTaken
    case 4:
      guard let severity = Diagnostic.Severity(rawValue: fields[0]), let code = Int32(fields[1]) else { return nil }
      self = .problem(
        Diagnostic(
          fields[3], hint: fields[2].isEmpty ? nil : fields[2], severity: severity,
          exitCode: ExitCode(rawValue: code)))
    default: return nil
    }
  }
}

/// The way of a supervisor to whoever waits for the start.
final class Starter {
  private var socket: MessageSocket?

  init(_ socket: consuming MessageSocket) { self.socket = consume socket }

  var number: DescriptorNumber? { socket?.keptNumber }

  func tell(_ report: StartReport) {
    do throws(SysError) {
      try socket?.send(report.message)
    } catch {
      // Nobody waits any more.
      return
    }
  }

  /// Nothing more is told.
  func letGo() { socket = nil }
}
