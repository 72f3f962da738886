import Foundation
import Linux
import Testing

@testable import Supervision

/// The commands against a supervisor in this process.
@Suite struct ControlCommandTests {
  @Test func `ps shows each process with its state, and why something is not known`() throws {
    let place = try CommandPlace()
    let supervisor = try TestSupervisor(in: place.folder)
    let shown = try place("ps", "hello")
    #expect(shown.exitCode == 0 && shown.errors.isEmpty, "\(shown)")
    let lines = shown.output.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("NAME") && lines[1].hasPrefix("web") && lines[2].hasPrefix("db"))
    #expect(lines[1].contains("running") && lines[1].contains("4242") && lines[1].contains("12.3 %"))
    #expect(lines[1].contains("1 min 1 s") && lines[1].hasSuffix("8080"))
    #expect(lines[2].contains("failed (exit 3)") && lines[2].contains("5 (+1 by hand)"))
    #expect(lines[4] == "READ and WRITTEN of db are not known: the kernel counts nothing")
    let json = try place.json("ps", "hello")
    let processes = try #require(json["processes"] as? [[String: Any]])
    #expect(json["capsule"] as? String == Canned.capsule && json["exit_code"] as? Int == 0)
    #expect(processes.map { $0["name"] as? String } == ["web", "db"])
    #expect(processes[0]["pid"] as? Int == 4242 && processes[0]["health"] as? String == "unprobed")
    #expect(processes[1]["state"] as? String == "failed" && processes[1]["restarts"] as? Int == 5)
    let sorted = try place("ps", "hello", "--sort", "name").output.split(separator: "\n").map(String.init)
    #expect(sorted[1].hasPrefix("db") && sorted[2].hasPrefix("web"))
    try supervisor.stop()
  }

  @Test func `ps without a name shows all that runs, also what does not answer`() throws {
    let place = try CommandPlace()
    let nothing = try place("ps")
    #expect(nothing.exitCode == 0 && nothing.output.isEmpty && nothing.errors.contains("nothing runs"), "\(nothing)")
    let (one, two) = (try TestSupervisor("one", in: place.folder), try TestSupervisor("two", in: place.folder))
    let mute = try RunFolder.claim("mute", in: place.folder.place)
    let shown = try place("ps")
    let lines = shown.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 4 && lines[1].hasPrefix("mute") && lines[1].contains("does not listen"), "\(shown)")
    #expect(lines[2].hasPrefix("one") && lines[2].hasSuffix("1 running, 1 failed") && lines[2].contains("abababababab"))
    try mute.remove()
    let capsules = try #require(try place.json("ps")["capsules"] as? [[String: Any]])
    #expect(capsules.map { $0["name"] as? String } == ["one", "two"])
    for supervisor in [one, two] { try supervisor.stop() }
  }

  @Test func `ps --watch shows it again in the same place, and ends well with Ctrl-C`() throws {
    let place = try CommandPlace()
    let supervisor = try TestSupervisor(in: place.folder)
    var (near, far): (Int32, Int32) = (-1, -1)
    #expect(openpty(&near, &far, nil, nil, nil) == 0)
    let process = place.process(["ps", "hello", "--watch"])
    let terminal = FileHandle(fileDescriptor: far, closeOnDealloc: true)
    process.standardOutput = terminal
    try process.run()
    var shown = ""
    let keyboard = FileHandle(fileDescriptor: near, closeOnDealloc: true)
    while shown.components(separatedBy: "\u{1B}[H").count < 3 {
      shown += String(decoding: keyboard.availableData, as: UTF8.self)
    }
    process.interrupt()
    process.waitUntilExit()
    shown += String(decoding: keyboard.availableData, as: UTF8.self)
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    #expect(shown.hasPrefix("\u{1B}[?25l") && shown.hasSuffix("\u{1B}[?25h\r\n") && shown.contains("4242"))
    let lines = place.process(["ps", "hello", "--watch", "--json"])
    let pipe = Foundation.Pipe()
    lines.standardOutput = pipe
    try lines.run()
    let line = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
    #expect(line.hasPrefix("{") && line.hasSuffix("}\n") && line.filter { $0 == "\n" }.count == 1)
    // When it ends, so does who watches.
    try supervisor.stop()
    lines.waitUntilExit()
    #expect(lines.terminationStatus == 0)
  }

  @Test func `processes are stopped, restarted, killed and signalled, and what they are then is told`() throws {
    let place = try CommandPlace()
    let supervisor = try TestSupervisor(in: place.folder)
    let stopped = try place("stop", "hello", "web")
    #expect(stopped.exitCode == 0 && stopped.output == "web: disabled, pid 4242\n", "\(stopped)")
    #expect(stopped.errors == "capsrun: waiting for web (pid 77, sleep)\n")
    #expect(try place("restart", "hello").output.split(separator: "\n").count == 2)
    #expect(try place("kill", "hello", "web").output == "web: killed (SIGKILL), pid 4242\n")
    #expect(try place("kill", "hello", "web", "--signal", "int").output == "web: stopped (SIGINT), pid 4242\n")
    let all = try #require(try place.json("kill", "hello", "--all")["processes"] as? [[String: Any]])
    #expect(all.map { ($0["ending"] as? [String: Any])?["signal"] as? Int } == [9, 9])
    #expect(try place("signal", "hello", "db", "USR1").output.contains("signal 10"))
    for wrong in [
      ["kill", "hello"], ["kill", "hello", "web", "--all"], ["signal", "hello", "web"],
      ["signal", "hello", "web", "SIGNO"],
      ["kill", "hello", "web", "--signal", "0"],
    ] {
      #expect(try place.run(wrong).exitCode == 64, "\(wrong)")
    }
    try supervisor.stop()
  }

  @Test func `a name or process that there is not is 64, with the nearest one`() throws {
    let place = try CommandPlace()
    let supervisor = try TestSupervisor(in: place.folder)
    for command in [["ps", "helo"], ["stop", "helo"], ["events", "helo"], ["history", "helo"], ["status", "helo"]] {
      let outcome = try place.run(command)
      #expect(outcome.exitCode == 64 && outcome.errors.contains("did you mean \"hello\"?"), "\(command): \(outcome)")
    }
    for command in [
      ["stop", "hello", "wbe"], ["restart", "hello", "wbe"], ["kill", "hello", "wbe"], ["signal", "hello", "wbe", "1"],
    ] {
      let outcome = try place.run(command)
      #expect(outcome.exitCode == 64 && outcome.errors.contains("did you mean \"web\"?"), "\(command): \(outcome)")
    }
    let far = try place("restart", "hello", "nothing-like-it")
    #expect(far.exitCode == 64 && far.errors.contains("it has: web, db"), "\(far)")
    for name in ["../x", "a/b", "a..b", String(repeating: "a", count: 300)] {
      let outcome = try place("stop", name)
      #expect(outcome.exitCode == 64 && outcome.errors.contains("is no name of a running capsule"), "\(outcome)")
    }
    #expect(try place("stop", "-h").exitCode == 0)
    let json = try place("ps", "helo", "--json")
    #expect(json.exitCode == 64 && json.errors.contains("\"exit_code\": 64"))
    try supervisor.stop()
  }

  @Test func `stop returns when the supervisor is gone, and then nothing runs`() throws {
    let place = try CommandPlace()
    _ = try TestSupervisor(in: place.folder)
    let stopped = try place("stop", "hello")
    #expect(stopped.exitCode == 0 && stopped.output == "Stopped: hello\n", "\(stopped)")
    #expect(try place.folder.names() == [])
    #expect(try place("ps", "hello").exitCode == 64)
  }

  @Test func `status is 0 for what runs and 3 for what does not, and a killed supervisor is found out`() throws {
    let place = try CommandPlace()
    let supervisor = try TestSupervisor(in: place.folder)
    let running = try place("status", "hello")
    #expect(running.exitCode == 0 && running.output.contains("hello runs since 2023-11-14T22:13:20Z"), "\(running)")
    #expect(running.output.contains("Supervisor: process \(getpid())\n") && running.output.contains("failed (exit 3)"))
    let json = try place.json("status", "hello")
    #expect(json["running"] as? Bool == true && json["exit_code"] as? Int == 0)
    #expect((json["supervisor"] as? [String: Any])?["policy"] as? String == "00ff")
    try supervisor.stop()
    try place.install("hello")
    let stopped = try place("status", "hello")
    #expect(stopped.exitCode == 3 && stopped.output.contains("hello stands for no capsule"), "\(stopped)")
    let asked = try place("stop", "hello")
    #expect(asked.exitCode == 64 && asked.errors.contains("capsrun start hello starts it"), "\(asked)")
    try place.leaveBehind("hello")
    let killed = try place("status", "hello", "--json")
    #expect(killed.exitCode == 3 && killed.output.contains("\"running\": false"), "\(killed)")
    #expect(try place.folder.names() == [])
    // What runs and is known by its id is found by the name that it has.
    let id = try place.installedID("hello")
    let again = try TestSupervisor(in: place.folder)
    #expect(try place("status", String(id.prefix(12))).exitCode == 0)
    #expect(try place("ps", id).exitCode == 0)
    try again.stop()
  }

  @Test func `gc removes what killed supervisors have left, and --dry-run nothing`() throws {
    let place = try CommandPlace()
    let supervisor = try TestSupervisor("alive", in: place.folder)
    for name in ["one", "two"] { try place.leaveBehind(name) }
    #expect(try place.json("gc", "--dry-run")["run_folders"] as? [String] == ["one", "two"])
    #expect(try place.folder.names() == ["alive", "one", "two"])
    let done = try place("gc")
    #expect(done.exitCode == 0 && done.output.contains("two  what a killed supervisor has left"), "\(done)")
    #expect(try place.folder.names() == ["alive"])
    try supervisor.stop()
  }

  @Test func `history shows how processes ended, and events what happens next`() throws {
    let place = try CommandPlace()
    let supervisor = try TestSupervisor(in: place.folder)
    let history = try place("history", "hello", "db")
    #expect(history.output.split(separator: "\n").count == 2, "\(history)")
    #expect(history.output.contains("2023-11-14T22:13:20Z  1 min 1 s  exit 3: of its own"))
    #expect((try place.json("history", "hello")["history"] as? [Any])?.count == 2)
    let (events, text) = (place.process(["events", "hello", "--json"]), place.process(["events", "hello"]))
    let (pipe, textPipe) = (Foundation.Pipe(), Foundation.Pipe())
    events.standardOutput = pipe
    text.standardOutput = textPipe
    for process in [events, text] { try process.run() }
    var lines = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
    var shown = String(decoding: textPipe.fileHandleForReading.availableData, as: UTF8.self)
    #expect(try place("restart", "hello", "web").exitCode == 0)
    try supervisor.stop()
    lines += String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    shown += String(decoding: textPipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    for process in [events, text] { process.waitUntilExit() }
    #expect(events.terminationStatus == 0 && text.terminationStatus == 0)
    let objects = try lines.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects.map { $0["sequence"] as? Int } == [0, 1, 2], "\(lines)")
    #expect(objects[1]["event"] as? String == "process" && objects[2]["event"] as? String == "ending")
    #expect(shown.hasPrefix("NAME") && shown.contains("  web: running, pid 4242\n"), "\(shown)")
    #expect(shown.hasSuffix("  all of it is being stopped\n"))
  }

  @Test func `a folder that is not the caller's, or is a link, is not used`() throws {
    let place = try CommandPlace()
    try FileManager.default.createDirectory(atPath: place.folder("elsewhere"), withIntermediateDirectories: false)
    #expect(symlink(place.folder("elsewhere"), place.folder("run")) == 0)
    for command in [["ps"], ["stop", "hello"], ["status", "hello"], ["gc"]] {
      let outcome = try place.run(command)
      #expect(outcome.exitCode == 125 && outcome.errors.contains("or a link to one"), "\(command): \(outcome)")
    }
    #expect(unlink(place.folder("run")) == 0)
    #expect(try place("ps").exitCode == 0)
    #expect(try place.run(["ps"], ["CAPSRUN_RUN": "run"]).exitCode == 64)
  }

  @Test(.enabled(if: geteuid() == 0, "the tests do not run as root"))
  func `with --user, root looks at what the user runs and not at its own`() throws {
    let place = try CommandPlace()
    let supervisor = try TestSupervisor(in: place.folder)
    #expect(try place("ps", "hello").exitCode == 0)
    #expect(chmod(place.folder.path, 0o755) == 0)
    let sudo = ["SUDO_UID": "1500", "SUDO_GID": "1500"]
    let outcome = try place.run(["ps", "hello", "--user"], sudo)
    #expect(outcome.exitCode == 125, "\(outcome)")
    // His own folder, by the variable of his session.
    try FileManager.default.createDirectory(atPath: place.folder("session"), withIntermediateDirectories: false)
    #expect(chown(place.folder("session"), 1500, 1500) == 0 && chmod(place.folder("session"), 0o700) == 0)
    let session = ["CAPSRUN_RUN": "", "XDG_RUNTIME_DIR": place.folder("session")]
    let empty = try place.run(["ps", "--user"], sudo.merging(session) { _, new in new })
    #expect(empty.exitCode == 0 && empty.errors.contains("nothing runs"), "\(empty)")
    try supervisor.stop()
  }
}

/// A folder for what runs and a store, and capsrun as it was built.
private struct CommandPlace {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  struct Outcome: CustomStringConvertible {
    let exitCode: Int32
    let output, errors: String
    var description: String { "exit code \(exitCode), output \"\(output)\", errors \"\(errors)\"" }
  }

  private static let program = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "build/capsrun")

  func callAsFunction(_ arguments: String...) throws -> Outcome { try run(arguments) }

  func process(_ arguments: [String], _ environment: [String: String] = [:]) -> Process {
    let process = Process()
    process.executableURL = Self.program
    process.arguments = arguments
    process.environment = [
      "CAPSRUN_RUN": folder("run"), "CAPSRUN_STORE": folder("store"), "CAPSRUN_CONFIG": folder("config"),
      "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": folder.path,
    ].merging(environment) { _, new in new }
    process.standardInput = FileHandle.nullDevice
    return process
  }

  func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Outcome {
    let process = process(arguments, environment)
    let (output, errors) = (Foundation.Pipe(), Foundation.Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let problems = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Outcome(exitCode: process.terminationStatus, output: text, errors: problems)
  }

  func json(_ arguments: String...) throws -> [String: Any] {
    let outcome = try run(arguments + ["--json"])
    #expect(outcome.exitCode == 0, "\(outcome)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  /// A folder as a killed supervisor leaves it.
  func leaveBehind(_ name: String) throws {
    let claimed = try RunFolder.claim(name, in: folder.place)
    try claimed.write(RunRecord(process: 99, started: 1, capsule: "x"))
    _ = try claimed.listen().accept()
  }

  /// Installs a capsule that prints something.
  func install(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: false)
    try Data("capsule: 1\nname: \(name)\nversion: 1.0.0\nentrypoint: run\n".utf8).write(
      to: URL(filePath: folder("\(name)/capsule.yml")))
    try Data("#!/bin/sh\necho hello\n".utf8).write(to: URL(filePath: folder("\(name)/run")))
    #expect(chmod(folder("\(name)/run"), 0o755) == 0)
    let archive = folder("\(name).tar.gz")
    for command in [
      ["build", "--from-dir", folder(name), "--output", archive], ["install", "--allow-unsigned", archive],
    ] {
      let outcome = try run(command)
      #expect(outcome.exitCode == 0, "\(command): \(outcome)")
    }
  }

  func installedID(_ name: String) throws -> String {
    let capsules = try json("list")["capsules"] as? [[String: Any]]
    return try #require(capsules?.first { $0["name"] as? String == name }?["id"] as? String)
  }
}
