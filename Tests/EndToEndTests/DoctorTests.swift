import Foundation
import Testing

/// What `doctor` says of this machine, beside what can be seen of it otherwise.
@Suite struct DoctorTests {
  /// One check as JSON.
  struct Check {
    let id: String
    let title: String
    let state: String
    let detail: String
    let fix: String?

    init(_ object: [String: Any]) throws {
      #expect(Set(object.keys) == ["id", "title", "state", "detail", "needed_for", "fix"])
      id = try #require(object["id"] as? String)
      title = try #require(object["title"] as? String)
      state = try #require(object["state"] as? String)
      detail = try #require(object["detail"] as? String)
      fix = object["fix"] as? String
      let neededFor = try #require(object["needed_for"] as? String)
      #expect(!neededFor.isEmpty)
      #expect(["ok", "degraded", "missing", "unknown"].contains(state))
    }
  }

  private func checks(_ outcome: Outcome) throws -> [String: Check] {
    let objects = try #require(try outcome.outputAsJSON()["checks"] as? [[String: Any]])
    let checks = try objects.map(Check.init)
    #expect(checks.count > 10)
    return Dictionary(uniqueKeysWithValues: checks.map { ($0.id, $0) })
  }

  private func check(
    _ id: String, as caller: Caller, environment: [String: String] = [:]
  ) throws -> Check {
    let outcome = try Capsrun.run(["doctor", "--json"], as: caller, environment: environment)
    return try #require(try checks(outcome)[id])
  }

  /// Makes this machine worse by a shell script in namespaces of its own, and looks at it there as an ordinary user.
  private func worse(by script: String) throws -> Outcome {
    // The capabilities over these namespaces are for the script alone.
    let look = "exec setpriv --ambient-caps -all --inh-caps -all -- \"$0\" doctor --json"
    let unshare = ["/usr/bin/unshare", "-U", "--map-current-user", "--keep-caps", "-m", "/bin/sh", "-e", "-c"]
    return try Spawn(try Caller.user.commandLine(unshare + [script + "\n" + look, try Program.path()])).run()
  }

  @Test(arguments: Caller.reachable) func `doctor says that a box can run, and it does`(caller: Caller) throws {
    let outcome = try Capsrun.run(["doctor"], as: caller)
    #expect(outcome.exitCode == 0)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.lines.last == "capsrun box can run here")
    #expect(try Capsrun.run(["box", "--", "true"], as: caller).exitCode == 0)
  }

  @Test(arguments: Caller.reachable) func `doctor says the same as text and as JSON`(caller: Caller) throws {
    let text = try Capsrun.run(["doctor"], as: caller)
    let json = try Capsrun.run(["doctor", "--json"], as: caller)
    #expect(text.exitCode == 0 && json.exitCode == 0)
    let object = try json.outputAsJSON()
    #expect(object["exit_code"] as? Int == 0)
    #expect(object["unmet"] as? [String] == [])
    let tier = try #require(object["tier"] as? String)
    let reservations = try #require(object["reservations"] as? [String])
    #expect(text.lines.contains("tier: " + ([tier] + reservations).joined(separator: "; ")))
    for check in try checks(json).values {
      let line = text.lines.firstIndex { $0.hasPrefix(check.state) && $0.contains("  \(check.title)  ") }
      let found = try #require(line, "\(check)")
      #expect(text.lines[found].hasSuffix("  " + check.detail))
      if let fix = check.fix { #expect(text.lines[(found + 1)...].prefix(2).contains("          hint: " + fix)) }
    }
    #expect(text.lines.filter { $0.contains("hint: ") }.count == (try checks(json).values.compactMap(\.fix)).count)
  }

  @Test(arguments: Caller.reachable) func `doctor's verdict on user namespaces is that of unshare`(
    caller: Caller
  ) throws {
    let unshare = try Spawn(try caller.commandLine(["/usr/bin/unshare", "-Ur", "true"])).run()
    #expect((try check("user-namespaces", as: caller).state == "ok") == (unshare.exitCode == 0))
  }

  @Test(arguments: Caller.reachable) func `doctor's version of Landlock is what the kernel answers`(
    caller: Caller
  ) throws {
    let program = """
      import ctypes
      library = ctypes.CDLL(None, use_errno=True)
      print(library.syscall(444, None, ctypes.c_ulong(0), ctypes.c_uint(1)))
      """
    let answer = try Spawn(try caller.commandLine(["/usr/bin/python3", "-I", "-S", "-c", program])).run()
    let version = try #require(answer.lines.first.flatMap { Int($0) })
    let check = try check("landlock", as: caller)
    if version > 0 {
      #expect(check.state == (version >= 4 ? "ok" : "degraded"))
      #expect(check.detail.hasPrefix("ABI \(version)"))
    } else {
      #expect(check.state == "missing")
    }
  }

  @Test(arguments: Caller.reachable) func `doctor's version of cgroups is that of the mounts`(caller: Caller) throws {
    let mounts = try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
    let version =
      switch (mounts.contains(" - cgroup2 "), mounts.contains(" - cgroup ")) {
      case (true, false): "v2"
      case (true, true): "hybrid"
      case (false, true): "v1"
      case (false, false): "none"
      }
    #expect(try check("cgroups", as: caller).detail.hasPrefix(version))
  }

  @Test func `doctor's actions of seccomp are those that the kernel lists`() throws {
    let listed = try String(contentsOfFile: "/proc/sys/kernel/seccomp/actions_avail", encoding: .utf8)
    let told = try check("seccomp", as: .user).detail.split(separator: ";")[0]
    #expect(Set(told.split(separator: " ")) == Set(listed.split(whereSeparator: \.isWhitespace)))
  }

  @Test(arguments: Caller.reachable) func `doctor leaves no mount, file or process behind`(caller: Caller) throws {
    let mounts = { try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) }
    let before = try mounts()
    let folder = try TemporaryFolder(of: caller)
    let store = folder("a/b/store")
    var spawn = try Capsrun.spawn(["doctor", "--json"], as: caller, environment: ["CAPSRUN_STORE": store])
    // Whatever it starts would keep the pipe open.
    spawn.output = .pipe
    let process = try spawn.start()
    var bytes: [UInt8] = []
    while let piece = try process.outputPipe?.readNext(), !piece.isEmpty { bytes += piece }
    #expect(try process.wait().exitCode == 0)
    #expect(try HostProcesses.descendants(of: process.pid).isEmpty)
    #expect(try folder.entries().isEmpty)
    #expect(try mounts() == before)
    let checks = try checks(Outcome(status: 0, bytes: bytes, errorBytes: []))
    // It has been tried, on the nearest folder that is there.
    #expect(checks["overlay"]?.detail == "works on \(folder.path)")
    if caller == .root { #expect(checks["idmapped-mounts"]?.detail == "work on \(folder.path)") }
  }

  @Test(arguments: Caller.reachable) func `in a box, doctor says that user namespaces are shut`(caller: Caller) throws {
    let program = try Program.path()
    let command = ["box", "--read", program, "--", program, "doctor"]
    let text = try Capsrun.run(command, as: caller)
    #expect(text.exitCode == 69)
    #expect(
      text.lines.last?.hasPrefix("capsrun box cannot run here: user namespaces (missing)") == true)
    let json = try Capsrun.run(command + ["--json"], as: caller)
    #expect(json.exitCode == 69)
    #expect(try json.outputAsJSON()["exit_code"] as? Int == 69)
    #expect(try json.outputAsJSON()["unmet"] as? [String] == ["user-namespaces", "proc", "sandbox"])
    let namespaces = try #require(try checks(json)["user-namespaces"])
    #expect(namespaces.state == "missing")
    #expect(namespaces.detail.contains("seccomp filter") && namespaces.detail.contains("max_user_namespaces is 0"))
    #expect(namespaces.fix == "run capsrun outside of the sandbox that it is in")
  }

  @Test func `doctor names the limit that forbids namespaces`() throws {
    let worse = try worse(by: "echo 0 >/proc/sys/user/max_user_namespaces")
    #expect(worse.exitCode == 69)
    let namespaces = try #require(try checks(worse)["user-namespaces"])
    #expect(namespaces.state == "missing" && namespaces.detail.contains("user.max_user_namespaces is 0"))
    #expect(namespaces.fix?.contains("sysctl -w user.max_user_namespaces=") == true)
    let control = try self.worse(by: "")
    #expect(control.exitCode == 0)
    #expect(try checks(control)["user-namespaces"]?.state == "ok")
  }

  @Test func `doctor names what an outer container hides of its own proc`() throws {
    let worse = try worse(by: "mount -t tmpfs none /proc/irq")
    #expect(worse.exitCode == 69)
    let processes = try #require(try checks(worse)["proc"])
    #expect(processes.state == "missing" && processes.detail.contains("hidden: /proc/irq"))
    #expect(processes.fix != nil)
    #expect(try worse.outputAsJSON()["unmet"] as? [String] == ["proc", "sandbox"])
    #expect(try worse.outputAsJSON()["tier"] as? String != "full")
    let control = try self.worse(by: "")
    #expect(try checks(control)["proc"]?.state == "ok")
  }

  @Test func `without the kernel's settings doctor still answers, and does not claim what it cannot know`() throws {
    let worse = try worse(by: "mount -t tmpfs none /sys; mount -t tmpfs none /proc/sys")
    #expect(worse.exitCode == 69)
    let checks = try checks(worse)
    #expect(checks["user-namespaces"]?.state == "ok" && checks["proc"]?.state == "missing")
    #expect(checks["cgroups"]?.state != "ok" && checks["cgroup-delegation"]?.state != "ok")
  }

  @Test func `root of a namespace without the reserved users is told that it cannot start a box`() throws {
    let doctor = ["/usr/bin/unshare", "-Ur", try Program.path(), "doctor", "--json"]
    let outcome = try Spawn(try Caller.user.commandLine(doctor)).run()
    #expect(outcome.exitCode == 69)
    let namespaces = try #require(try checks(outcome)["user-namespaces"])
    #expect(namespaces.state == "missing" && namespaces.detail.contains("without the reserved users"))
    let box = ["/usr/bin/unshare", "-Ur", try Program.path(), "box", "--", "true"]
    #expect(try Spawn(try Caller.user.commandLine(box)).run().exitCode != 0)
  }

  @Test(arguments: [("C", "gr\\u{f6}\\u{df}e"), ("C.UTF-8", "größe")])
  func `doctor writes ASCII where the locale is not UTF-8`(locale: String, name: String) throws {
    let folder = try TemporaryFolder(of: .user)
    let store = try folder.folder("größe")
    let outcome = try Capsrun.run(["doctor"], as: .user, environment: ["CAPSRUN_STORE": store, "LC_ALL": locale])
    #expect(outcome.lines.contains { $0.hasSuffix("works on \(folder.path)/\(name)") })
    #expect(outcome.bytes.allSatisfy { $0 < 0x80 } == (locale == "C"))
  }

  @Test(.needsRoot) func `with --user, doctor looks with the rights of that user`() throws {
    let sudo = ["SUDO_UID": "1500", "SUDO_GID": "1500"]
    let outcome = try Capsrun.run(["doctor", "--user", "--json"], as: .root, environment: sudo)
    #expect(outcome.exitCode == 0)
    #expect(try checks(outcome)["idmapped-mounts"]?.detail.contains("ordinary user") == true)
    #expect(try check("idmapped-mounts", as: .root).detail.hasPrefix("work on "))
  }
}
