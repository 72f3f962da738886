internal import Diagnostics
internal import Linux

/// The program: finds the command, runs it, and reports once, at the top.
package enum Capsrun {
  /// Runs the command line and ends with its exit code.
  package static func main() -> Never {
    openStandardStreams()
    guard let arguments = CurrentProcess.arguments else {
      Output(isJSON: false).diagnostics(
        DiagnosticList([Diagnostic("an argument is not UTF-8 text", hint: "rename the file", exitCode: .usage)]))
      CurrentProcess.exit(ExitCode.usage.rawValue)
    }
    CurrentProcess.exit(run(arguments).rawValue)
  }

  private static func openStandardStreams() {
    do {
      try StandardStream.openMissing()
    } catch {
      // Without standard error the exit code alone tells.
      if StandardStream.error.isOpen {
        Output(isJSON: false).diagnostics(
          DiagnosticList([error.diagnostic(doing: "open what is closed of the standard streams")]))
      }
      CurrentProcess.exit(ExitCode.failed.rawValue)
    }
  }

  private static func run(_ arguments: [String]) -> ExitCode {
    // What is written before "--" is ours; what comes behind belongs to the program.
    let ours = arguments.prefix { $0 != "--" }
    let output = Output(isJSON: ours.contains("--json"))
    do {
      return try dispatch(arguments.dropFirst(), output)
    } catch {
      output.diagnostics(error)
      return error.exitCode
    }
  }

  private static func dispatch(_ arguments: ArraySlice<String>, _ output: Output) throws(DiagnosticList) -> ExitCode {
    // Common options may stand before the command as well.
    let leading = arguments.prefix { argument in Option.common.contains { "--" + $0.name == argument } }
    let rest = arguments.dropFirst(leading.count)
    guard let name = rest.first else {
      guard leading.contains("--help") else { throw noCommand() }
      try output.result(Help.text(for: CommandName.groups))
      return .success
    }
    switch name {
    case "-h",
      "help" where rest.count == 1:
      try output.result(Help.text(for: CommandName.groups))
      return .success
    case "--version":
      return try run(VersionCommand.command, leading + rest.dropFirst(), output)
    case "help":
      return try run(command(rest[rest.startIndex + 1]), ["--help"], output)
    default:
      return try run(command(name), leading + rest.dropFirst(), output)
    }
  }

  private static func run(
    _ command: Command, _ arguments: ArraySlice<String>, _ output: Output
  ) throws(DiagnosticList) -> ExitCode {
    let invocation: Invocation
    do {
      invocation = try Parser.parse(arguments, for: command)
    } catch {
      throw DiagnosticList([error])
    }
    if invocation.has(.help) {
      try output.result(Help.text(for: command))
      return .success
    }
    return try command.run(invocation)
  }

  private static func command(_ name: String) throws(DiagnosticList) -> Command {
    if let known = CommandName.named(name) { return known.command }
    let kind = name.hasPrefix("-") ? "option" : "command"
    let near = suggestion(for: name, among: CommandName.allCases.map(\.rawValue))
    throw DiagnosticList([
      Diagnostic(
        "unknown \(kind) \(quoted(name))",
        hint: near.map { "did you mean \(quoted($0))?" } ?? "capsrun --help lists them",
        exitCode: .usage)
    ])
  }

  private static func noCommand() -> DiagnosticList {
    DiagnosticList([Diagnostic("no command is given", hint: "capsrun --help lists them", exitCode: .usage)])
  }
}
