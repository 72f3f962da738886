internal import Diagnostics
internal import Linux
internal import Supervision

/// `capsrun ps`
enum PsCommand {
  private static let watch = Option.flag("watch", "show it anew each second, until Ctrl-C")
  private static let sort = Option.value(
    "sort", "KEY", "the order of the rows; without it as in the manifest",
    .words(ProcessTable.Order.allCases.map(\.rawValue)))

  static let command = Command(
    name: "ps", summary: "show what runs, or the processes of a running capsule",
    description: """
      Without NAME, shows each running capsule of the caller in one line. With NAME, each of its
      processes: its state with the exit code or signal of its last end, what a probe says of its
      health, and what all that it has started use. CPU is percent of one processor since it was
      last asked. RESTARTS counts those by its restart rule, and those by hand apart. What is not
      known is -, and where the kernel hides it the reason stands below. NAME may also be the id of an
      installed capsule.

      With --json and --watch, each second one line.
      """,
    options: [watch, sort], operands: .optional("NAME"),
    examples: [
      ("capsrun ps", "What runs"),
      ("capsrun ps hello --watch --sort cpu", "Its processes, the busiest first, each second"),
      ("capsrun ps hello --json", "The same for a program"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    if let name = invocation.operands.first {
      try show(name, invocation, output)
    } else {
      try showAll(invocation, output)
    }
    return .success
  }

  private static func show(_ word: String, _ invocation: Invocation, _ output: Output) throws(DiagnosticList) {
    let order = invocation.value(sort).flatMap { ProcessTable.Order(rawValue: $0) }
    let client = try RunningCapsule.connect(word)
    try asking(client.name) { () throws(ControlError) in
      try client.setPatience(milliseconds: RunningCapsule.patience)
    }
    try repeated(invocation, output) { () throws(DiagnosticList) in
      do throws(ControlError) {
        let status = try client.status()
        if output.isJSON { return .json(.object(status.members + [.init("exit_code", .integer(0))])) }
        let table = ProcessTable(status.processes, logTrouble: status.logTrouble, by: order)
        return .text(table.text(isASCII: !LocaleCharacters.areUnicode))
      } catch .ended where invocation.has(watch) {
        output.note("\(client.name) has ended")
        return nil
      } catch {
        throw DiagnosticList([error.diagnostic(of: client.name)])
      }
    }
  }

  private static func showAll(_ invocation: Invocation, _ output: Output) throws(DiagnosticList) {
    try repeated(invocation, output) { () throws(DiagnosticList) in
      let table = try CapsuleTable.ofCaller()
      if output.isJSON { return .json(table.json) }
      if table.isEmpty, !invocation.has(watch) {
        output.note("nothing runs")
        return .text("")
      }
      return .text(table.text(isASCII: !LocaleCharacters.areUnicode))
    }
  }

  private enum Shown {
    case text(String)
    case json(JSONValue)
  }

  private static func repeated(
    _ invocation: Invocation, _ output: Output, _ next: () throws(DiagnosticList) -> Shown?
  ) throws(DiagnosticList) {
    guard invocation.has(watch) else {
      switch try next() {
      case .text(let text): try output.result(text)
      case .json(let json): try output.result(json)
      case nil: return
      }
      return
    }
    try RepeatedView(output).run { () throws(DiagnosticList) in
      switch try next() {
      case .text(let text): text
      case .json(let json): json.text(isIndented: false) + "\n"
      case nil: nil
      }
    }
  }
}
