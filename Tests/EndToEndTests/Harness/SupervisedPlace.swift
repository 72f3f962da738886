import Foundation
import Testing

/// A caller with run folders and logs of his own, and what he starts there. It ends with its owner, whatever has become of it.
final class SupervisedPlace {
  let place: CapsulePlace
  var folder: TemporaryFolder { place.folder }
  private var names: Set<String> = []

  init(as caller: Caller) throws {
    place = try CapsulePlace(as: caller)
    // Inside it nobody else writes, as it has to be.
    for name in ["run", "logs"] { try folder.folder(name, mode: 0o700) }
  }

  deinit {
    for name in names {
      do {
        if try capsrun("stop", name).exitCode != 0, let status = try? status(name) { kill(status.supervisor, SIGKILL) }
      } catch {
        FileHandle.standardError.write(Data("cannot stop \(name): \(error)\n".utf8))
      }
    }
  }

  var environment: [String: String] {
    place.environment.merging(["CAPSRUN_RUN": folder("run"), "CAPSRUN_LOGS": folder("logs")]) { $1 }
  }

  func capsrun(_ arguments: String..., input: String = "") throws -> Outcome {
    try Capsrun.run(
      arguments, as: place.caller, environment: environment, input: Array(input.utf8), workingFolder: folder.path)
  }

  /// A command that goes on, as with `--foreground`.
  func begin(_ arguments: String...) throws -> RunningProcess { try begin(arguments) }

  func begin(_ arguments: [String]) throws -> RunningProcess {
    try Capsrun.spawn(arguments, as: place.caller, environment: environment, workingFolder: folder.path).start()
  }

  /// What a test starts by other means.
  func stopAtEnd(_ name: String) { names.insert(name) }

  func spawn(_ arguments: [String]) throws -> Spawn {
    try Capsrun.spawn(arguments, as: place.caller, environment: environment, workingFolder: folder.path)
  }

  /// One that goes on, with this terminal on all its streams.
  func begin(_ arguments: [String], at terminal: Terminal) throws -> RunningProcess {
    try spawn(arguments).start(at: terminal)
  }

  /// An unpacked capsule. Each process is a shell script by its name, with further keys of the manifest in flow style; it can
  /// write to the folder of the test.
  @discardableResult
  func capsule(
    _ name: String = "app", more: String = "", _ processes: [(name: String, keys: String, script: String)]
  ) throws -> String {
    names.insert(name)
    if !FileManager.default.fileExists(atPath: folder("shared")) { try folder.folder("shared") }
    try folder.folder(name)
    var manifest =
      "capsule: 1\nname: \(name)\nversion: 1.0.0\n\(more)capabilities: {fs_write: [\(folder("shared"))]}\nprocesses:\n"
    for process in processes {
      let words = try String(
        decoding: JSONEncoder().encode(["-c", process.script.replacing("SHARED", with: folder("shared")), "sh"]),
        as: UTF8.self)
      let keys = process.keys.isEmpty ? "" : ", " + process.keys
      manifest += "  \(process.name): {cmd: /bin/sh, args: \(words), cwd: /tmp\(keys)}\n"
    }
    try folder.file("\(name)/capsule.yml", manifest)
    return name
  }

  func start(_ name: String = "app", _ options: String...) throws {
    let outcome = try Capsrun.run(
      ["start"] + options + ["./\(name)"], as: place.caller, environment: environment, workingFolder: folder.path)
    guard outcome.exitCode == 0 else { throw HarnessError("\(outcome)") }
  }

  /// What `ps --json` tells.
  func status(_ name: String = "app") throws -> Status {
    let outcome = try capsrun("ps", name, "--json")
    guard outcome.exitCode == 0 else { throw HarnessError("\(outcome)") }
    return Status(try outcome.outputAsJSON())
  }

  /// Waits until a process is in one of these states.
  @discardableResult
  func wait(_ process: String, _ states: String..., of name: String = "app") throws -> Status.Process {
    var last: Status.Process?
    try eventually("\(process) is \(states), and not \(last?.state ?? "unknown")") {
      last = try status(name)[process]
      return last.map { states.contains($0.state) } ?? false
    }
    return try #require(last)
  }

  /// The lines of a file that the processes write to.
  func shared(_ file: String) -> [String] {
    guard let data = FileManager.default.contents(atPath: folder("shared/" + file)) else { return [] }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The keeper and PID 1 of a supervisor, and itself.
  func attendants(of supervisor: pid_t) throws -> [pid_t] {
    guard let own = HostProcesses.entry(supervisor) else { throw HarnessError("no process \(supervisor)") }
    let children = try HostProcesses.all().filter { $0.parent == supervisor && $0.name == own.name }
    return [supervisor] + children.map(\.pid)
  }

  /// The size of all files of logs, as they are at this moment.
  func bytesOfLogs() -> Int {
    let entries = FileManager.default.enumerator(atPath: folder("logs"))?.compactMap { $0 as? String } ?? []
    // What is removed meanwhile has no size any more.
    return entries.reduce(0) { sum, entry in
      var status = stat()
      return lstat(folder("logs/" + entry), &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        ? sum + Int(status.st_size) : sum
    }
  }

  /// What is left below its run folder.
  func leftovers() throws -> [String] { try folder.entries("run") }
}

/// What capsrun tells of a capsule that runs.
struct Status {
  struct Process {
    let values: [String: Any]

    var name: String { values["name"] as? String ?? "" }
    var state: String { values["state"] as? String ?? "" }
    var pid: pid_t? { (values["pid"] as? NSNumber).map(\.int32Value) }
    var restarts: Int { (values["restarts"] as? NSNumber)?.intValue ?? -1 }
    var reason: String { values["reason"] as? String ?? "" }
    /// What it was killed by the last time.
    var signal: Int? { ((values["ending"] as? [String: Any])?["signal"] as? NSNumber)?.intValue }

    func number(_ key: String) -> Double? { (values[key] as? NSNumber)?.doubleValue }
  }

  let supervisor: pid_t
  let processes: [Process]
  let logTrouble: String?

  init(_ values: [String: Any]) {
    supervisor = (values["supervisor"] as? NSNumber)?.int32Value ?? 0
    processes = (values["processes"] as? [[String: Any]] ?? []).map(Process.init)
    logTrouble = values["log_trouble"] as? String
  }

  subscript(name: String) -> Process? { processes.first { $0.name == name } }
}
