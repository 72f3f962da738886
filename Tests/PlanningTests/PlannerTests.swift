import ManifestFormat
import Testing

@testable import Planning

@Suite struct PlannerTests {
  private let plain = request()

  private func targets(_ grants: [FileGrant]) throws -> [String] {
    try Planner.plan(request(grants: grants), Machine.user).setup.compactMap { step in
      guard case .bind(let bind) = step, !bind.target.hasPrefix("/usr"), !bind.target.hasPrefix("/etc"),
        bind.access != .device
      else { return nil }
      return "\(bind.access.rawValue) \(bind.source) \(bind.target)"
    }
  }

  @Test func `a grant stands behind those that it lies inside, whatever the order of the request`() throws {
    let grants = [try grant("/a/b/c"), try grant("/a", .write), try grant("/a/b")]
    let expected = ["write /a /a", "read /a/b /a/b", "read /a/b/c /a/b/c"]
    #expect(try targets(grants) == expected)
    #expect(try targets(grants.reversed()) == expected)
  }

  @Test func `of two grants of one path the wider holds`() throws {
    #expect(try targets([try grant("/a"), try grant("/a", .write)]) == ["write /a /a"])
    #expect(try targets([try grant("/a", .write), try grant("/a")]) == ["write /a /a"])
  }

  @Test func `one text in two spellings is two paths, whatever stands between them`() throws {
    let (composed, decomposed) = ("/\u{e9}", "/e\u{301}")
    let grants = [try grant(composed), try grant(decomposed), try grant("/a"), try grant(composed, .write)]
    #expect(composed == decomposed, "Swift takes them for the same text")
    let expected = ["read /a /a", "read \(decomposed) \(decomposed)", "write \(composed) \(composed)"]
    for order in [grants, grants.reversed()] {
      #expect(try targets(order).map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    }
  }

  @Test func `two different things at one path are refused`() throws {
    let grants = [try grant("/a", at: "/x"), try grant("/b", at: "/x")]
    #expect(throws: PlanError.conflictingGrants(target: "/x", first: "/a", second: "/b")) { try targets(grants) }
  }

  @Test(arguments: ["/proc", "/proc/sys", "/dev", "/dev/kvm", "/capsule", "/capsule/bin"])
  func `a grant cannot reach what belongs to the sandbox`(target: String) throws {
    #expect(throws: PlanError.self) { try targets([try grant("/a", at: target)]) }
    let neighbour = "/" + target.split(separator: "/")[0] + "x"
    #expect(try targets([try grant("/a", at: neighbour)]).count == 1, "a mere prefix is no obstacle")
  }

  @Test func `a device is shown as it is, a socket with its owner, each at its own path`() throws {
    let grants = [FileGrant.device(try DeviceGrant("/dev/kvm?")), .socket(try UnixGrant("/run/s"))]
    let binds = try Planner.plan(request(grants: grants), Machine.root).setup.compactMap { step in
      if case .bind(let bind) = step, ["/dev/kvm", "/run/s"].contains(bind.target) { bind } else { nil }
    }
    #expect(binds.map(\.access) == [.device, .socket])
    #expect(binds.map(\.presence) == [.optional, .required])
    #expect(binds.map(\.mapsOwner) == [false, true])
    #expect(throws: PlanError.self) { try targets([.socket(try UnixGrant("/dev/socket"))]) }
  }

  @Test func `a dangerous socket is one under its name and behind a link, until the caller knows it`() throws {
    var behind = FileGrant.socket(try UnixGrant("/srv/link"))
    behind.source = try path("/run/docker.sock")
    var request = request(grants: [.socket(try UnixGrant("/run/podman/podman.sock")), behind, try grant("/run")])
    #expect(request.unknownDangers.map(\.path.description) == ["/run/podman/podman.sock", "/srv/link"])
    request.knownSockets = [try path("/srv/link")]
    #expect(request.unknownDangers.map(\.path.description) == ["/run/podman/podman.sock"])
  }

  @Test func `the whole root cannot be granted`() throws {
    #expect(throws: PlanError.grantOfEverything(source: "/")) { try targets([try grant("/")]) }
    #expect(throws: PlanError.grantOfEverything(source: "/a")) { try targets([try grant("/a", at: "/")]) }
  }

  @Test func `owners are mapped for root alone, and for grants alone`() throws {
    for (facts, expected) in [(Machine.root, ["/a"]), (Machine.user, [])] {
      let mapped = try Planner.plan(request(grants: [try grant("/a")]), facts).setup.compactMap { step in
        if case .bind(let bind) = step, bind.mapsOwner { bind.target } else { nil }
      }
      #expect(mapped == expected)
    }
  }

  @Test func `the workload of root becomes a reserved user, that of a user stays itself`() throws {
    let byRoot = try Planner.plan(request(), Machine.root).identity
    #expect(
      byRoot.hostUser == 1_900_000_007 && byRoot.hostGroup == 1_900_000_007 && byRoot.user == 1000
        && byRoot.keptGroups.isEmpty)
    var own = request()
    own.reservedUser = 1_912_345_678
    let recorded = try Planner.plan(own, Machine.root).identity
    #expect(recorded.hostUser == 1_912_345_678 && recorded.hostGroup == 1_912_345_678)
    #expect(try Planner.plan(own, Machine.user).identity.hostUser == 1500, "which only root can become")
    let byUser = try Planner.plan(request(), Machine.user).identity
    #expect(byUser.hostUser == 1500 && byUser.hostGroup == 1600 && byUser.user == 1000)
    #expect(byUser.keptGroups == [27, 100], "which cannot be left, and are told")
  }

  @Test func `a range of users lies around the caller, or is root's to give`() throws {
    var request = request()
    request.user = 33
    request.subordinates = SubordinateIDs(firstUser: 300_000, firstGroup: 400_000)
    let byUser = try Planner.plan(request, Machine.user).identity
    #expect(byUser.hostUser == 1500 && byUser.hostGroup == 1600)
    #expect(byUser.range?.users.map(\.outside) == [300_000, 1500, 300_033])
    #expect(byUser.range?.groups.map(\.outside) == [400_000, 1600, 400_033])
    let byRoot = try Planner.plan(request, Machine.root).identity
    #expect(byRoot.hostUser == 300_033 && byRoot.hostGroup == 400_033)
    for identity in [byUser, byRoot] {
      for spans in [identity.range?.users ?? [], identity.range?.groups ?? []] {
        #expect(spans.reduce(0) { $0 + $1.count } == 65536)
        #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.inside + $0.count == $1.inside })
      }
    }
    let one = try Planner.plan(self.plain, Machine.user).policyHash
    var many = self.plain
    many.subordinates = request.subordinates
    #expect(try Planner.plan(many, Machine.user).policyHash != one)
  }

  @Test(arguments: [
    ("/bin/x", ["/bin/x"]), ("x", ["/usr/local/bin/x", "/usr/bin/x", "/bin/x"]), ("./x", ["/x"]), ("a/x", ["/a/x"]),
  ])
  func `a program is looked for as a shell would`(command: String, candidates: [String]) throws {
    #expect(try Planner.plan(request(command), Machine.user).processes[0].candidates == candidates)
  }

  @Test func `a variable of the request replaces a fixed one, and PATH is searched as given`() throws {
    let request = request("x", environment: ["PATH": "/a:/b", "HOME": "/h", "Z": "1"])
    let process = try Planner.plan(request, Machine.user).processes[0]
    #expect(process.environment == ["HOME=/h", "LANG=C.UTF-8", "PATH=/a:/b", "TMPDIR=/tmp", "Z=1"])
    #expect(process.candidates == ["/a/x", "/b/x"])
  }

  @Test(arguments: ["s3cret", "", "\u{301}s3cret", "=s3cret", "a\nTOKEN=s3cret"])
  func `a plan is shown without the values of its secrets`(value: String) throws {
    var request = request(environment: ["TOKEN": value, "TOKENS": "shown"])
    request.programs[0].secrets = ["TOKEN"]
    let plan = try Planner.plan(request, Machine.user)
    #expect(plan.processes[0].environment.contains("TOKEN=" + value), "the program gets it")
    let shown = plan.withoutSecrets.processes[0].environment
    #expect(shown.contains("TOKEN=(secret)") && shown.contains("TOKENS=shown"))
    for text in [plan.text, "\(shown)"] { #expect(!text.contains("s3cret") && text.contains("TOKENS=shown")) }
  }

  @Test func `an empty command is refused`() {
    #expect(throws: PlanError.emptyCommand) { try Planner.plan(request(""), Machine.user) }
  }

  @Test func `privileges are dropped after every step that needs them, and the root is sealed after the last mount`()
    throws
  {
    let setup = try Planner.plan(request(grants: [try grant("/a", .write)]), Machine.user).setup
    #expect(setup.last == .dropPrivileges(DropPrivilegesStep()))
    let seal = try #require(setup.firstIndex(of: .sealRoot(SealRootStep(paths: ["/"]))))
    let enter = try #require(setup.firstIndex(of: .enterRoot(EnterRootStep())))
    let lastBind = try #require(setup.lastIndex { if case .bind = $0 { true } else { false } })
    #expect(lastBind < enter && enter < seal)
  }
}

@Suite struct CapsulePlanningTests {
  private func request(
    _ text: String, python: String? = nil, _ choose: (inout CapsulePlanning.Choices) -> Void = { _ in }
  ) throws -> PlanRequest {
    let source = try SourceText(file: "capsule.yml", bytes: Array(text.utf8))
    let manifest = try Manifest.read(source, folderName: "x")
    var choices = CapsulePlanning.Choices()
    choose(&choices)
    let folder = CapsuleFolder(
      path: try path("/srv/x"), hasVirtualEnvironment: python != nil, pythonVersion: python)
    return try CapsulePlanning.request(manifest, in: folder, choices)
  }

  @Test(arguments: [("bin/a", "bin/a"), ("a", "./a")])
  func `an entrypoint is a path in the capsule`(entrypoint: String, command: String) throws {
    let request = try request("capsule: 1\nentrypoint: \(entrypoint)")
    #expect(request.programs[0].command == command)
    #expect(request.programs[0].workingFolder.description == "/capsule")
  }

  @Test(arguments: [("main.py", false, true), ("main.py", true, false), ("main", false, false)])
  func `a Python that is missing stops a Python entrypoint that shall run`(
    entrypoint: String, mayLackValues: Bool, isRefused: Bool
  ) throws {
    let source = try SourceText(file: "capsule.yml", bytes: Array("capsule: 1\nentrypoint: \(entrypoint)".utf8))
    let manifest = try Manifest.read(source, folderName: "x")
    var folder = CapsuleFolder(path: try path("/srv/x"), hasVirtualEnvironment: false)
    let missing = CapsuleFolder.MissingPython(needed: "3.99", found: "3.11", isOfEnvironment: false)
    folder.missingPython = missing
    var choices = CapsulePlanning.Choices()
    choices.mayLackValues = mayLackValues
    let plan = { () throws(PlanError) in try CapsulePlanning.request(manifest, in: folder, choices) }
    if isRefused {
      #expect(throws: PlanError.missingPython(missing)) { try plan() }
    } else {
      #expect(try plan().programs.count == 1)
    }
  }

  @Test func `a process starts in the folder of its name, or in its cwd`() throws {
    #expect(
      try request("capsule: 1\nprocesses: {web: {cmd: a}}").programs[0].workingFolder.description == "/capsule/web")
    #expect(
      try request("capsule: 1\nprocesses: {web: {cmd: a, cwd: .}}").programs[0].workingFolder.description == "/capsule")
  }

  @Test func `several processes are planned, and one of them when it is asked for`() throws {
    let text = "capsule: 1\nprocesses: {a: {cmd: x}, b: {cmd: y}}"
    #expect(try request(text).programs.map(\.name) == ["a", "b"])
    #expect(try request(text) { $0.process = "b" }.programs.map(\.command) == ["y"])
    #expect(throws: PlanError.unknownProcess(name: "c", known: ["a", "b"])) {
      try request(text) { $0.process = "c" }
    }
  }

  @Test func `services are instances of the entrypoint`() throws {
    let programs = try request("capsule: 1\nentrypoint: bin/a\nservices: [one, two]").programs
    #expect(programs.map(\.name) == ["one", "two"])
    #expect(programs.allSatisfy { $0.command == "bin/a" && $0.workingFolder.description == "/capsule" })
  }

  @Test func `a Python entrypoint runs in the virtual environment, else by the Python that the manifest names`() throws
  {
    let text = "capsule: 1\nentrypoint: src/main.py\n"
    let needs = "dependencies: {python: \"3.11\"}"
    let inside = try request(text, python: "3.11.2").programs[0]
    #expect(inside.command == "/capsule/venv/bin/python")
    #expect(inside.arguments == ["/capsule/src/main.py"])
    #expect(inside.environment["PYTHONPATH"] == "/capsule")
    #expect(try request(text).programs[0].command == "python3")
    #expect(try request(text + needs).programs[0].command == "python3.11")
    #expect(throws: Never.self) { try request(text + needs, python: "3.11.2") }
    #expect(throws: PlanError.wrongPython(wanted: "3.11", found: "3.1.12")) {
      try request(text + needs, python: "3.1.12")
    }
  }

  @Test func `a declared variable needs a value of its type`() throws {
    let text =
      "capsule: 1\nentrypoint: a\nenv: {N: {type: int, default: 3}, T: {type: secret, request: the token}, M: {type: enum, values: [x, y]}}"
    let missing = [("M", nil, false), ("T", "the token", true)].map {
      PlanError.MissingVariable(name: $0, request: $1, isSecret: $2)
    }
    #expect(throws: PlanError.missingVariables(missing)) { try request(text) }
    #expect(try request(text) { $0.mayLackValues = true }.programs[0].unset == ["M", "T"])
    let full = try request(text) { $0.environment = ["M": "x", "T": "s3cret", "OWN": "1"] }
    #expect(full.programs[0].environment == ["M": "x", "N": "3", "OWN": "1", "T": "s3cret"])
    #expect(throws: PlanError.badVariable(name: "N", value: "x", problem: "is no integer")) {
      try request(text) { $0.environment = ["M": "x", "T": "t", "N": "x"] }
    }
    #expect(throws: PlanError.badVariable(name: "M", value: "z", problem: "is none of x, y")) {
      try request(text) { $0.environment = ["M": "z", "T": "t"] }
    }
  }

  @Test func `the variables of a process win over those of the capsule, and the caller's over both`() throws {
    let text = "capsule: 1\nprocesses: {a: {cmd: x, env: {P: own, Q: own}}}\nenv: {P: all, Q: all, R: all}"
    let environment = try request(text) { $0.environment = ["Q": "given"] }.programs[0].environment
    #expect(environment == ["P": "own", "Q": "given", "R": "all"])
  }

  @Test func `what this release does not execute is told by its path`() throws {
    let text = """
      capsule: 1
      processes: {a: {cmd: x, files: {a: b}, health: {tcp: 80}, security: {seccomp: strict}}}
      security: {verify: start}
      dependencies: {requires: ["topic:a"]}
      """
    #expect(
      try request(text).notYet == [
        "processes.a.files", "processes.a.health", "security.verify",
        "dependencies.requires",
      ])
    #expect(try request("capsule: 1\nentrypoint: a\nrootfs: {base: host}\nsecurity: {seccomp: default}").notYet == [])
  }

  @Test func `a process has the seccomp profile of its own, within a file of its capsule`() throws {
    let cases: [(whole: String?, own: String?, profile: String, outer: String?)] = [
      (nil, nil, "default", nil), ("debug", nil, "debug", nil), ("debug", "strict", "strict", nil),
      (nil, "p.json", "p.json", "default"), ("strict", "p.json", "p.json", "strict"), ("p.json", nil, "p.json", nil),
      ("p.json", "strict", "strict", "p.json"), ("p.json", "q.json", "q.json", "p.json"),
      ("p.json", "p.json", "p.json", nil),
    ]
    for (whole, own, profile, outer) in cases {
      let security = whole.map { "security: {seccomp: \($0)}\n" } ?? ""
      let process = own.map { ", security: {seccomp: \($0)}" } ?? ""
      let program = try request("capsule: 1\n\(security)processes: {a: {cmd: x\(process)}}").programs[0]
      #expect(program.seccomp == profile && program.outerSeccomp == outer, "\(security)\(process)")
    }
  }

  @Test func `a file that nobody compiled has no filter, and never that of default`() throws {
    let plan = try Planner.plan(
      try request("capsule: 1\nentrypoint: a\nsecurity: {seccomp: p.json}"), Machine.user)
    #expect(plan.processes[0].filter == nil)
    #expect(throws: PlanError.unknownProfile(name: "p.json")) { try plan.policyHash }
    let named = try Planner.plan(try request("capsule: 1\nentrypoint: a"), Machine.user)
    #expect(named.processes[0].filter == CompiledFilter.named("default"))
  }

  @Test func `a process that shall not have a socket of its capsule is not run yet`() throws {
    let whole = "capabilities: {devices: [/dev/kvm], unix: [/run/s]}"
    for (own, notYet) in [
      ("{}", []), ("{devices: []}", []), ("{unix: []}", ["unix"]), ("{fs_read: []}", []),
    ] {
      let text = "capsule: 1\nprocesses: {a: {cmd: x, capabilities: \(own)}}\n"
      #expect(try request(text + whole).notYet == notYet.map { "processes.a.capabilities." + $0 })
      #expect(try request(text).notYet == [], "there is nothing to keep from it")
    }
  }

  @Test func `the user inside is the one of the manifest`() throws {
    #expect(try request("capsule: 1\nentrypoint: a").user == 1000)
    let request = try request("capsule: 1\nentrypoint: a\nsecurity: {user: 33}")
    #expect(try Planner.plan(request, Machine.user).identity.user == 33)
  }
}
