import ManifestFormat
import Testing

@testable import Planning

@Suite struct PlannerTests {
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
    let byUser = try Planner.plan(request(), Machine.user).identity
    #expect(byUser.hostUser == 1500 && byUser.hostGroup == 1600 && byUser.user == 1000)
    #expect(byUser.keptGroups == [27, 100], "which cannot be left, and are told")
  }

  @Test(arguments: [
    ("/bin/x", ["/bin/x"]), ("x", ["/usr/local/bin/x", "/usr/bin/x", "/bin/x"]), ("./x", ["/x"]), ("a/x", ["/a/x"]),
  ])
  func `a program is looked for as a shell would`(command: String, candidates: [String]) throws {
    #expect(try Planner.plan(request(command), Machine.user).process.candidates == candidates)
  }

  @Test func `a variable of the request replaces a fixed one, and PATH is searched as given`() throws {
    let request = request("x", environment: ["PATH": "/a:/b", "HOME": "/h", "Z": "1"])
    let process = try Planner.plan(request, Machine.user).process
    #expect(process.environment == ["HOME=/h", "LANG=C.UTF-8", "PATH=/a:/b", "TMPDIR=/tmp", "Z=1"])
    #expect(process.candidates == ["/a/x", "/b/x"])
  }

  @Test func `an empty command is refused`() {
    #expect(throws: PlanError.emptyCommand) { try Planner.plan(request(""), Machine.user) }
  }

  @Test func `privileges are dropped after every step that needs them, and the root is sealed after the last mount`()
    throws
  {
    let setup = try Planner.plan(request(grants: [try grant("/a", .write)]), Machine.user).setup
    #expect(setup.last == .dropPrivileges(DropPrivilegesStep()))
    let seal = try #require(setup.firstIndex(of: .sealRoot(SealRootStep())))
    let enter = try #require(setup.firstIndex(of: .enterRoot(EnterRootStep())))
    let lastBind = try #require(setup.lastIndex { if case .bind = $0 { true } else { false } })
    #expect(lastBind < enter && enter < seal)
  }
}

@Suite struct CapsulePlanningTests {
  private func request(_ text: String) throws -> PlanRequest {
    let source = try SourceText(file: "capsule.yml", bytes: Array(text.utf8))
    let manifest = try Manifest.read(source, folderName: "x")
    return try CapsulePlanning.request(
      manifest, in: CapsuleFolder(path: try path("/srv/x"), hasVirtualEnvironment: false))
  }

  @Test(arguments: [("bin/a", "bin/a"), ("a", "./a")])
  func `an entrypoint is a path in the capsule`(entrypoint: String, command: String) throws {
    let request = try request("capsule: 1\nentrypoint: \(entrypoint)")
    #expect(request.command == command)
    #expect(request.workingFolder.description == "/capsule")
  }

  @Test func `a process starts in the folder of its name, or in its cwd`() throws {
    #expect(
      try request("capsule: 1\nprocesses: {web: {cmd: a}}").workingFolder.description == "/capsule/web")
    #expect(
      try request("capsule: 1\nprocesses: {web: {cmd: a, cwd: .}}").workingFolder.description == "/capsule")
  }

  @Test(arguments: [
    "capsule: 1\nprocesses: {a: {cmd: x}, b: {cmd: y}}", "capsule: 1\nentrypoint: main.py",
  ])
  func `what this release cannot run is refused by name`(text: String) {
    #expect {
      try request(text)
    } throws: { error in
      if case PlanError.notYet = error { true } else { false }
    }
  }
}
