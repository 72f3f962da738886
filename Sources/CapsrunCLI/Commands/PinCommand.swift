internal import CapsuleFormat
internal import Diagnostics

/// `capsrun pin`
enum PinCommand {
  private static let remove = Option.flag("remove", "keep it no longer")

  static let command = Command(
    name: "pin", summary: "keep a capsule from being collected",
    description: """
      Keeps CAPSULE from gc, and from remove without --force, until pin --remove.
      """,
    options: [remove], operands: .one("CAPSULE"),
    examples: [
      ("capsrun pin 3193ce5d7087", "Keep a capsule whatever happens"),
      ("capsrun pin 3193ce5d7087 --remove", "Leave it to gc again"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let store = try OpenStore.open()
    let lock = try OpenStore.lock(store, .shared, output)
    defer { withExtendedLifetime(lock) {} }
    let isPinned = !invocation.has(remove)
    let (found, isNew) = try capsule { () throws(CapsuleError) in
      let found = try store.find(invocation.operands[0])
      return (found, try isPinned ? store.pin(found.id) : store.unpin(found.id))
    }
    if output.isJSON {
      try output.result(
        .object([
          .init("id", .string(found.id.description)), .init("pinned", .bool(isPinned)),
          .init("changed", .bool(isNew)), .init("exit_code", .integer(0)),
        ]))
    } else {
      let state = isPinned ? "pinned" : "not pinned"
      try output.result("\(found.title) is \(isNew ? "now" : "already") \(state)\nID: \(found.id)\n")
    }
    return .success
  }
}
