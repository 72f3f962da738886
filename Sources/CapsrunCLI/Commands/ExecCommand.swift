internal import Diagnostics
internal import Linux
internal import Supervision

/// `capsrun exec`
enum ExecCommand {
  private static let folder = Option.value("cwd", "DIR", "start it in this folder of the sandbox")

  static let command = Command(
    name: "exec", summary: "run a command in the sandbox of a running capsule",
    description: """
      Runs COMMAND beside the processes of NAME, in their sandbox and confined as the process PROC
      is, or the first one: by the same file rules, the same filter of system calls, as the same
      user, with the same variables. Its standard streams are the caller's; at a terminal, or with -t,
      it gets one of its own. Its exit code becomes that of capsrun. When capsrun ends, the command
      ends too, with all that it has started.
      """,
    options: EnvironmentOption.all + [folder] + TerminalOption.all,
    operands: .oneAndArguments("NAME[/PROC]", arguments: "COMMAND"),
    examples: [
      ("capsrun exec hello -- ls -l /capsule", "Look around in it"),
      ("capsrun exec hello/web --env DEBUG=1 -- sh", "With the rights of its process web"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let (name, process) = splitOnce(invocation.operands[0], at: UInt8(ascii: "/"))
    let arguments = Array(invocation.operands.dropFirst())
    guard !arguments.isEmpty else {
      throw DiagnosticList([
        Diagnostic("no command is given", hint: "write it behind --: capsrun exec \(name) -- ls", exitCode: .usage)
      ])
    }
    var variables: [String] = []
    for (key, value) in try EnvironmentOption.variables(invocation) { variables.append(key + "=" + value) }
    var request = ExecRequest(
      process: process, arguments: arguments, environment: variables.sorted(), workingFolder: invocation.value(folder))
    let streams = try TerminalOption(invocation).streams
    let client = try RunningCapsule.connect(name)
    let result: JSONValue
    if let streams {
      request.terminal = GuestTerminal.ofCaller
      result = try GuestTerminal(name: client.name).run(request, sharesErrors: streams == .terminalButErrors, client)
    } else {
      let open = [StandardStream.input, .output, .error].map(\.keptNumber)
      result = try asking(client.name) { () throws(ControlError) in try client.call(.exec(request), with: open) }
    }
    guard let code = result["exit_code"]?.integer.flatMap({ Int32(exactly: $0) }) else {
      throw DiagnosticList([ControlError.misunderstood("the answer has no exit code").diagnostic(of: name)])
    }
    return ExitCode(rawValue: code)
  }
}
