/// The keys of one process, and of the tables inside it.
enum ProcessFields {
  static let form = Form<Manifest.Process>.table(programs + lifecycle + outputs + rights, Manifest.Process())

  private static let programs: [Field<Manifest.Process>] = [
    Field(
      "cmd", "the program: a path in the capsule, or a name that is looked up in PATH", .located(.name),
      into: \.command, use: .planned
    ).required,
    Field("args", "its arguments", .list(of: .text), into: \.arguments, use: .planned),
    Field(
      "cwd", "the folder it starts in; default: the process's name", .workingFolder, into: \.workingFolder,
      use: .planned),
    Field("env", "environment variables of this process", .variables, into: \.environment, use: .planned),
    Field(
      "files", "where files of the source go in its folder, by their path in the source", .fileMap, into: \.files,
      use: .notYet),
  ]

  private static let lifecycle: [Field<Manifest.Process>] = [
    Field(
      "restart_policy", "when it is started again: default on_failure", .word, into: \.restartPolicy, use: .planned),
    Field(
      "restart_delay", "how long to wait before it is started again; a bare number is milliseconds",
      .durationOrMilliseconds, into: \.restartDelay, use: .planned),
    Field(
      "restart", "how often and how fast it is started again", .table(restart, Manifest.Restart()), into: \.restart,
      default: Manifest.Restart(), use: .planned),
    Field(
      "success_exit_codes", "exit codes beside 0 that are no failure", .set(of: .integer(0...255)),
      into: \.successExitCodes, use: .planned),
    Field(
      "depends_on", "the processes that must have come so far before it is started", Self.dependencies,
      into: \.dependsOn, use: .planned),
    Field("ready", "how it is found out that it can be used", probe, into: \.ready, use: .planned),
    Field("health", "how it is found out that it is well", probe, into: \.health, use: .notYet),
    Field("startup", "how it is found out that it has started", probe, into: \.startup, use: .notYet),
    Field("liveness", "how it is found out that it must be started again", probe, into: \.liveness, use: .notYet),
    Field(
      "stop", "how it is stopped", .table(stop, Manifest.Stop()), into: \.stop, default: Manifest.Stop(), use: .planned),
    Field("replicas", "how many of it run", .integer(1...1000), into: \.replicas, use: .planned),
    Field("group", "the group that it belongs to", .located(.processName), into: \.group, use: .planned),
    Field("oneshot", "whether it is meant to end", .bool, into: \.isOneshot, use: .planned),
  ]

  private static let outputs: [Field<Manifest.Process>] = [
    Field(
      "sockets", "sockets that are open before it starts, by name", .map(keys: Names.key, to: .socketAddress),
      into: \.sockets, use: .notYet),
    Field(
      "logs", "how much of its output is kept", .table(logs, Manifest.Logs()), into: \.logs, default: Manifest.Logs(),
      use: .planned),
    Field(
      "notification_fd", "the descriptor on which it says that it is ready", .integer(3...255),
      into: \.notificationDescriptor, use: .notYet),
  ]

  private static let rights: [Field<Manifest.Process>] = [
    Field(
      "resources", "its limits, within those of the capsule", RightsFields.resources, into: \.resources,
      default: Manifest.Resources(), use: .planned),
    Field(
      "capabilities", "what it may reach, within what the capsule may", RightsFields.ownCapabilities,
      into: \.capabilities, use: .planned),
    Field(
      "security", "how it is confined", RightsFields.processSecurity, into: \.security, default: Manifest.Security(),
      use: .planned),
  ]

  static let group = Form<Manifest.Group>.table(
    [
      Field(
        "strategy", "whether one that fails is started again alone, or all of them", .word, into: \.strategy,
        default: .oneForOne, use: .planned)
    ], Manifest.Group())

  private static let restart: [Field<Manifest.Restart>] = [
    Field("max", "how many times within the window", .integer(0...Int.max), into: \.max, use: .planned),
    Field("window", "the time in which the starts are counted", .duration, into: \.window, use: .planned),
    Field("backoff", "the first wait, which doubles each time", .duration, into: \.backoff, use: .planned),
    Field("cap", "the longest wait", .duration, into: \.cap, use: .planned),
    Field("jitter", "by how many percent a wait varies", .integer(0...100), into: \.jitter, use: .planned),
    Field("reset_after", "after running so long, counting begins anew", .duration, into: \.resetAfter, use: .planned),
  ]

  private static let stop: [Field<Manifest.Stop>] = [
    Field("signal", "the signal that asks it to end; default SIGTERM", .signal, into: \.signal, use: .planned),
    Field("timeout", "how long it has before it is killed", .duration, into: \.timeout, use: .planned),
  ]

  private static let logs: [Field<Manifest.Logs>] = [
    Field("max_size", "how large a file of output grows", .memory, into: \.maxSize, use: .planned),
    Field("max_age", "how long output is kept", .duration, into: \.maxAge, use: .planned),
    Field("keep", "how many files are kept", .integer(1...1000), into: \.keep, use: .planned),
    Field(
      "lines_per_second", "what is written faster is dropped and counted", .integer(1...1_000_000),
      into: \.linesPerSecond, use: .planned),
  ]
}

extension Form where Value == String {
  fileprivate static let workingFolder = text("a folder of the sandbox", pattern: "^.") { text in
    do throws(AbsolutePath.Problem) {
      _ = try AbsolutePath(text.hasPrefix("/") ? text : "/" + text)
      return nil
    } catch {
      return TextProblem(explanation: error.explanation, hint: "write a folder of the capsule, or an absolute path")
    }
  }

  fileprivate static let socketAddress = text(
    "an address such as tcp:8080 or unix:/run/x", pattern: "^(tcp|udp|unix):."
  ) {
    text in
    let kind = text.prefix { $0 != ":" }
    let rest = text.dropFirst(kind.count + 1)
    let isAddress =
      switch kind {
      case "tcp", "udp": Int(rest.split(separator: ":").last ?? "").map { (1...65535).contains($0) } ?? false
      case "unix": rest.hasPrefix("/")
      default: false
      }
    return isAddress
      ? nil : TextProblem(explanation: "is no address of a socket", hint: "write tcp:PORT, udp:PORT or unix:/PATH")
  }
}
