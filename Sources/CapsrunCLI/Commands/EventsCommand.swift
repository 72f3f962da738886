internal import CapsuleFormat
internal import Diagnostics
internal import Supervision

/// `capsrun events`
enum EventsCommand {
  private static let after = Option.value("after", "N", "first what has happened since the event of this number")

  static let command = Command(
    name: "events", summary: "show what happens to a running capsule",
    description: """
      Shows how the processes of NAME are, and then each change of them, until it ends or Ctrl-C. With
      --json each is one line, with numbers that have no gap. Who reads too slowly is told so and ends with
      125; --after goes on where he was, if that is not long ago.
      """,
    options: [after], operands: .one("NAME"),
    examples: [
      ("capsrun events hello", "See what happens"), ("capsrun events hello --json --after 41", "Go on with event 42"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    let last = try number(invocation.value(after))
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let client = try RunningCapsule.connect(invocation.operands[0])
    let start = try asking(client.name) { () throws(ControlError) in try client.subscribe(after: last) }
    try show(start, output)
    while true {
      let event: ToldEvent?
      do throws(ControlError) {
        event = try ControlClient.event(try client.receive())
      } catch .ended {
        output.note("\(client.name) has ended")
        return .success
      } catch {
        throw DiagnosticList([error.diagnostic(of: client.name)])
      }
      if let event { try show(event, output) }
    }
  }

  private static func number(_ text: String?) throws(DiagnosticList) -> Int? {
    guard let text else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw DiagnosticList([
        Diagnostic("\(quoted(text)) of --after is no number of an event", hint: "such as --after 41", exitCode: .usage)
      ])
    }
    return number
  }

  private static func show(_ start: ControlClient.Subscription, _ output: Output) throws(DiagnosticList) {
    if output.isJSON {
      try output.result(start.json.text(isIndented: false) + "\n")
    } else if let status = start.status {
      try output.result(ProcessTable(status.processes, by: nil).text(isASCII: !LocaleCharacters.areUnicode))
    }
  }

  private static func show(_ event: ToldEvent, _ output: Output) throws(DiagnosticList) {
    if output.isJSON { return try output.result(event.json.text(isIndented: false) + "\n") }
    let words: String
    switch event.event {
    case .process(let process):
      words = "\(process.name): \(process.statusWords)\(process.pid.map { ", pid \($0)" } ?? "")"
    case .ending: words = "all of it is being stopped"
    case .refused(let user, let process): words = "user \(user) was refused, process \(process)"
    case nil: words = "an event that this release does not know"
    }
    try output.result("\(UTCTime(event.time / 1000))  \(printable(words))\n")
  }
}
