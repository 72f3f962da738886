import Foundation
import Testing

/// `--result` and `--time-limit`
@Suite struct ResultTests {
  private static func document(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
  }

  private static func document(at path: String) throws -> [String: Any] {
    try document(String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self))
  }

  /// Members that are there whatever happens.
  private static let members: Set<String> = [
    "format", "name", "cause", "code", "signal", "exit_code", "wall_us", "cpu_user_us", "cpu_system_us",
    "largest_process", "policy", "problems", "cpu_us", "peak_memory", "throttled_periods", "throttled_us", "oom_kills",
    "refused_processes", "waited_for_cpu_us", "waited_for_memory_us", "waited_for_io_us", "denials",
  ]

  private static func isWhole(_ document: [String: Any]) -> Bool { members.isSubset(of: document.keys) }

  @Test(arguments: Caller.reachable)
  func `the result of a program that ends says how, and what it took`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let script = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; exit 3"
    let outcome = try Capsrun.run(["box", "--result", folder("r.json"), "--", "sh", "-c", script], as: caller)
    #expect(outcome.exitCode == 3 && outcome.errors.isEmpty, "\(outcome)")
    let result = try Self.document(at: folder("r.json"))
    #expect(Self.isWhole(result))
    #expect(result["cause"] as? String == "exit" && result["code"] as? Int == 3 && result["exit_code"] as? Int == 3)
    #expect(result["signal"] is NSNull && (result["problems"] as? [Any])?.isEmpty == true)
    #expect((result["policy"] as? String)?.count == 64)
    let wall = try #require(result["wall_us"] as? Int)
    let used = try #require(result["cpu_user_us"] as? Int)
    #expect(wall > 0 && used > 0)
    #expect(try #require(result["largest_process"] as? Int) > 100_000)
  }

  @Test(arguments: Caller.reachable)
  func `the result tells signals and refused system calls apart`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    func result(_ script: String) throws -> [String: Any] {
      let outcome = try Capsrun.run(["box", "--result", folder("r.json"), "--", "sh", "-c", script], as: caller)
      #expect(outcome.exitCode != 0)
      return try Self.document(at: folder("r.json"))
    }
    let killed = try result("kill -9 $$")
    #expect(killed["cause"] as? String == "signal" && killed["signal"] as? Int == 9)
    #expect(killed["exit_code"] as? Int == 137 && killed["code"] is NSNull)
    #expect(try result("kill -SYS $$")["cause"] as? String == "policy")
    #expect(try result("kill -XCPU $$")["cause"] as? String == "cpu")
  }

  @Test(arguments: Caller.reachable)
  func `the result of a start that fails is whole and says why`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let cases: [(options: [String], code: Int32, hasPlan: Bool)] = [
      (["--", "no-such-program"], 127, true), (["--read", "/nonexistent", "--", "true"], 66, true),
      (["--time-limit", "soon", "--", "true"], 64, false), (["--seccomp", "soft", "--", "true"], 64, false),
    ]
    for (options, code, hasPlan) in cases {
      let outcome = try Capsrun.run(["box", "--result", folder("r.json")] + options, as: caller)
      #expect(outcome.exitCode == code, "\(outcome)")
      let result = try Self.document(at: folder("r.json"))
      #expect(Self.isWhole(result))
      #expect(result["cause"] as? String == "setup" && result["exit_code"] as? Int == Int(code))
      #expect((result["policy"] as? String != nil) == hasPlan)
      let problems = try #require(result["problems"] as? [[String: Any]])
      #expect(problems.contains { $0["severity"] as? String == "error" })
    }
  }

  @Test(arguments: Caller.reachable)
  func `a result of before does not outlive the next start`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    try folder.file("r.json", "old")
    let process = try Capsrun.spawn(
      ["box", "--result", folder("r.json"), "--", "sh", "-c", "echo up; exec sleep 60"], as: caller
    ).start()
    try process.waitForOutput("up\n")
    #expect(!FileManager.default.fileExists(atPath: folder("r.json")))
    try process.send(SIGKILL)
    #expect(try process.wait().exitCode == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test(arguments: Caller.reachable)
  func `a result can go where a link leads, which stays a link`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    try folder.file("log", "before\n")
    try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: folder("log"))
    #expect(try Capsrun.run(["box", "--result", folder("link"), "--", "true"], as: caller).exitCode == 0)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder("link")) == folder("log"))
    let text = try String(contentsOfFile: folder("log"), encoding: .utf8)
    #expect(text.hasPrefix("before\n{"))
    #expect(try Self.document(String(text.dropFirst(7)))["cause"] as? String == "exit")
  }

  @Test(arguments: Caller.reachable)
  func `nothing runs when its result could not be written`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    for place in [folder("none/r.json"), folder.path, "/proc/r.json"] {
      let outcome = try Capsrun.run(["box", "--result", place, "--", "echo", "ran"], as: caller)
      #expect(outcome.exitCode != 0 && outcome.output.isEmpty, "\(outcome)")
      #expect(outcome.errors.contains("cannot open the file for the result"))
    }
  }

  @Test(arguments: Caller.reachable)
  func `a program is ended at its time limit`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let script = "trap 'echo asked; exit 0' TERM; echo up; while :; do sleep 0.01; done"
    let options = ["--time-limit", "400ms", "--result", folder("r.json")]
    let outcome = try Capsrun.run(["box"] + options + ["--", "sh", "-c", script], as: caller)
    #expect(outcome.exitCode == 143 && outcome.output == "up\nasked\n", "\(outcome)")
    #expect(outcome.errors.contains("its time limit of 400ms was reached"))
    let result = try Self.document(at: folder("r.json"))
    #expect(result["cause"] as? String == "wall" && result["signal"] as? Int == 15)
    let problems = try #require(result["problems"] as? [[String: Any]])
    #expect(problems.compactMap { $0["severity"] as? String } == ["warning"])
    let quick = try Capsrun.run(["box", "--time-limit", "60s", "--", "sh", "-c", "exit 4"], as: caller)
    #expect(quick.exitCode == 4 && quick.errors.isEmpty)
  }

  @Test(arguments: Caller.reachable)
  func `a program that does not mind its time limit is killed with all it has started`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let script = "trap '' TERM; setsid sleep 61 & echo up; while :; do sleep 0.01; done"
    let options = ["--time-limit", "200ms", "--result", folder("r.json")]
    let process = try Capsrun.spawn(["box"] + options + ["--", "sh", "-c", script], as: caller).start()
    try process.waitForOutput("up\n")
    let inside = try HostProcesses.descendants(of: process.pid)
    #expect(try process.wait().exitCode == 137)
    #expect(inside.count >= 2 && !inside.contains(where: HostProcesses.isAlive))
    let result = try Self.document(at: folder("r.json"))
    #expect(result["cause"] as? String == "wall" && result["signal"] as? Int == 9)
  }

  @Test func `a time limit is part of the plan`() throws {
    let outcome = try Capsrun.run(["box", "--explain", "--time-limit", "90s", "--", "true"], as: .user)
    #expect(outcome.lines.contains("time limit  1m30s"))
    let without = try Capsrun.run(["box", "--explain", "--", "true"], as: .user)
    #expect(!without.output.contains("time limit"))
  }
}
