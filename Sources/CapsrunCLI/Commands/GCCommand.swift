internal import CapsuleFormat
internal import Diagnostics
internal import Supervision

/// `capsrun gc`
enum GCCommand {
  private static let dryRun = Option.flag("dry-run", "only show what would be removed")
  private static let keep = Option.value(
    "keep", "N", "how many that a name stood for before are kept; \(Store.keptPrevious) if not given")

  static let command = Command(
    name: "gc", summary: "remove the capsules that nothing needs",
    description: """
      Removes all capsules but those that are active, that a name stood for among the last N
      before, that are pinned, or that are running; what interrupted commands have left; and the
      folders of supervisors that were killed. It waits for those who are installing, and they wait
      for it.
      """,
    options: [dryRun, keep], operands: .none,
    examples: [
      ("capsrun gc --dry-run", "See what would go, and why the rest would stay"),
      ("capsrun gc --keep 0", "Keep nothing to roll back to"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let isDryRun = invocation.has(dryRun)
    let kept = try count(invocation.value(keep))
    let store = try OpenStore.open()
    let lock = try OpenStore.lock(store, .exclusive, output)
    defer { withExtendedLifetime(lock) {} }
    let garbage = try capsule { () throws(CapsuleError) in try store.collect(previous: kept, isDryRun: isDryRun) }
    let folders = try runFolders { () throws(RunFolderError) in
      try RunFolder.collectLeftovers(isDryRun: isDryRun)
    }
    if output.isJSON {
      try output.result(garbage.json(folders, isDryRun: isDryRun))
    } else {
      try output.result(garbage.text(folders, isDryRun: isDryRun))
    }
    return .success
  }

  private static func count(_ text: String?) throws(DiagnosticList) -> Int {
    guard let text else { return Store.keptPrevious }
    guard let count = Int(text), (0...1_000_000).contains(count) else {
      throw DiagnosticList([
        Diagnostic("\(quoted(text)) of --keep is no number of capsules", hint: "such as --keep 2", exitCode: .usage)
      ])
    }
    return count
  }
}

extension CollectedGarbage {
  fileprivate func text(_ folders: [String], isDryRun: Bool) -> String {
    let gone = removed.map { [isDryRun ? "would remove" : "removed", $0.id.short, $0.capsule?.title ?? "damaged"] }
    let stayed = kept.map { [isDryRun ? "would keep" : "kept", $0.id.short, $0.reason.explanation] }
    let left = folders.map { [isDryRun ? "would remove" : "removed", $0, "what a killed supervisor has left"] }
    return TextTable.text(gone + left + stayed) + "\(isDryRun ? "Would free" : "Freed"): \(ByteText(bytes))\n"
  }

  fileprivate func json(_ folders: [String], isDryRun: Bool) -> JSONValue {
    .object([
      .init("dry_run", .bool(isDryRun)),
      .init(
        "removed",
        .array(
          removed.map { id, capsule in
            .object([
              .init("id", .string(id.description)), .init("name", capsule.map { .string($0.name) } ?? .null),
              .init("version", capsule?.version.map { .string($0) } ?? .null),
            ])
          })),
      .init(
        "kept",
        .array(
          kept.map { id, reason in
            .object([.init("id", .string(id.description)), .init("reason", .string(reason.explanation))])
          })),
      .init("run_folders", .array(folders.map { .string($0) })), .init("bytes_freed", .integer(Int64(bytes))),
      .init("exit_code", .integer(0)),
    ])
  }
}
