import Foundation
import Testing

/// A secret of a capsule that runs: its process has it, and nobody tells it.
@Suite struct SupervisedSecretTests {
  @Test(arguments: Caller.reachable)
  func `a secret is told by no command, and lies in no file`(caller: Caller) throws {
    let place = try SupervisedPlace(as: caller)
    let canary = "canary-\(UInt64.random(in: 1 << 60 ..< 1 << 63))"
    try place.capsule(
      "app", more: "env: {TOKEN: {type: secret, request: \"The token?\"}}\n",
      [
        ("main", "", "[ \"$TOKEN\" = \"$(cat SHARED/expected)\" ] && echo it is there; exec sleep 1000"),
        ("bad", "restart_policy: never", "exit 3"),
      ])
    try place.folder.file("shared/expected", canary)
    try place.folder.file("values", "TOKEN=\(canary)\n", mode: 0o600)
    let start = try place.capsrun("start", "--env-file", "values", "./app")
    #expect(start.exitCode == 0, "\(start)")
    try place.wait("bad", "failed")
    try eventually("the process has it") {
      try place.capsrun("logs", "app", "main").output.contains("it is there")
    }
    let events = try place.begin("events", "app", "--json")
    try events.waitForOutput("main")
    var told = start.output + start.errors + (try events.output.text())
    for arguments in [
      ["ps", "app"], ["ps", "app", "--json"], ["ps"], ["status", "app"], ["status", "app", "--json"],
      ["history", "app"],
      ["history", "app", "--json"], ["logs", "app"], ["logs", "app", "--json"], ["explain", "./app"],
      ["explain", "./app", "--json"], ["exec", "app", "--", "no-such-program"],
    ] {
      let outcome = try Capsrun.run(
        arguments, as: caller, environment: place.environment, workingFolder: place.folder.path)
      #expect(!outcome.output.isEmpty || !outcome.errors.isEmpty, "\(arguments)")
      told += outcome.output + outcome.errors
    }
    #expect(!told.contains(canary))

    let status = try place.status()
    for process in try place.attendants(of: status.supervisor) + status.processes.compactMap(\.pid) {
      #expect(try !Self.text("/proc/\(process)/cmdline").contains(canary))
    }
    for name in ["run", "logs"] {
      let files = FileManager.default.enumerator(atPath: place.folder(name))?.compactMap { $0 as? String } ?? []
      #expect(files.contains { $0.hasPrefix("app/") })
      for file in files { #expect(try !Self.text(place.folder("\(name)/\(file)")).contains(canary), "\(file)") }
    }
    // That it would be found: where it has to be.
    let main = try #require(status["main"]?.pid)
    if Caller.testsRunAsRoot { #expect(try Self.text("/proc/\(main)/environ").contains(canary)) }
  }

  /// Nothing for what is no file.
  private static func text(_ path: String) throws -> String {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return "" }
    return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
  }
}
