internal import Diagnostics
internal import ManifestFormat
internal import Planning

/// `capsrun run`
enum RunCommand {
  private static let service = Option.value("service", "NAME", "run this one of several processes")
  private static let explain = Option.flag("explain", "show the plan instead of running it")

  static let command = Command(
    name: "run", summary: "run the process of a capsule",
    description: """
      Runs the process that a capsule's manifest declares, or one of them, in the foreground.
      CAPSULE is a folder of yours, a capsule's file, which is verified and installed first, or
      an installed capsule by its name or id. Its files are shown at /capsule, read-only; of the
      rest the process sees what the manifest's capabilities grant. Its exit code becomes that
      of capsrun.
      """,
    options: EnvironmentOption.all + [
      service, BoxCommand.iKnow, explain, InstallCommand.allowUnsigned, InstallCommand.allowDowngrade,
    ] + RunOptions.all,
    operands: .oneAndArguments("CAPSULE", .path, arguments: "ARGUMENT"),
    examples: [
      ("capsrun run examples/hello", "Run an example"),
      ("capsrun run capsule-hello-3193ce5d7087.tar.gz", "Verify, install and run a capsule"),
      ("capsrun run --explain examples/hello", "See first what would happen"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    let source = RunSource(InstallCommand.installation(invocation, Output(isJSON: invocation.has(.json))))
    defer { withExtendedLifetime(source) {} }
    return try Session(invocation).start(explainOnly: invocation.has(explain)) { warnings throws(DiagnosticList) in
      try request(invocation, service: service, explain: explain, source, &warnings)
    }
  }

  /// What is said of the one process that is run, and has no effect on it here.
  private static func unsupervised(_ manifest: Manifest, _ name: String?) -> [Diagnostic] {
    let chosen = manifest.processes.filter { name == nil || $0.name == name }
    guard chosen.count == 1, let process = chosen.first, !process.supervisionKeys.isEmpty else { return [] }
    return [
      Diagnostic(
        "\(quoted(process.name)) runs once and by itself, without what the manifest says of it: \(process.supervisionKeys.joined(separator: ", "))",
        hint: "capsrun start is what executes that", severity: .warning, exitCode: .success)
    ]
  }

  /// Also that of `capsrun entrypoint`.
  static func request(
    _ invocation: Invocation, service: Option, explain: Option, _ source: RunSource, _ warnings: inout [Diagnostic]
  ) throws(DiagnosticList) -> PlanRequest {
    var choices = CapsulePlanning.Choices()
    choices.process = invocation.value(service)
    choices.arguments = Array(invocation.operands.dropFirst())
    choices.environment = try EnvironmentOption.variables(invocation)
    choices.knownSockets = try BoxCommand.knownSockets(invocation)
    let capsule = try source.open(invocation.operands[0])
    warnings += EnvironmentOption.warnings(invocation, for: capsule.manifest) + capsule.misfits
    warnings += unsupervised(capsule.manifest, choices.process)
    return try source.request(capsule, choices, isShownOnly: invocation.has(explain), &warnings)
  }
}
