internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Supervision

/// `capsrun logs`
enum LogsCommand {
  private static let follow = Option.flag("follow", "go on with what is written from now on; also -f")
  private static let since = Option.value("since", "TIME", "nothing before: 5m or 1h30m ago, or a time in UTC")
  private static let grep = Option.value("grep", "TEXT", "only lines with this text")
  private static let tail = Option.value("tail", "N", "only the last N lines, or all; with --follow 10")

  static let command = Command(
    name: "logs", summary: "show what a capsule's processes have written",
    description: """
      Shows the lines of all processes of the capsule that runs or ran as NAME, or those of each
      PROC, in the order of their times. The mark behind a process's name is | for standard
      output and ! for standard error. A line that is longer than 8192 bytes is shown in parts,
      each but the last with a \\ at its end. Control characters are shown as \\u{1b}.

      A TIME is 2026-11-21, 2026-11-21T10:00 or as the log shows it. With --json each line is a
      record as it stands in the log: one object in a line.

      The logs are files, and stay when the capsule is stopped.
      """,
    options: [follow, since, grep, tail], operands: .many("NAME [PROC]"),
    examples: [
      ("capsrun logs shop", "All that the processes of shop have written"),
      ("capsrun logs shop web -f", "The last lines of its process web, and what comes"),
      ("capsrun logs shop --since 5m --grep timeout", "The lines of five minutes with this text"),
    ], run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    let query = try query(invocation)
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let folder = try LogSource.folder(of: invocation.operands[0])
    let open = try folder.openWithLogs()
    try folder.check(query.processes, in: open)
    let output = Output(isJSON: invocation.has(.json))
    let width = try folder.widestName(query.processes, in: open)
    let reader = try folder.reader(query)
    let printer = LogPrinter(output, width: width)
    try show(reader, printer, endlessly: invocation.has(follow))
    return .success
  }

  /// Prints all there is, and if asked for all that comes, until this process is ended.
  private static func show(_ reader: LogReader, _ printer: LogPrinter, endlessly: Bool) throws(DiagnosticList) {
    // First, so that nothing falls between a look and the wait after it.
    let watch = try reading { () throws(SysError) in try reader.watch() }
    while true {
      while let record = try reading({ () throws(SysError) in try reader.next() }) { try printer.print(record) }
      try printer.tellGaps(reader.gaps)
      try printer.flush()
      guard endlessly else { return }
      try reading { () throws(SysError) in
        // Not for ever, as there are file systems whose changes nobody tells.
        try watch.wait(milliseconds: 1000)
        try reader.lookAgain()
      }
    }
  }

  private static func reading<Result: ~Copyable>(
    _ body: () throws(SysError) -> Result
  ) throws(DiagnosticList) -> Result {
    try reporting("read the logs", body)
  }

  private static func query(_ invocation: Invocation) throws(DiagnosticList) -> LogQuery {
    let processes = Array(invocation.operands.dropFirst())
    var query = LogQuery(processes: processes.isEmpty ? nil : processes, text: invocation.value(grep))
    query.since = try invocation.value(since).map { text throws(DiagnosticList) in try moment(text) }
    switch invocation.value(tail) {
    case nil: query.tail = invocation.has(follow) && query.since == nil ? 10 : nil
    case "all": query.tail = nil
    case let text?:
      guard let count = Int(text), count >= 0, count <= 10_000_000 else {
        throw usage("\(quoted(text)) of --tail is no number of lines", hint: "write a number, or all")
      }
      query.tail = count
    }
    return query
  }

  private static func moment(_ text: String) throws(DiagnosticList) -> LogTime {
    if let time = LogTime(text) { return time }
    do throws(TextProblem) {
      let span = try TimeSpan.duration(text)
      let microseconds = span.components.seconds * 1_000_000 + span.components.attoseconds / 1_000_000_000_000
      return LogTime(microseconds: max(0, Clock.microsecondsSince1970 - Int(microseconds)))
    } catch {
      throw usage(
        "\(quoted(text)) of --since is neither a duration nor a time", hint: "write 5m, 1h30m or 2026-11-21T10:00")
    }
  }

  private static func usage(_ message: String, hint: String) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: .usage)])
  }
}
