import Foundation
import Testing

/// What packagers take from the program: its completions and its manual page.
@Suite struct CompletionScriptTests {
  private static func isThere(_ program: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/" + program) || Requirements.mustWork
  }

  @Test(
    .enabled(if: isThere("bash") && isThere("zsh") && isThere("fish"), "a shell is missing"),
    arguments: ["bash", "zsh", "fish"])
  func `the script for a shell is one that this shell can read`(shell: String) throws {
    let script = try Capsrun.run(["completions", shell], as: .user)
    #expect(script.exitCode == 0)
    #expect(script.errors.isEmpty)
    let folder = try TemporaryFolder(of: .user)
    let check = try Spawn(["/usr/bin/" + shell, "-n", try folder.file("script", script.output)]).run()
    #expect(check.exitCode == 0 && check.errors.isEmpty, "\(check.errors)")
    let broken = try Spawn(["/usr/bin/" + shell, "-n", try folder.file("broken", script.output + "\n'")]).run()
    #expect(broken.exitCode != 0)
    let json = try Capsrun.run(["--json", "completions", shell], as: .user).outputAsJSON()
    #expect(json["script"] as? String == script.output)
  }

  /// Through readline, which splits the line and quotes what it inserts.
  @Test func `bash completes what is typed at a terminal, and what it completes is run`() throws {
    let folder = try TemporaryFolder(of: .user)
    try folder.file("it's a file", "this is inside\n")
    try folder.folder("sub folder")
    let terminal = try Terminal()
    var spawn = Spawn(try Caller.user.commandLine(["/bin/bash", "--norc", "--noprofile", "-i"]))
    let program = URL(filePath: try Program.path()).deletingLastPathComponent().path
    spawn.environment = ["PATH": program + ":/usr/bin:/bin", "HOME": folder.path, "TERM": "dumb", "PS1": "ready> "]
    spawn.workingFolder = folder.path
    spawn.output = .terminal(terminal.path)
    let shell = try spawn.start()
    try terminal.waitFor("ready> ")
    try terminal.type("bind 'set enable-bracketed-paste off'; source <(capsrun completions bash)\n")
    try terminal.waitFor("ready> ")
    try terminal.type("complete -p caps\trun\n")
    try terminal.waitFor("complete -F _capsrun capsrun")
    try terminal.waitFor("ready> ")
    try terminal.type("capsrun bo\t--rea\t. -- cat it\t\n")
    try terminal.waitFor("\nthis is inside")
    try terminal.waitFor("ready> ")
    // A folder is completed without a blank behind it, a file with one.
    try terminal.type("capsrun box --read=it\t--read su\t --chd\tsu\t -- cat \"../it's a file\"\n")
    try terminal.waitFor("\nthis is inside")
    try terminal.waitFor("ready> ")
    try terminal.type("exit\n")
    #expect(try shell.wait().exitCode == 0)
  }

  @Test(.enabled(if: isThere("man"), "man is missing")) func `man shows the manual page without a warning`() throws {
    let page = try Capsrun.run(["manual"], as: .user)
    #expect(page.exitCode == 0)
    #expect(page.errors.isEmpty)
    var man = Spawn(["/usr/bin/man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-"])
    man.input = .bytes(Array(page.output.utf8))
    let shown = try man.run()
    #expect(shown.exitCode == 0)
    #expect(shown.errors.isEmpty)
    // What is bold is printed twice, with a backspace between.
    let text = shown.output.replacing(/.\u{8}/, with: "")
    for section in ["SYNOPSIS", "COMMANDS", "EXIT STATUS"] { #expect(text.contains(section), "\(section)") }
    #expect(try Capsrun.run(["--json", "manual"], as: .user).outputAsJSON()["page"] as? String == page.output)
  }

  @Test(arguments: [("bsh", "did you mean bash?"), ("tcsh", "it is one of: bash, zsh, fish")])
  func `a shell that is not known is 64, with those that are`(shell: String, hint: String) throws {
    let outcome = try Capsrun.run(["completions", shell], as: .user)
    #expect(outcome.exitCode == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("unknown value \"\(shell)\" of SHELL"))
    #expect(outcome.errors.contains(hint))
  }
}
