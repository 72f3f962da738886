internal import Diagnostics
internal import Linux
internal import Planning

/// Whether a program gets a terminal of its own in place of the caller's streams.
struct TerminalOption {
  static let wanted = Option.flag("terminal", "give it a terminal of its own; -t is the same")
  static let refused = Option.flag("no-terminal", "give it the streams as they are, also a terminal")

  static let all = [wanted, refused]

  /// Nil for the caller's as they are.
  let streams: PlannedStreams?

  init(_ invocation: Invocation) throws(DiagnosticList) {
    switch (invocation.has(Self.wanted), invocation.has(Self.refused)) {
    case (true, true):
      throw DiagnosticList([
        Diagnostic(
          "--terminal and --no-terminal contradict each other", hint: "leave one of them away", exitCode: .usage)
      ])
    case (true, false): streams = .terminal
    case (false, true): streams = nil
    case (false, false): streams = Self.implied
    }
  }

  /// Somebody sits there who types and reads. With only one of both there is another program that has its part of the terminal,
  /// as `less` in `capsrun … | less`. What is redirected stays so.
  private static var implied: PlannedStreams? {
    guard StandardStream.input.isTerminal, StandardStream.output.isTerminal else { return nil }
    return StandardStream.error.isTerminal ? .terminal : .terminalButErrors
  }

  /// Each program knows its terminal by TERM, unless somebody has said otherwise.
  func apply(to request: inout PlanRequest) {
    guard let streams else { return }
    let kind = Self.kind
    for index in request.programs.indices {
      request.programs[index].streams = streams
      if request.programs[index].environment["TERM"] == nil, !request.programs[index].unset.contains("TERM") {
        request.programs[index].environment["TERM"] = kind
      }
    }
  }

  /// That of the caller's terminal.
  static var kind: String? { CurrentProcess.environmentValue("TERM").flatMap { isName($0) ? $0 : nil } }

  /// Programs look for a file of that name.
  static func isName(_ text: String) -> Bool {
    guard (1...64).contains(text.utf8.count) else { return false }
    var isFirst = true
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        isFirst = false
      case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"):
        if isFirst { return false }
      default: return false
      }
    }
    return true
  }
}
