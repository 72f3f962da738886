import Foundation
import Testing

/// `capsrun install`, and `run` of what is installed.
@Suite struct InstallTests {
  @Test(arguments: Caller.reachable)
  func `a capsule that a trusted key has signed is installed once, and runs by file, name and id`(
    caller: Caller
  ) throws {
    let place = try CapsulePlace(as: caller)
    try place.source(script: "echo it runs; cat capsule.yml; touch /capsule/x\n")
    let id = try place.build()
    try place.key("k")
    try place.sign(with: "k")
    let first = try place.capsrun("install", "app.tar.gz")
    #expect(first.output.hasPrefix("Installed: demo 1.0.0\nID: \(id)\nSigned by: key "), "\(first)")
    let second = try place.capsrun("install", "app.tar.gz")
    #expect(second.output.hasPrefix("Already installed: demo 1.0.0\n"), "\(second)")
    // Without the folder that it was built from.
    try FileManager.default.removeItem(atPath: place.folder("app"))
    for word in ["app.tar.gz", "demo", id, String(id.prefix(4))] {
      let outcome = try place.capsrun("run", word)
      #expect(outcome.output.hasPrefix("it runs\ncapsule: 1\nentrypoint: bin/main\n"), "\(outcome)")
      #expect(outcome.errors.contains("Read-only file system"))
    }
    #expect(place.installed() == [id])
    #expect(place.staged().isEmpty)
  }

  @Test func `without a signature of a trusted key nothing is read, and the error says what is missing`() throws {
    let place = try CapsulePlace()
    try place.source()
    try place.build()
    func refused(_ part: String, _ arguments: String...) throws {
      let outcome = try Capsrun.run(
        ["install", "app.tar.gz"] + arguments, as: place.caller, environment: place.environment,
        workingFolder: place.folder.path)
      #expect(outcome.exitCode == 65 && outcome.errors.contains(part), "\(part): \(outcome)")
      #expect(place.installed().isEmpty && place.staged().isEmpty)
    }
    try refused("is not signed")
    try place.key("stranger", isTrusted: false)
    try place.sign(with: "stranger")
    try refused("which is not trusted")
    try refused("which is not trusted", "--allow-unsigned")
    try place.key("k")
    try place.sign(with: "k")
    // The control: now it could be installed, were it not for what happens to it.
    let signature = try place.bytes("app.tar.gz.minisig")
    var changed = try place.bytes("app.tar.gz")
    changed[changed.count / 2] ^= 1
    try Data(changed).write(to: URL(filePath: place.folder("app.tar.gz")))
    try refused("is not what key")
    changed[changed.count / 2] ^= 1
    try Data(changed + [0]).write(to: URL(filePath: place.folder("app.tar.gz")))
    try refused("is not what key")
    try Data(changed.dropLast()).write(to: URL(filePath: place.folder("app.tar.gz")))
    try refused("is not what key")
    try Data(changed).write(to: URL(filePath: place.folder("app.tar.gz")))
    let id = try #require(try place.capsrun("trust", "list").output.firstMatch(of: /[0-9A-F]{16}/)).0.description
    #expect(try place.capsrun("trust", "revoke", id, "--reason", "stolen").exitCode == 0)
    try refused("counts no more")
    #expect(signature == (try place.bytes("app.tar.gz.minisig")))
  }

  @Test func `an unsigned capsule is taken only when that is said, and is called so ever after`() throws {
    let place = try CapsulePlace()
    try place.source()
    try place.build()
    let outcome = try place.capsrun("install", "--allow-unsigned", "app.tar.gz")
    #expect(outcome.exitCode == 0 && outcome.output.contains("\nUNSIGNED: "), "\(outcome)")
    let run = try place.capsrun("run", "demo")
    #expect(run.output == "it runs\n" && run.errors.contains(" is unsigned\n"), "\(run)")
    try place.key("k")
    try place.sign(with: "k")
    #expect(try place.capsrun("install", "app.tar.gz").output.contains("Signed by: key "))
    #expect(try place.capsrun("run", "demo").errors.isEmpty)
  }

  @Test func `the signature of one capsule does not serve another one`() throws {
    let place = try CapsulePlace()
    try place.source()
    try place.build()
    try place.key("k")
    try place.sign(with: "k")
    // Signed for its bytes by hand, with a comment that names another capsule.
    try place.source("other", script: "echo other\n")
    try place.build("other", to: "other.tar.gz")
    let comment = try #require(
      String(decoding: try place.bytes("app.tar.gz.minisig"), as: UTF8.self).firstMatch(of: /\ntrusted comment: (.*)\n/)
    ).1
    let signing = try place.caller.commandLine(
      ["/usr/bin/minisign", "-S", "-W", "-s", "k.key", "-m", "other.tar.gz", "-t", String(comment)])
    var spawn = Spawn(signing)
    spawn.workingFolder = place.folder.path
    #expect(try spawn.run().exitCode == 0)
    let outcome = try place.capsrun("install", "other.tar.gz")
    #expect(outcome.exitCode == 65 && outcome.errors.contains("is one of the capsule "), "\(outcome)")
  }

  @Test func `an older version is no update unless that is said`() throws {
    let place = try CapsulePlace()
    for (number, version) in ["1.10.0", "1.9.0"].enumerated() {
      try place.source("v\(number)", manifest: CapsulePlace.manifest.replacing("1.0.0", with: version))
      try place.build("v\(number)", to: "v\(number).tar.gz")
    }
    #expect(try place.capsrun("install", "--allow-unsigned", "v0.tar.gz").exitCode == 0)
    let older = try place.capsrun("install", "--allow-unsigned", "v1.tar.gz")
    #expect(older.exitCode == 65 && older.errors.contains("demo 1.9.0 is older than 1.10.0"), "\(older)")
    #expect(place.installed().count == 1 && place.staged().isEmpty)
    #expect(try place.capsrun("install", "--allow-unsigned", "--allow-downgrade", "v1.tar.gz").exitCode == 0)
    let ambiguous = try place.capsrun("run", "demo")
    #expect(ambiguous.exitCode == 64 && ambiguous.errors.contains("stands for 2 capsules"), "\(ambiguous)")
  }

  @Test func `the same version with other files is warned of`() throws {
    let place = try CapsulePlace()
    for number in 0..<2 {
      try place.source("v\(number)", script: "echo \(number)\n")
      try place.build("v\(number)", to: "v\(number).tar.gz")
    }
    #expect(try place.capsrun("install", "--allow-unsigned", "v0.tar.gz").errors.isEmpty)
    let second = try place.capsrun("install", "--allow-unsigned", "v1.tar.gz")
    #expect(second.exitCode == 0 && second.errors.contains("a new version needs a new number"), "\(second)")
  }

  /// The file is exchanged again and again while it is installed: what is installed is what was signed, or nothing is.
  @Test func `whoever exchanges the file between verifying and reading gains nothing`() throws {
    let place = try CapsulePlace()
    try place.source()
    let good = try place.build()
    try place.key("k")
    try place.sign(with: "k")
    try place.source("evil", script: "echo evil\n")
    try place.build("evil", to: "evil.tar.gz")
    let racer = Spawn(
      try place.caller.commandLine([
        "/usr/bin/python3", "-c",
        """
        import ctypes, os
        libc = ctypes.CDLL(None)
        while not os.path.exists("stop"):
            libc.renameat2(-100, b"app.tar.gz", -100, b"evil.tar.gz", 2)
        """,
      ]))
    var race = racer
    race.workingFolder = place.folder.path
    let running = try race.start()
    var outcomes: Set<Int32?> = []
    for _ in 0..<40 {
      let outcome = try place.capsrun("install", "app.tar.gz")
      outcomes.insert(outcome.exitCode)
      #expect(place.installed() == [good] || place.installed().isEmpty, "\(outcome)")
      if outcome.exitCode != 0 { #expect(outcome.errors.contains("is not what key"), "\(outcome)") }
    }
    try place.folder.file("stop")
    _ = try running.wait()
    // The race was one: both happened.
    #expect(outcomes == [0, 65])
  }

  @Test func `a store that others can write to, or that is none, is not used`() throws {
    let place = try CapsulePlace()
    try place.source()
    try place.build()
    try place.folder.folder("store")
    #expect(chmod(place.folder("store"), 0o777) == 0)
    let open = try place.capsrun("install", "--allow-unsigned", "app.tar.gz")
    #expect(open.exitCode == 125 && open.errors.contains("others can write to the store"), "\(open)")
    #expect(chmod(place.folder("store"), 0o755) == 0)
    try place.folder.file("store/mine")
    let none = try place.capsrun("install", "--allow-unsigned", "app.tar.gz")
    #expect(none.exitCode == 125 && none.errors.contains("is no store of this release"), "\(none)")
    #expect(try place.folder.entries("store") == ["mine"])
  }

  @Test(arguments: [("absent", 66, "nothing at"), ("no/such", 66, "nothing at")])
  func `a word that stands for nothing is told`(word: String, code: Int32, part: String) throws {
    let place = try CapsulePlace()
    let outcome = try place.capsrun("run", word)
    let expected = word.contains("/") ? part : "no capsule \"absent\" is installed"
    #expect(outcome.exitCode == code && outcome.errors.contains(expected), "\(outcome)")
  }

  private static let hasRoom: Bool = {
    guard let values = try? URL(filePath: "/dev/shm").resourceValues(forKeys: [.volumeAvailableCapacityKey]) else {
      return false
    }
    return (values.volumeAvailableCapacity ?? 0) > 6 << 30
  }()

  /// Of 2 GiB, each MiB with something in it; the store is in memory, as a disk would take minutes.
  @Test(
    .enabled(if: hasRoom || Requirements.mustWork, "6 GiB of /dev/shm are not free"),
    arguments: ["big.tar.gz", "big.tar.zst"])
  func `however large a file is, building and installing take less than 64 MiB of memory`(archive: String) throws {
    let place = try CapsulePlace(in: "/dev/shm")
    try place.source()
    let size = 2 << 30
    let handle = try FileHandle(forWritingTo: URL(filePath: place.folder.file("app/large")))
    var generator = SystemRandomNumberGenerator()
    for start in stride(from: 0, to: size, by: 1 << 20) {
      try handle.seek(toOffset: UInt64(start))
      try handle.write(contentsOf: Data((0..<8192).map { _ in UInt8.random(in: 0...255, using: &generator) }))
    }
    try handle.truncate(atOffset: UInt64(size))
    try handle.close()
    for line in [["build", "app", "-o", archive], ["install", "--allow-unsigned", archive]] {
      // Whatever the program prints goes to standard error, and behind it comes the greatest size that it had, in KiB.
      let script = """
        import resource, subprocess, sys
        subprocess.run(sys.argv[1:], check=True, stdout=sys.stderr)
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        """
      var spawn = Spawn(
        try place.caller.commandLine(["/usr/bin/python3", "-c", script, try Program.path()] + line))
      spawn.environment.merge(place.environment) { $1 }
      spawn.workingFolder = place.folder.path
      let outcome = try spawn.run()
      let peak = try #require(Int(outcome.output.filter { $0 != "\n" }), "\(outcome)")
      #expect(peak < 64 << 10, "\(line)")
    }
    #expect(place.installed().count == 1)
  }

  @Test func `fifty thousand files, empty folders, links and long names are built and installed`() throws {
    let place = try CapsulePlace(in: "/dev/shm")
    try place.source(script: "ls many | wc -l; cat many/*/last; ls -d empty; cat link/last\n")
    let long = String(repeating: "long", count: 50)
    let script = """
      import os
      for folder in range(100):
          os.makedirs(f"app/many/\u{fc}{folder}")
          for number in range(500):
              with open(f"app/many/\u{fc}{folder}/file{number}", "w") as file: file.write(f"{folder} {number}")
      os.makedirs("app/empty")
      with open("app/many/\u{fc}99/last", "w") as file: file.write("the last\\n")
      os.symlink("many/\u{fc}99", "app/link")
      with open("app/\(long)", "w") as file: file.write("long")
      """
    var spawn = Spawn(try place.caller.commandLine(["/usr/bin/python3", "-c", script]))
    spawn.environment["LC_ALL"] = "C.UTF-8"
    spawn.workingFolder = place.folder.path
    let made = try spawn.run()
    #expect(made.exitCode == 0, "\(made)")
    try place.build()
    let outcome = try place.capsrun("run", "--allow-unsigned", "app.tar.gz")
    #expect(outcome.output == "100\nthe last\nempty\nthe last\n", "\(outcome)")
    let listed = try place.capsrun("inspect", "demo", "--files").output
    #expect(listed.contains(long) && listed.contains("many/\u{fc}99/file499"))
  }

  @Test func `the plan of an installed capsule is explained by its name, and a file is not installed for it`() throws {
    let place = try CapsulePlace()
    try place.source()
    let id = try place.build()
    let file = try place.capsrun("explain", "app.tar.gz")
    #expect(file.exitCode == 66 && file.errors.contains("\"app.tar.gz\" is not installed"), "\(file)")
    #expect(place.installed().isEmpty)
    #expect(try place.capsrun("install", "--allow-unsigned", "app.tar.gz").exitCode == 0)
    let plan = try place.capsrun("explain", "demo")
    #expect(plan.exitCode == 0 && plan.output.contains("capsules/\(id)/tree\" at \"/capsule\""), "\(plan)")
    #expect(try place.capsrun("explain", "demo", "--can", "read:/capsule/bin/main").exitCode == 0)
    #expect(try place.capsrun("explain", "demo", "--can", "write:/capsule/bin/main").exitCode == 1)
  }
}
