internal import CapsuleFormat
internal import Diagnostics
internal import Linux

/// `capsrun remove`
enum RemoveCommand {
  private static let force = Option.flag("force", "also one that is active or pinned")
  private static let state = Option.flag("state", "also what capsules of its name have kept, for good")

  static let command = Command(
    name: "remove", summary: "remove an installed capsule",
    description: """
      Removes CAPSULE, and what no other capsule shares of its files. One that is running is
      not removed; one that is active or pinned only with --force, and its name then stands for
      none. Whoever is interrupted leaves the capsule whole, or removed.

      What its state folders hold stays, for the next capsule of that name, unless --state is
      given. With --state, CAPSULE may also be the name of one that is not installed any more.
      """,
    options: [force, state], operands: .one("CAPSULE"),
    examples: [
      ("capsrun remove 3193ce5d7087", "Remove a capsule by the beginning of its id"),
      ("capsrun remove hello --force", "Remove what the name stands for"),
      ("capsrun remove hello --force --state", "Remove it with all that it has kept"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let store = try OpenStore.open()
    let lock = try OpenStore.lock(store, .exclusive, output)
    defer { withExtendedLifetime(lock) {} }
    let isForced = invocation.has(force)
    let word = invocation.operands[0]
    let removed = try capsule { () throws(CapsuleError) in
      try remove(word, from: store, isForced: isForced, withState: invocation.has(state))
    }
    if output.isJSON {
      try output.result(
        .object([
          .init("id", removed.id.map { .string($0.description) } ?? .null),
          .init("bytes_freed", .integer(Int64(removed.bytes))),
          .init("state_removed", removed.state.map { .string($0) } ?? .null), .init("exit_code", .integer(0)),
        ]))
    } else {
      let capsule = removed.id.map { "Removed: \($0)\nFreed: \(ByteText(removed.bytes))\n" } ?? ""
      try output.result(capsule + (removed.state.map { "Removed the state of: \($0)\n" } ?? ""))
    }
    return .success
  }

  private struct Removed {
    var id: CapsuleID?
    var bytes = 0
    /// The name whose state is gone.
    var state: String?
  }

  private static func remove(
    _ word: String, from store: Store, isForced: Bool, withState: Bool
  ) throws(CapsuleError) -> Removed {
    // A name alone is enough where only its state is left.
    if withState, try store.installed().allSatisfy({ $0.name != word }), try store.hasState(word) {
      try store.removeState(of: word)
      return Removed(state: word)
    }
    let id = try store.findID(word)
    var name: String?
    if withState { name = try store.record(of: id).name }
    // What cannot be removed for being used stops it before anything is gone.
    if let name, !isForced, try store.current(of: name) == id { throw .active(id, name: name) }
    if let name { try store.removeState(of: name) }
    let bytes = try store.remove(id, isForced: isForced, now: Int(Clock.secondsSince1970))
    return Removed(id: id, bytes: bytes, state: name)
  }
}
