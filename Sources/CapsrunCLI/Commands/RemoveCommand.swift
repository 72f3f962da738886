internal import CapsuleFormat
internal import Diagnostics
internal import Linux

/// `capsrun remove`
enum RemoveCommand {
  private static let force = Option.flag("force", "also one that is active or pinned")

  static let command = Command(
    name: "remove", summary: "remove an installed capsule",
    description: """
      Removes CAPSULE, and what no other capsule shares of its files. One that is running is
      not removed; one that is active or pinned only with --force, and its name then stands for
      none. Whoever is interrupted leaves the capsule whole, or removed.
      """,
    options: [force], operands: .one("CAPSULE"),
    examples: [
      ("capsrun remove 3193ce5d7087", "Remove a capsule by the beginning of its id"),
      ("capsrun remove hello --force", "Remove what the name stands for"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let store = try OpenStore.open()
    let lock = try OpenStore.lock(store, .exclusive, output)
    defer { withExtendedLifetime(lock) {} }
    let isForced = invocation.has(force)
    let (id, bytes) = try capsule { () throws(CapsuleError) in
      let id = try store.findID(invocation.operands[0])
      return (id, try store.remove(id, isForced: isForced, now: Int(Clock.secondsSince1970)))
    }
    if output.isJSON {
      try output.result(
        .object([
          .init("id", .string(id.description)), .init("bytes_freed", .integer(Int64(bytes))),
          .init("exit_code", .integer(0)),
        ]))
    } else {
      try output.result("Removed: \(id)\nFreed: \(ByteText(bytes))\n")
    }
    return .success
  }
}
