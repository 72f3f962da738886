internal import Diagnostics
internal import Linux
internal import Planning
internal import Sandbox

/// `capsrun entrypoint`
enum EntrypointCommand {
  private static let service = Option.value("service", "NAME", "run this one of several processes")
  private static let explain = Option.flag("explain", "show the plan instead of running it")

  static let command = Command(
    name: "entrypoint", summary: "run a capsule as the first process of a container",
    description: """
      Runs the process of a capsule as `capsrun run` does, inside a container of Docker, Podman
      or Kubernetes: as PID 1 it reaps what is orphaned and passes signals on, and the exit
      code of the process becomes that of the container. CAPSULE may also be a folder of root's.

      It tries what the container allows, and takes the strongest tier that it finds: full,
      reduced, or filter-only, down to --min-tier, or to security.min_tier of the manifest.
      Whatever is missing is told on standard error, with the options of the container's
      engine that would allow it. See docs/containers.md.
      """,
    options: EnvironmentOption.all + [
      service, TierOptions.minimalTier, BoxCommand.iKnow, explain, InstallCommand.allowUnsigned,
      InstallCommand.allowDowngrade,
    ] + RunOptions.all,
    operands: .oneAndArguments("CAPSULE", .path, arguments: "ARGUMENT"),
    examples: [
      ("capsrun entrypoint --min-tier filter-only /capsule", "As ENTRYPOINT of a container's image"),
      ("capsrun entrypoint --explain /capsule", "See what the container allows"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if CurrentProcess.id == 1 {
      let ending = try reporting("become the first process of the container") { () throws(SysError) in
        try ContainerInit.split()
      }
      if let ending { return ExitCode(rawValue: ending.exitCode) }
    }
    let source = RunSource(InstallCommand.installation(invocation, Output(isJSON: invocation.has(.json))))
    source.mayBeRoots = true
    defer { withExtendedLifetime(source) {} }
    let session = Session(invocation, isEntrypoint: true)
    return try session.start(explainOnly: invocation.has(explain)) { warnings throws(DiagnosticList) in
      try RunCommand.request(invocation, service: service, explain: explain, source, &warnings)
    }
  }
}
