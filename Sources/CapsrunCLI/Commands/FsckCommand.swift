internal import CapsuleFormat
internal import Diagnostics

/// `capsrun fsck`
enum FsckCommand {
  static let command = Command(
    name: "fsck", summary: "read all that is installed again and compare",
    description: """
      Hashes every file of every capsule, or of CAPSULE, and compares: contents, permissions,
      what is missing or was added, links, the listing with the id, and what the store knows.
      Each path that is not as it was is shown, and the exit code is 65.

      A damaged capsule is removed and installed again. So that this helps, a damaged file is
      no longer shared with capsules that are installed later.
      """,
    options: [], operands: .optional("CAPSULE"),
    examples: [("capsrun fsck", "Check all of the store"), ("capsrun fsck hello", "Check one capsule")], run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let store = try OpenStore.open()
    let lock = try OpenStore.lock(store, .shared, output)
    defer { withExtendedLifetime(lock) {} }
    let check = StoreCheck(of: store)
    try capsule { () throws(CapsuleError) in
      if let word = invocation.operands.first {
        try check.check(try store.findID(word))
      } else {
        try check.checkAll()
      }
    }
    let code: ExitCode = check.damage.isEmpty ? .success : .badData
    if output.isJSON {
      try output.result(
        .object([
          .init("files", .integer(Int64(check.files))), .init("damage", .array(check.damage.map(\.json))),
          .init("exit_code", .integer(Int64(code.rawValue))),
        ]))
    } else if check.damage.isEmpty {
      try output.result("No damage: \(check.files) files are what they were\n")
    } else {
      try output.result(check.damage.map { "\(printable($0.path)): \(printable($0.problem.explanation))\n" }.joined())
      output.diagnostics(DiagnosticList([summary(check.damage)]))
    }
    return code
  }

  private static func summary(_ damage: [StoreDamage]) -> Diagnostic {
    let capsules = Set(damage.compactMap(\.id)).map(\.short).sorted()
    return Diagnostic(
      damage.count == 1 ? "one path is not as it was" : "\(damage.count) paths are not as they were",
      hint: capsules.first.map { "capsrun remove \($0) --force, and install it again" }, exitCode: .badData)
  }
}

extension StoreDamage {
  fileprivate var json: JSONValue {
    .object([
      .init("path", .string(path)), .init("id", id.map { .string($0.description) } ?? .null),
      .init("problem", .string(problem.explanation)),
    ])
  }
}
