import Diagnostics
import Testing

@testable import ManifestFormat

@Suite struct MigrationTests {
  @Test(
    arguments: [
      ("web.service", "", .systemd), ("unit.txt", "[Service]\nExecStart=/bin/x", .systemd), ("Procfile", "", .procfile),
      ("compose.yml", "", .compose), ("docker-compose.prod.yaml", "", .compose),
      ("x.yml", "a: 1\nservices:\n", .compose),
      ("supervisord.conf", "", .supervisord), ("x.conf", "[program:a]\n", .supervisord),
      ("process-compose.yaml", "", .processCompose), ("x.yml", "processes:\n", .processCompose),
      ("x.yml", "capsule: 1\nprocesses:\n", nil), ("Capsule.toml", "[package]\n", .package), ("x.txt", "hello", nil),
    ] as [(String, String, MigrationFormat?)])
  func `the format is found by the name or the content`(file: String, text: String, format: MigrationFormat?) throws {
    #expect(MigrationFormat(of: try SourceText(file: file, bytes: Array(text.utf8))) == format)
  }

  /// What is not known, in each place where keys stand; and the same file without it.
  static let unknown: [(file: String, before: String, key: String, line: Int)] = [
    ("a.service", "[Service]\nExecStart=/bin/x\n", "Zork=1", 3),
    ("a.service", "[Service]\nExecStart=/bin/x\n[X-Zork]\n", "Zork=1", 4),
    ("supervisord.conf", "[program:a]\ncommand=x\n", "zork=1", 3),
    ("supervisord.conf", "[program:a]\ncommand=x\n[group:g]\nprograms=a\n", "zork=1", 5),
    ("supervisord.conf", "[program:a]\ncommand=x\n", "[zork]", 3),
    ("compose.yml", "services: {a: {entrypoint: x}}\n", "zork: 1", 2),
    ("compose.yml", "services:\n  a:\n    entrypoint: x\n", "    zork: 1", 4),
    ("compose.yml", "services:\n  a:\n    entrypoint: x\n    deploy:\n      replicas: 1\n", "      zork: 1", 6),
    (
      "compose.yml", "services:\n  a:\n    entrypoint: x\n    healthcheck:\n      test: y\n", "      zork: 1", 6
    ),
    (
      "compose.yml", "services:\n  a:\n    entrypoint: x\n    ports:\n      - target: 1\n        published: 2\n",
      "        zork: 1", 7
    ),
    (
      "compose.yml",
      "services:\n  b: {entrypoint: x}\n  a:\n    entrypoint: x\n    depends_on:\n      b:\n        required: false\n",
      "        zork: 1", 8
    ),
    ("process-compose.yml", "processes: {a: {command: x}}\n", "zork: 1", 2),
    ("process-compose.yml", "processes:\n  a:\n    command: x\n", "    zork: 1", 4),
    ("process-compose.yml", "processes:\n  a:\n    command: x\n    shutdown:\n      signal: 2\n", "      zork: 1", 6),
    (
      "process-compose.yml",
      "processes:\n  a:\n    command: x\n    readiness_probe:\n      http_get: {port: 1}\n", "      zork: 1", 6
    ),
  ]

  @Test(arguments: unknown)
  func `an unknown key is told, with its line`(file: String, before: String, key: String, line: Int) throws {
    let control = try migrate(before, file)
    #expect(!control.told.contains { $0.hasPrefix("\(line) ") })
    let migration = try migrate(before + key + "\n", file)
    #expect(migration.told.contains { $0.hasPrefix("\(line) ") && $0.contains("ork") }, "\(migration.told)")
    #expect(migration.text.contains("# TODO line \(line): \(key.trimmingPrefix { $0 == " " })"))
  }

  @Test(arguments: ["systemd-web", "systemd-worker", "supervisord-site"])
  func `whichever key of a file is spelt otherwise, it is told`(name: String) throws {
    let example = try MigrationCase.named(name)
    let lines = try example.text().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var checked = 0
    var section = ""
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("[") { section = line }
      let isOfTool = ["[supervisord]", "[eventlistener:memmon]", "[include]"].contains(section)
      guard !isOfTool, line.firstIndex(of: "=") != nil, line.first?.isLetter == true else { continue }
      let isProgram = line.hasPrefix("ExecStart=") || line.hasPrefix("command=")
      var changed = lines
      // The command must stay, or another warning would hide this one; so the misspelt one stands before it.
      if isProgram {
        changed.insert("Zz" + line.filter { $0 != "\\" }, at: index)
      } else {
        changed[index] = "Zz" + line
      }
      let told = try example.migrate(changed.joined(separator: "\n")).told
      #expect(told.contains { $0.contains(" Zz") && $0.hasSuffix("unknown to this program") }, "\(line)")
      checked += 1
    }
    #expect(checked > 8)
  }

  @Test(arguments: [
    ("x.txt", "hello", "65 0 cannot tell of which format \"x.txt\" is"),
    ("a.service", "[Unit]\nDescription=x\n", "65 1 there is no [Service]"),
    ("a.service", "ExecStart=x\n", "65 1 a key before the first section"),
    ("a.service", "[Service]\nhello\n", "65 2 this is neither a section nor KEY=VALUE"),
    ("Procfile", "web bin/web\n", "65 1 this is not NAME: COMMAND"),
    ("Procfile", "a: x\na: y\n", "65 2 there are two of \"a\""), ("Procfile", "", "65 0 \"Procfile\" names no program"),
    ("compose.yml", "x: &a 1\nservices: {}\n", "65 1 anchors are not read here"),
    ("compose.yml", "services:\n  a:\n    <<: *b\n", "65 3 aliases are not read here"),
    ("compose.yml", "services: []\n", "65 1 there are no services"), ("compose.yml", "", "65 1 the file is empty"),
    ("compose.yml", "services: {a: 1}\n", "65 1 the service \"a\" is no table"),
    (
      "compose.yml", "services:\n  a: {entrypoint: x, depends_on: [b]}\n  b: {entrypoint: x, depends_on: [a]}\n",
      "65 3 \"b\" and \"a\" wait for each other"
    ),
    (
      "process-compose.yml", "processes: {a: {command: x, depends_on: {a: {}}}}\n",
      "65 1 \"a\" and \"a\" wait for each other"
    ),
    ("supervisord.conf", "[program:a]\ncommand=x\n[program:a]\n", "65 3 there are two of program \"a\""),
  ])
  func `what is no such file is refused, with its line`(file: String, text: String, message: String) {
    #expect(refusal(text, file) == message)
  }

  @Test(arguments: [
    ("KillSignal=SIGFOO", "3 KillSignal is not converted: processes.a.stop.signal \"SIGFOO\" is no signal"),
    ("TasksMax=50%", "3 TasksMax is not converted: \"50%\" is no whole number"),
    (
      "TimeoutStopSec=infinity",
      "3 TimeoutStopSec is not converted: \"infinity\" is no duration that a manifest can say"
    ),
    (
      "Environment=1A=x",
      "3 Environment is not converted: the key \"1A\" of processes.a.env is no name of an environment variable"
    ),
    (
      "ReadWritePaths=relative",
      "3 ReadWritePaths is not converted: capabilities.fs_write[0] \"relative\" is not absolute"
    ),
    ("BindPaths=/a:/b", "3 BindPaths is not converted: a grant is at the same path inside, and \"/b\" is another"),
    ("PrivateTmp=no", "3 PrivateTmp is not converted: what it takes away holds for every capsule"),
  ])
  func `a value that a manifest cannot say is told and left out`(line: String, message: String) throws {
    let migration = try migrate("[Service]\nExecStart=/bin/x\n\(line)\n", "a.service")
    #expect(migration.told == [message])
    #expect(migration.manifest.processes[0].stop == Manifest.Stop())
  }

  @Test func `a comment cannot end early and add keys`() throws {
    for mark in ["\u{85}", "\u{2028}", "\u{2029}", "\u{FEFF}"] {
      let migration = try migrate(
        "[Service]\nExecStart=/bin/x\nZork=a\(mark)rootfs: {writable: persistent}\n", "a.service")
      #expect(migration.manifest.rootfs == Manifest.RootFileSystem(), "\(mark.unicodeScalars)")
      #expect(migration.told.count == 1)
    }
  }

  @Test func `a variable PORT without a grant is told, and not with one`() throws {
    let unit = "[Service]\nExecStart=/bin/x\nEnvironment=PORT=80\n"
    #expect(try migrate(unit, "a.service").told == ["0 PORT is set and no listen grant"])
    let compose = "services:\n  a:\n    entrypoint: x\n    environment: {PORT: 80}\n    ports: ['80:80']\n"
    #expect(try migrate(compose, "compose.yml").told.isEmpty)
  }
}

@Suite struct MigrationFuzzTests {
  /// Whatever comes, it is converted or refused as bad data; never is a wrong manifest made.
  private func attempt(_ bytes: [UInt8], _ format: MigrationFormat) {
    do {
      _ = try migrate(bytes, "file", as: format)
    } catch let list as DiagnosticList {
      #expect(
        list.exitCode == .badData,
        "\(list.all.map(\.message)) \(String(decoding: bytes, as: UTF8.self).debugDescription)")
    } catch let diagnostic as Diagnostic {
      #expect(diagnostic.exitCode == .badData, "\(diagnostic.message)")
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test(arguments: MigrationFormat.allCases)
  func `random bytes do no harm`(format: MigrationFormat) {
    var random = SplitMix(seed: 7)
    let alphabet = Array("[]{}:=,\"'\\$%()#;& \n\t-|>@!aAeExXsS017/.".utf8)
    for round in 0..<400 {
      let count = Int.random(in: 0..<120, using: &random)
      attempt(
        (0..<count).map { _ in
          round.isMultiple(of: 4)
            ? UInt8.random(in: 0...255, using: &random) : alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
        }, format)
    }
  }

  @Test(arguments: MigrationCase.all)
  func `real files with random changes do no harm`(example: MigrationCase) throws {
    let original = try example.bytes()
    var random = SplitMix(seed: 11)
    for _ in 0..<150 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 32..<127, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 9)], at: place)
        default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
        }
      }
      attempt(bytes, example.format)
    }
  }
}

/// The same numbers each time.
private struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
