import Foundation
import Testing

/// Commands at a terminal, by themselves and as jobs of a shell.
extension Spawn {
  /// Starts it with this terminal on all its streams.
  func start(at terminal: Terminal) throws -> RunningProcess {
    var spawn = self
    spawn.output = .terminal(terminal.path)
    return try spawn.start()
  }

  /// A shell that runs `script` in its place, in which "$@" is the command: by /bin/sh, or by one with job control.
  func inShell(_ script: String, hasJobs: Bool = false) -> Spawn {
    let shell =
      hasJobs ? ["/bin/bash", "--norc", "--noprofile", "-mc", script, "bash"] : ["/bin/sh", "-c", script, "sh"]
    var spawn = self
    spawn.commandLine = shell + commandLine
    return spawn
  }

  /// A script for /bin/sh that says "up", tells the next line that is typed, and exits with 8.
  static let tellingLine = "echo up; read line; echo \"program: $line\"; exit 8"

  /// Expects of a capsrun that runs `tellingLine` with a terminal of its own: stopped from outside it sets the caller's terminal
  /// back, and lets everything through again when it goes on.
  func expectTerminalAgainAfterStop() throws {
    let terminal = try Terminal()
    let before = try terminal.settings
    let script = "\"$@\"; echo stopped $?; read line; fg; echo ended $?"
    let process = try inShell(script, hasJobs: true).start(at: terminal)
    try terminal.waitFor("up")
    let capsrun = try #require(HostProcesses.descendants(of: process.pid).first { $0.parent == process.pid })
    #expect(kill(capsrun.pid, SIGTSTP) == 0)
    try terminal.waitFor("stopped 148")
    #expect(try terminal.settings == before)
    try terminal.type("\r")
    try eventually("the terminal lets everything through") { try terminal.settings != before }
    try terminal.type("three\r")
    try terminal.waitFor("program: three\r\n")
    try terminal.waitFor("ended 8")
    #expect(try process.wait().exitCode == 0)
  }
}

extension Capsrun {
  /// Starts it with this terminal on all its streams.
  static func begin(_ arguments: [String], at terminal: Terminal, as caller: Caller) throws -> RunningProcess {
    try spawn(arguments, as: caller).start(at: terminal)
  }
}
