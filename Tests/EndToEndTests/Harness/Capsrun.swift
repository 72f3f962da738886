import Foundation

/// The program under test, as its callers call it.
enum Capsrun {
  /// A start that has yet to be made; tests that need more than `run` change what they want in it.
  static func spawn(
    _ arguments: [String], as caller: Caller, environment: [String: String] = [:], workingFolder: String = "/"
  ) throws -> Spawn {
    var spawn = Spawn(try caller.commandLine([try Program.path()] + arguments))
    spawn.environment.merge(environment) { _, given in given }
    spawn.workingFolder = workingFolder
    return spawn
  }

  /// Runs it to its end.
  static func run(
    _ arguments: [String], as caller: Caller, environment: [String: String] = [:], input: [UInt8] = [],
    workingFolder: String = "/"
  ) throws -> Outcome {
    var spawn = try spawn(arguments, as: caller, environment: environment, workingFolder: workingFolder)
    spawn.input = .bytes(input)
    return try spawn.run()
  }

  /// Runs a shell script in a box with these options.
  static func shell(_ script: String, _ options: [String] = [], as caller: Caller) throws -> Outcome {
    try run(["box"] + options + ["--", "sh", "-c", script], as: caller)
  }

  /// Runs a probe in a box with these options.
  static func probe(_ probe: Probe, _ options: [String] = [], as caller: Caller) throws -> Outcome {
    try run(["box"] + options + ["--"] + probe.commandLine, as: caller)
  }
}
