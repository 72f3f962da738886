import Foundation
import Testing

/// Why a program that is there does not run: the error names the file that is at fault, who names it, and what to do.
@Suite struct ExecutionObstacleTests {
  /// A file in a granted folder that does not run, and the same again with what it lacks.
  struct Obstacle: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var exitCode: Int32 = 126
    /// `%` is the granted folder.
    let message: String
    let hint: String
    /// Makes `program`, wrong and then right.
    let make: @Sendable (TemporaryFolder, _ isRight: Bool) throws -> Void
  }

  private static func script(_ text: String, mode: UInt32 = 0o755) -> @Sendable (TemporaryFolder, Bool) throws -> Void {
    { folder, isRight in
      try folder.file("program", isRight ? "#!/bin/sh\necho ran\n" : text, mode: isRight ? 0o755 : mode)
    }
  }

  /// A copy of a program with other bytes at a place.
  private static func patched(_ change: @escaping @Sendable (inout Data) -> Void)
    -> @Sendable (TemporaryFolder, Bool) throws -> Void
  {
    { folder, isRight in
      var bytes = try Data(contentsOf: URL(filePath: "/usr/bin/echo"))
      if !isRight { change(&bytes) }
      try folder.file("program", "", mode: 0o755)
      try Spawn.lock.withLock {
        let handle = try FileHandle(forWritingTo: URL(filePath: folder("program")))
        try handle.write(contentsOf: bytes)
        try handle.close()
      }
    }
  }

  private static func otherLoader(_ bytes: inout Data) {
    guard let place = bytes.range(of: Data("/ld-linux".utf8)) else { return }
    bytes.replaceSubrange(place, with: Data("/ld-other".utf8))
  }

  static let obstacles = [
    Obstacle(
      testDescription: "missing interpreter", exitCode: 127,
      message: "its interpreter \"/no/such\" is not there inside (ENOENT)",
      hint: "install it, or write the path of another one in the first line of %/program",
      make: script("#!/no/such\necho ran\n")),
    Obstacle(
      testDescription: "an interpreter whose own interpreter is missing", exitCode: 127,
      message: "the interpreter \"/no/such\" of \"%/inner\" is not there inside (ENOENT)",
      hint: "install it, or write the path of another one in the first line of %/inner",
      make: { folder, isRight in
        try folder.file("inner", isRight ? "#!/bin/sh\necho ran\n" : "#!/no/such\n", mode: 0o755)
        try folder.file("program", "#!\(folder("inner"))\n", mode: 0o755)
      }),
    Obstacle(
      testDescription: "lines of Windows", exitCode: 127,
      message: "its first line ends with a carriage return, as lines of Windows do, which becomes a part of the "
        + "interpreter's name \"/bin/sh\\u{d}\" (ENOENT)",
      hint: "take them out: sed -i 's/\\r$//' %/program", make: script("#!/bin/sh\r\necho ran\r\n")),
    Obstacle(
      testDescription: "no absolute path", exitCode: 127,
      message: "its interpreter \"python3\" is no absolute path, and is not in the folder of the start (ENOENT)",
      hint: "write its whole path there, or #!/usr/bin/env python3", make: script("#!python3\nprint('ran')\n")),
    Obstacle(
      testDescription: "a first line that is cut",
      message: "its first line is longer than the 255 bytes that Linux reads (ENOEXEC)",
      hint: "use a shorter path, such as that of a link",
      make: script("#!/" + String(repeating: "x", count: 300) + "\n")),
    Obstacle(
      testDescription: "a first line without a name",
      message: "its first line names no interpreter behind its #! (ENOEXEC)", hint: "write one, such as #!/bin/sh",
      make: script("#! \necho ran\n")),
    Obstacle(
      testDescription: "text without a first line",
      message: "it is neither an ELF file nor a script with a #! line (ENOEXEC)",
      hint: "start it with its interpreter, or give it a first line such as #!/bin/sh", make: script("echo ran\n")),
    Obstacle(
      testDescription: "an empty file", message: "it is empty, without even a #! line (ENOEXEC)",
      hint: "write the program again", make: script("")),
    Obstacle(
      testDescription: "not executable",
      message: "it has the mode 644, which does not let this user execute it (EACCES)", hint: "chmod +x %/program",
      make: script("#!/bin/sh\necho ran\n", mode: 0o644)),
    Obstacle(
      testDescription: "an interpreter that is not executable",
      message: "its interpreter \"%/inner\" has the mode 644, which does not let this user execute it (EACCES)",
      hint: "chmod +x %/inner",
      make: { folder, isRight in
        try folder.file("inner", "#!/bin/sh\necho ran\n", mode: isRight ? 0o755 : 0o644)
        try folder.file("program", "#!\(folder("inner"))\n", mode: 0o755)
      }),
    Obstacle(
      testDescription: "an interpreter behind a closed folder",
      message:
        "its interpreter \"%/closed/below/sh\" lies behind \"%/closed\", a folder that may not be entered (EACCES)",
      hint: "chmod a+x %/closed",
      make: { folder, isRight in
        if !isRight {
          try folder.folder("closed")
          try folder.folder("closed/below")
          try folder.file("closed/below/sh", "#!/bin/sh\necho ran\n", mode: 0o755)
        }
        guard chmod(folder("closed"), isRight ? 0o755 : 0o600) == 0 else { throw HarnessError("chmod", errno: errno) }
        try folder.file("program", "#!\(folder("closed/below/sh"))\n", mode: 0o755)
      }),
    Obstacle(
      testDescription: "scripts of scripts",
      message: "the interpreter \"%/s1\" of \"%/s2\" is the sixth of scripts that each are the interpreter of another "
        + "(ELOOP)",
      hint: "name a program that is no script in one of their first lines",
      make: { folder, isRight in
        try folder.file("s0", "#!/bin/sh\necho ran\n", mode: 0o755)
        for level in 1...6 { try folder.file("s\(level)", "#!\(folder("s\(level - 1)"))\n", mode: 0o755) }
        try folder.file("program", "#!\(folder(isRight ? "s2" : "s6"))\n", mode: 0o755)
      }),
    Obstacle(
      testDescription: "missing loader", exitCode: 127, message: "its loader \"",
      hint: "the program was built for another",
      make: patched(otherLoader)),
    Obstacle(
      testDescription: "an interpreter whose loader is missing", exitCode: 127,
      message: "of \"%/inner\" is not there inside",
      hint: "the program was built for another",
      make: { folder, isRight in
        try patched(otherLoader)(folder, isRight)
        guard rename(folder("program"), folder("inner")) == 0 else { throw HarnessError("rename", errno: errno) }
        try folder.file("program", "#!\(folder("inner"))\n", mode: 0o755)
      }),
    Obstacle(
      testDescription: "another processor", message: "it is for s390x, and this machine is ",
      hint: "get or build it for ",
      make: patched { bytes in bytes.replaceSubrange(18..<20, with: [22, 0]) }),
    Obstacle(
      testDescription: "an object file", message: "it is an ELF file of another kind than a program",
      hint: "name the program that is made of it", make: patched { bytes in bytes[16] = 1 }),
    Obstacle(
      testDescription: "a program that is cut off", message: "it is an ELF file that is cut off or damaged",
      hint: "get or build the file again", make: patched { bytes in bytes = bytes.prefix(100) }),
  ]

  @Test(arguments: Caller.reachable, obstacles)
  func `what keeps a program from running is named with its remedy`(caller: Caller, obstacle: Obstacle) throws {
    let folder = try TemporaryFolder(of: caller)
    func start() throws -> Outcome {
      try Capsrun.run(["box", "--read", folder.path, "--", folder("program"), "ran"], as: caller)
    }
    try obstacle.make(folder, false)
    let outcome = try start()
    #expect(outcome.exitCode == obstacle.exitCode, "\(outcome)")
    #expect(outcome.output.isEmpty)
    let errors = outcome.errors.replacingOccurrences(of: folder.path, with: "%")
    #expect(errors.hasPrefix("capsrun: error: cannot execute \"%/program\": "))
    #expect(errors.contains(obstacle.message), "\(errors)")
    #expect(errors.contains("\n  hint: \(obstacle.hint)"), "\(errors)")
    try obstacle.make(folder, true)
    #expect(try start().output.contains("ran"))
  }

  @Test(arguments: Caller.reachable, ["program", "interpreter"])
  func `what is on the host and not inside is to be granted`(caller: Caller, role: String) throws {
    let folder = try TemporaryFolder(of: caller)
    for name in ["tool", "tool/bin", "venv", "venv/bin"] { try folder.folder(name) }
    let tool = try folder.file("tool/bin/tool", "#!/bin/sh\necho ran\n", mode: 0o755)
    let link = folder("venv/bin/tool")
    guard symlink(tool, link) == 0 else { throw HarnessError("symlink", errno: errno) }
    try folder.file("venv/bin/script", "#!\(link)\n", mode: 0o755)
    func start(_ further: [String] = []) throws -> Outcome {
      let program = role == "program" ? link : folder("venv/bin/script")
      return try Capsrun.run(["box", "--read", folder("venv")] + further + ["--", program], as: caller)
    }
    let outcome = try start()
    let subject = role == "program" ? "it" : "its interpreter \"\(link)\""
    #expect(outcome.exitCode == 127)
    #expect(outcome.errors.contains("\(subject) is a link to \"\(tool)\", which is not there inside (ENOENT)"))
    #expect(outcome.errors.contains("hint: grant it with --read \(folder("tool")) (fs_read in a manifest)\n"))
    #expect(try start(["--read", folder("tool")]).output == "ran\n")
  }

  @Test(arguments: Caller.reachable, ["none", "host"])
  func `what a base lacks is named, whether a shell or a loader`(caller: Caller, base: String) throws {
    let folder = try TemporaryFolder(of: caller)
    try folder.folder("bin")
    try folder.file("bin/script", "#!/bin/sh\necho ran\n", mode: 0o755)
    try folder.copy("/usr/bin/echo", as: "bin/echo")
    for (program, role) in [("script", "its interpreter \"/bin/sh\""), ("echo", "its loader \"/lib")] {
      try folder.file(
        "capsule.yml", "capsule: 1\nname: app\nentrypoint: bin/\(program)\nrootfs: {base: \(base)}\n")
      let outcome = try Capsrun.run(["run", folder.path, "--", "ran"], as: caller)
      if base == "host" {
        #expect(outcome.output == "ran\n", "\(outcome)")
      } else {
        #expect(outcome.exitCode == 127)
        #expect(outcome.errors.contains("cannot execute \"/capsule/bin/\(program)\": \(role)"), "\(outcome)")
        #expect(outcome.errors.contains("hint: use a base that has it, such as base: host in rootfs of the manifest"))
      }
    }
  }

  @Test(arguments: Caller.reachable)
  func `a file that its process is not granted is told apart`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    try folder.folder("tools")
    let tool = try folder.file("tools/tool", "#!/bin/sh\necho ran\n", mode: 0o755)
    try folder.folder("capsule")
    try folder.file(
      "capsule/capsule.yml",
      """
      capsule: 1
      name: app
      capabilities: {fs_read: ["\(folder("tools"))"]}
      processes:
        all: {cmd: \(tool), cwd: .}
        own: {cmd: \(tool), cwd: ., capabilities: {fs_read: []}}

      """)
    let outcome = try Capsrun.run(["run", "--service", "own", folder("capsule")], as: caller)
    #expect(outcome.exitCode == 126)
    #expect(outcome.errors.contains("cannot execute \"\(tool)\": it is not granted to this process (EACCES)"))
    #expect(outcome.errors.contains("hint: add it to fs_read of the process in the manifest"))
    #expect(try Capsrun.run(["run", "--service", "all", folder("capsule")], as: caller).output == "ran\n")
  }

  @Test(.needsRoot, arguments: Caller.allCases, [true, false])
  func `a mount that forbids execution is named`(caller: Caller, isForbidden: Bool) throws {
    let folder = try TemporaryFolder(of: caller)
    try folder.folder("mount")
    // The mount is one of this process's own namespace, and gone with it.
    let script = """
      mount -t tmpfs -o \(isForbidden ? "noexec" : "exec"),mode=755 none \(folder("mount")) \
      && cp /usr/bin/echo \(folder("mount/echo")) && exec "$@"
      """
    let command = try Capsrun.spawn(
      ["box", "--read", folder("mount"), "--", folder("mount/echo"), "ran"], as: caller)
    var spawn = command
    spawn.commandLine = ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script, "sh"] + command.commandLine
    let outcome = try spawn.run()
    if isForbidden {
      #expect(outcome.exitCode == 126)
      #expect(outcome.errors.contains("it lies on a mount that forbids execution (noexec) (EACCES)"), "\(outcome)")
    } else {
      #expect(outcome.output == "ran\n", "\(outcome)")
    }
  }

  @Test(arguments: Caller.reachable)
  func `what env does not find is told by env itself`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let program = try folder.file("program", "#!/usr/bin/env no-such-program\n", mode: 0o755)
    let outcome = try Capsrun.run(["box", "--read", folder.path, "--", program], as: caller)
    #expect(outcome.exitCode == 127)
    #expect(outcome.errors.contains("no-such-program"))
    try folder.file("program", "#!/usr/bin/env sh\necho ran\n", mode: 0o755)
    #expect(try Capsrun.run(["box", "--read", folder.path, "--", program], as: caller).output == "ran\n")
  }

  @Test(arguments: Caller.reachable)
  func `a name in a program steers no terminal`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let program = try folder.file("program", "#!/\u{1B}[31m\u{202E}x\n", mode: 0o755)
    let outcome = try Capsrun.run(["box", "--read", folder.path, "--", program], as: caller)
    #expect(outcome.errors.contains("[31m"))
    #expect(!outcome.errors.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
  }
}

/// What `check` says of programs without starting them.
@Suite struct ProgramCheckTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let content: String
    var mode: UInt32 = 0o755
    let warning: String
  }

  @Test(arguments: [
    Sample(
      testDescription: "missing interpreter", content: "#!/no/such\n",
      warning: "its interpreter \"/no/such\" is not there inside"),
    Sample(
      testDescription: "env", content: "#!/usr/bin/env no-such-program\n",
      warning: "its interpreter \"no-such-program\" is not there inside"),
    Sample(
      testDescription: "lines of Windows", content: "#!/bin/sh\r\n",
      warning: "its first line ends with a carriage return"),
    Sample(
      testDescription: "in the capsule", content: "#!/capsule/bin/none\n",
      warning: "its interpreter \"/capsule/bin/none\" is not there inside"),
    Sample(testDescription: "text", content: "echo\n", warning: "it is neither an ELF file nor a script"),
    Sample(
      testDescription: "not executable", content: "#!/bin/sh\n", mode: 0o644,
      warning: "it has the mode 644, which does not let this user execute it"),
  ])
  func `check warns of a program that would not start, and of no other`(sample: Sample) throws {
    let folder = try TemporaryFolder(of: .user)
    for name in ["bin", "bin/venv"] { try folder.folder(name) }
    func check(_ content: String, mode: UInt32 = 0o755, _ manifest: String) throws -> Outcome {
      try folder.file("bin/main", content, mode: mode)
      try folder.file("capsule.yml", "capsule: 1\nname: app\n\(manifest)\n")
      return try Capsrun.run(["check", folder.path], as: .user)
    }
    for manifest in ["entrypoint: bin/main", "processes: {main: {cmd: bin/main}}"] {
      let outcome = try check(sample.content, mode: sample.mode, manifest)
      #expect(outcome.exitCode == 0)
      #expect(
        outcome.errors.contains("warning: the program \"bin/main\" of the process \"main\" would not start here: "),
        "\(outcome)")
      #expect(outcome.errors.contains(sample.warning), "\(outcome)")
      #expect(outcome.errors.contains("hint: "))
      for good in ["#!/bin/sh\n", "#!/usr/bin/env sh\n", "#!/capsule/bin/main\n"] {
        #expect(try check(good, manifest).errors.isEmpty, "\(good)")
      }
      #expect(try check("#!/opt/x\n", manifest + "\ncapabilities: {fs_read: [/opt]}").errors.isEmpty)
    }
  }

  @Test func `check looks at programs of the machine's own kind`() throws {
    let folder = try TemporaryFolder(of: .user)
    try folder.copy("/usr/bin/true", as: "main")
    try folder.file("capsule.yml", "capsule: 1\nname: app\nentrypoint: main\n")
    let good = try Capsrun.run(["check", folder.path], as: .user)
    #expect(good.errors.isEmpty && good.exitCode == 0, "\(good)")
    var bytes = try Data(contentsOf: URL(filePath: folder("main")))
    bytes.replaceSubrange(18..<20, with: [22, 0])
    try bytes.write(to: URL(filePath: folder("main")))
    let other = try Capsrun.run(["check", folder.path], as: .user)
    #expect(other.errors.contains("it is for s390x, and this machine is "), "\(other)")
  }
}
