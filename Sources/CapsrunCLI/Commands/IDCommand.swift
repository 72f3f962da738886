internal import CapsuleFormat
internal import Diagnostics

/// `capsrun id`
enum IDCommand {
  static let command = Command(
    name: "id", summary: "show the whole id of a capsule",
    description: """
      Shows the id of CAPSULE: a capsule's file, or an installed capsule by its name or the
      beginning of its id. The id of a file is computed from its listing; that its contents are
      what the listing says, only verify and install make sure.
      """,
    options: [], operands: .one("CAPSULE", .path),
    examples: [
      ("capsrun id hello", "The id of what the name stands for"),
      ("capsrun id capsule-hello-3193ce5d7087.tar.gz", "The id of a file"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let id =
      switch try InspectedCapsule.find(invocation.operands[0]) {
      case .file(let file, _, _): file.head.id
      case .installed(let state, _): state.capsule.id
      }
    if output.isJSON {
      try output.result(.object([.init("id", .string(id.description)), .init("exit_code", .integer(0))]))
    } else {
      try output.result("\(id)\n")
    }
    return .success
  }
}
