/// Every command by its name.
///
/// A table is made when it is asked for and not before: a start needs that of one command.
package enum CommandName: String, CaseIterable, Sendable {
  case box, run, entrypoint, start, ps, history, events, logs, stop, restart, kill, signal, exec, attach, build,
    install, list,
    inspect, id, extract, activate, rollback, status, pin, remove, gc,
    fsck, env,
    `init`,
    check, fmt, schema, migrate, keygen, sign, verify, trust, explain, order, doctor, completions, manual, version

  /// Not `init(rawValue:)`, for which a start would build a table of all names: it costs further page faults.
  static func named(_ name: String) -> CommandName? { allCases.first { $0.rawValue == name } }

  var command: Command {
    switch self {
    case .box: BoxCommand.command
    case .run: RunCommand.command
    case .entrypoint: EntrypointCommand.command
    case .start: StartCommand.command
    case .ps: PsCommand.command
    case .history: HistoryCommand.command
    case .events: EventsCommand.command
    case .logs: LogsCommand.command
    case .stop: StopCommand.command
    case .restart: RestartCommand.command
    case .kill: KillCommand.command
    case .signal: SignalCommand.command
    case .exec: ExecCommand.command
    case .attach: AttachCommand.command
    case .build: BuildCommand.command
    case .install: InstallCommand.command
    case .list: ListCommand.command
    case .inspect: InspectCommand.command
    case .id: IDCommand.command
    case .extract: ExtractCommand.command
    case .activate: ActivateCommand.command
    case .rollback: RollbackCommand.command
    case .status: StatusCommand.command
    case .pin: PinCommand.command
    case .remove: RemoveCommand.command
    case .gc: GCCommand.command
    case .fsck: FsckCommand.command
    case .env: EnvCommand.command
    case .`init`: InitCommand.command
    case .check: CheckCommand.command
    case .fmt: FmtCommand.command
    case .schema: SchemaCommand.command
    case .migrate: MigrateCommand.command
    case .keygen: KeygenCommand.command
    case .sign: SignCommand.command
    case .verify: VerifyCommand.command
    case .trust: TrustCommand.command
    case .explain: ExplainCommand.command
    case .order: OrderCommand.command
    case .doctor: DoctorCommand.command
    case .completions: CompletionsCommand.command
    case .manual: ManualCommand.command
    case .version: VersionCommand.command
    }
  }

  /// All commands, as the help and the reference show them.
  package static var groups: [CommandGroup] {
    [
      group("Run", .box, .run, .entrypoint),
      group(
        "Supervise", .start, .ps, .status, .logs, .stop, .restart, .kill, .signal, .exec, .attach, .history, .events),
      group("Write", .`init`, .check, .fmt, .schema, .migrate),
      group(
        "Capsules", .build, .install, .list, .inspect, .id, .extract, .activate, .rollback, .pin, .remove, .gc,
        .fsck, .env),
      group("Sign", .keygen, .sign, .verify, .trust),
      group("Ask", .explain, .order, .doctor),
      group("About capsrun", .completions, .manual, .version),
    ]
  }

  private static func group(_ title: String, _ names: CommandName...) -> CommandGroup {
    CommandGroup(title, names.map(\.command))
  }
}
