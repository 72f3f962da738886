internal import CapsuleFormat
internal import Diagnostics
internal import Linux

/// `capsrun trust`
enum TrustCommand {
  private enum Action: String, CaseIterable {
    case add, list, remove, revoke
  }

  private static let reason = Option.value("reason", "TEXT", "why the key is revoked")

  static let command = Command(
    name: "trust", summary: "say whose signatures count",
    description: """
      add FILE trusts the public key in FILE, list shows the keys, remove KEYID trusts one no
      more. revoke KEYID puts a key on a list, so that nothing it has signed counts any more,
      even if somebody adds it again.

      The keys are files in CONFIG/trusted, and the list is CONFIG/revoked; CONFIG is
      /etc/capsrun for root, and $XDG_CONFIG_HOME/capsrun (~/.config/capsrun) for a user. When
      others could have written one of them, no key is trusted.
      """,
    options: [reason],
    operands: .action(Action.allCases.map(\.rawValue), "FILE|KEYID", .path),
    examples: [
      ("capsrun trust add release.pub", "Trust a key"),
      ("capsrun trust revoke C8B667DF51CA52EA --reason lost", "Never trust it again"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    guard let action = Action(rawValue: invocation.operands[0]) else {
      preconditionFailure("the parser knows the words")
    }
    let operand = invocation.operands.dropFirst().first
    guard action == .revoke || !invocation.has(reason) else {
      throw failure("--reason belongs to revoke alone", hint: "leave it out")
    }
    let folder = try TrustPlace.folder()
    let output = Output(isJSON: invocation.has(.json))
    switch (action, operand) {
    case (.list, nil): try list(folder, output)
    case (.list, let operand?): throw failure("unexpected argument \(quoted(operand))", hint: "list takes none")
    case (.add, nil): throw failure("FILE is missing", hint: "capsrun trust add FILE.pub")
    case (.remove, nil), (.revoke, nil):
      throw failure("KEYID is missing", hint: "capsrun trust list shows the trusted keys")
    case (.add, let path?): try add(path, folder, output)
    case (.remove, let text?): try remove(try keyID(text), folder, output)
    case (.revoke, let text?): try revoke(try keyID(text), because: invocation.value(reason) ?? "", folder, output)
    }
    return .success
  }

  private static func keyID(_ text: String) throws(DiagnosticList) -> KeyID {
    guard let id = KeyID(text) else {
      throw failure(
        "\(quoted(text)) is no key id",
        hint: "a key id has 16 hexadecimal digits; minisign 0.11 leaves out zeros in front")
    }
    return id
  }

  private static func add(_ path: String, _ folder: TrustFolder, _ output: Output) throws(DiagnosticList) {
    let key = try KeyFiles.publicKey(path)
    let isNew = try trusting { () throws(TrustError) in try folder.add(key) }
    try done(
      isNew ? "key \(key.id) is trusted from now on\n" : "key \(key.id) was trusted before\n", "added", isNew, key.id,
      output)
  }

  private static func remove(_ id: KeyID, _ folder: TrustFolder, _ output: Output) throws(DiagnosticList) {
    let files = try trusting { () throws(TrustError) in try folder.remove(id) }
    try done(
      "key \(id) is trusted no more\n" + files.map { "removed \(printable($0))\n" }.joined(), "removed", true, id,
      output)
  }

  private static func revoke(
    _ id: KeyID, because reason: String, _ folder: TrustFolder, _ output: Output
  ) throws(DiagnosticList) {
    let today = CalendarDate(secondsSince1970: Clock.secondsSince1970)
    let revocation: Revocation
    do {
      revocation = try Revocation(id, on: today, because: reason)
    } catch {
      throw failure("the reason \(error.explanation)", hint: "say it in a few words")
    }
    let isNew = try trusting { () throws(TrustError) in try folder.revoke(revocation) }
    try done(
      isNew ? "key \(id) is revoked from now on\n" : "key \(id) was revoked before\n", "revoked", isNew, id, output)
  }

  private static func done(
    _ text: String, _ what: String, _ isNew: Bool, _ id: KeyID, _ output: Output
  ) throws(DiagnosticList) {
    if output.isJSON {
      try output.result(
        .object([
          .init("key_id", .string(id.description)), .init(what, .bool(isNew)), .init("exit_code", .integer(0)),
        ]))
    } else {
      try output.result(text)
    }
  }

  private static func list(_ folder: TrustFolder, _ output: Output) throws(DiagnosticList) {
    let content = try trusting { () throws(TrustError) in try folder.read() }
    if output.isJSON {
      let keys = content.keys.map { known in
        JSONValue.object([
          .init("key_id", .string(known.key.id.description)), .init("public_key", .string(known.key.text)),
          .init("file", .string(known.path)), .init("revoked", .bool(content.revocations[known.key.id] != nil)),
        ])
      }
      let revocations = content.revocations.all.map { revocation in
        JSONValue.object([
          .init("key_id", .string(revocation.keyID.description)), .init("date", .string(revocation.date.description)),
          .init("reason", .string(revocation.reason)),
        ])
      }
      try output.result(
        .object([
          .init("folder", .string(folder.path)), .init("keys", .array(keys)),
          .init("revocations", .array(revocations)), .init("exit_code", .integer(0)),
        ]))
    } else {
      let keys = content.keys.filter { content.revocations[$0.key.id] == nil }
      try output.result(
        keys.map { "\($0.key.id)  \(printable($0.path))\n" }.joined()
          + content.revocations.all.map { "\($0.text)\n" }.joined())
    }
  }

  private static func failure(_ message: String, hint: String) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: .usage)])
  }
}
