/// Every command by its name.
///
/// A table is made when it is asked for and not before: a start needs that of one command.
package enum CommandName: String, CaseIterable, Sendable {
  case box, run, build, install, `init`, check, fmt, schema, migrate, keygen, sign, verify, trust, explain, order,
    doctor, completions,
    manual, version

  /// Not `init(rawValue:)`, for which a start would build a table of all names: it costs further page faults.
  static func named(_ name: String) -> CommandName? { allCases.first { $0.rawValue == name } }

  var command: Command {
    switch self {
    case .box: BoxCommand.command
    case .run: RunCommand.command
    case .build: BuildCommand.command
    case .install: InstallCommand.command
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
      group("Run", .box, .run),
      group("Write", .`init`, .check, .fmt, .schema, .migrate),
      group("Capsules", .build, .install),
      group("Sign", .keygen, .sign, .verify, .trust),
      group("Ask", .explain, .order, .doctor),
      group("About capsrun", .completions, .manual, .version),
    ]
  }

  private static func group(_ title: String, _ names: CommandName...) -> CommandGroup {
    CommandGroup(title, names.map(\.command))
  }
}
