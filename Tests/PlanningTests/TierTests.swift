import Testing

@testable import ManifestFormat
@testable import Planning

/// Which tier a start gets, and what it then consists of.
@Suite struct TierTests {
  private func facts(
    lacking layers: [Degradation], landlock: Int = 7, as caller: HostFacts = Machine.user
  ) -> HostFacts {
    var facts = caller
    var abilities = MachineAbilities(landlockVersion: layers.contains(.landlock) ? 0 : landlock)
    abilities.lacks = layers.map { .init($0, cause: "it is not here", fix: "get it") }
    abilities.privateFolder = "/tmp/capsrun-own"
    facts.abilities = abilities
    return facts
  }

  private func request(allowing layers: [Degradation], atLeast tier: Tier? = nil) throws -> PlanRequest {
    var request = request(with: [try grant("/srv/in"), try grant("/srv/out", .write)])
    request.degrading.allowed = layers
    request.degrading.minimalTier = tier
    return request
  }

  private func request(with grants: [FileGrant]) -> PlanRequest {
    PlanRequest(
      name: "box",
      programs: [ProgramRequest(command: "/bin/true", workingFolder: .root)],
      grants: grants.map { grant in
        var found = grant
        found.identity = SourceIdentity(device: 1, inode: 2)
        return found
      })
  }

  private func error(_ request: PlanRequest, _ facts: HostFacts) throws -> PlanError? {
    do throws(PlanError) {
      let plan = try Planner.plan(request, facts)
      Issue.record("planned as \(plan.tier)")
      return nil
    } catch {
      return error
    }
  }

  @Test(
    arguments: [
      ([], .full), ([.landlock], .reduced), ([.processes], .reduced), ([.namespaces], .filterOnly),
    ] as [([Degradation], Tier)])
  func `what is missing decides the tier, and stands in the plan`(layers: [Degradation], tier: Tier) throws {
    let plan = try Planner.plan(try request(allowing: Degradation.allCases), facts(lacking: layers))
    #expect(plan.tier == tier)
    #expect(plan.degraded.map(\.layer) == layers)
  }

  @Test func `a permission that is not needed changes nothing`() throws {
    let request = try request(allowing: Degradation.allCases)
    #expect(try Planner.plan(request, facts(lacking: [])) == Planner.plan(self.request(allowing: []), Machine.user))
  }

  @Test(arguments: [Degradation.landlock, .processes, .namespaces])
  func `what is missing without permission stops the start`(layer: Degradation) throws {
    let others = Degradation.allCases.filter { $0 != layer }
    let found = try error(try request(allowing: others), facts(lacking: [layer]))
    #expect(found == .missingLayer(.init(layer, cause: "it is not here", fix: "get it")))
  }

  @Test(arguments: [
    (Degradation.landlock, Tier.full), (.processes, .full), (.namespaces, .full), (.namespaces, .reduced),
  ])
  func `the tier that a manifest demands stands above every permission`(layer: Degradation, minimal: Tier) throws {
    let request = try request(allowing: Degradation.allCases, atLeast: minimal)
    guard case .weakTier(let reached, minimal, let lack) = try error(request, facts(lacking: [layer])) else {
      Issue.record("not refused for its tier")
      return
    }
    #expect(reached == layer.tier && lack.layer == layer)
    #expect(try Planner.plan(request, facts(lacking: [])).tier == .full)
  }

  @Test func `a tier that a manifest is content with is no permission by itself`() throws {
    #expect(
      try error(try request(allowing: [], atLeast: .filterOnly), facts(lacking: [.landlock]))
        == .missingLayer(.init(.landlock, cause: "it is not here", fix: "get it")))
  }

  @Test(arguments: [Degradation.namespaces, .processes])
  func `without Landlock nothing else may be missing that it would have to hold`(layer: Degradation) throws {
    let found = try error(try request(allowing: Degradation.allCases), facts(lacking: [layer, .landlock]))
    #expect(found == .nothingHolds(.init(layer, cause: "it is not here", fix: "get it")))
  }

  @Test(arguments: [
    (5, 1500, false), (6, 1500, true), (2, 1500, false), (2, 1_900_000_007, true), (6, 1_900_000_007, true),
  ])
  func `signals stay inside by Landlock, or by a user of the workload's own`(
    landlock: Int, user: UInt32, holds: Bool
  ) throws {
    var caller = Machine.user
    caller.callerUser = user
    let facts = facts(lacking: [.namespaces], landlock: landlock, as: caller)
    let request = try request(allowing: [.namespaces])
    if holds {
      #expect(try Planner.plan(request, facts).degraded.map(\.layer) == [.namespaces])
    } else {
      guard case .missingLayer(let lack) = try error(request, facts) else { return }
      #expect(lack.layer == .signals)
      let allowed = try Planner.plan(try self.request(allowing: [.namespaces, .signals]), facts)
      #expect(allowed.degraded.map(\.layer) == [.namespaces, .signals])
    }
  }

  @Test func `without Landlock the mounts alone hold, and a process that is narrowed is refused`() throws {
    let facts = facts(lacking: [.landlock])
    var request = try request(allowing: [.landlock])
    let plan = try Planner.plan(request, facts)
    #expect(plan.foreground.files.holding == FileRights.Holding.none)
    #expect(plan.namespaces == .all)
    request.programs[0].ownGrants = OwnFileGrants(Manifest.OwnCapabilities(read: []))
    #expect(try error(request, facts) == .needsLandlock(process: "main"))
    // Without namespaces it is Landlock that holds everything anyway.
    request.degrading.allowed = [.namespaces]
    let narrowed = try Planner.plan(request, self.facts(lacking: [.namespaces])).foreground.files
    #expect(!narrowed.read.contains("/srv/in") && narrowed.change.contains("/srv/out"))
  }

  @Test func `with the process list of others the setting of their namespaces is left alone`() throws {
    let plan = try Planner.plan(try request(allowing: [.processes]), facts(lacking: [.processes]))
    #expect(!plan.setup.contains { if case .closeUserNamespaces = $0 { true } else { false } })
    #expect(plan.setup.contains { if case .processes(let step) = $0 { step.source == "/proc" } else { false } })
    #expect(!plan.foreground.files.use.contains("/proc"), "it is shown read-only")
  }

  @Test func `without namespaces only what is named may be used`() throws {
    let plan = try Planner.plan(try request(allowing: [.namespaces]), facts(lacking: [.namespaces]))
    #expect(plan.namespaces == .none)
    #expect(plan.identity.user == plan.identity.hostUser)
    let files = plan.foreground.files
    #expect(files.holding == .closed)
    #expect(files.read.contains("/srv/in") && !files.read.contains("/srv/out"))
    #expect(files.change == ["/tmp/capsrun-own", "/srv/out"])
    #expect(plan.foreground.environment.contains("TMPDIR=/tmp/capsrun-own"))
    #expect(plan.foreground.environment.contains("HOME=/tmp/capsrun-own"))
    #expect(plan.grants.map(\.required) == [[.fileRules], [.fileRules]])
  }

  @Test func `without namespaces the filter lets no socket through`() throws {
    for user in [1500, 1_900_000_007] as [UInt32] {
      var caller = Machine.user
      caller.callerUser = user
      let plan = try Planner.plan(
        try request(allowing: [.namespaces]), facts(lacking: [.namespaces], as: caller))
      let filter = try #require(plan.foreground.filter)
      for call in ["socket", "connect", "bind", "listen", "msgget", "shmget", "inotify_add_watch", "truncate"] {
        let number = try #require(Calls.x86_64[call])
        let answers = filter.answers(to: number, architecture: 0xC000_003E)
        #expect(!answers.contains(.allow), "\(call) of \(user)")
      }
      // Permissions keep the files of others from a user of its own.
      let chmod = filter.answers(to: 90, architecture: 0xC000_003E)
      #expect(chmod.contains(.allow) == (user != 1500))
    }
  }

  private enum Calls {
    static let x86_64: [String: UInt32] = [
      "socket": 41, "connect": 42, "bind": 49, "listen": 50, "msgget": 68, "shmget": 29, "inotify_add_watch": 254,
      "truncate": 76,
    ]
  }

  @Test func `without namespaces what needs them is refused by its name`() throws {
    let facts = facts(lacking: [.namespaces])
    func refusal(_ change: (inout PlanRequest) throws -> Void) throws -> PlanError? {
      var request = try request(allowing: [.namespaces])
      try change(&request)
      return try error(request, facts)
    }
    #expect(try refusal { $0.programs[0].streams = .terminal } == .needsNamespaces("a terminal of its own"))
    #expect(try refusal { $0.base = .nothing } == .needsNamespaces("rootfs.base"))
    #expect(try refusal { $0.capsuleChanges = .inMemory } == .needsNamespaces("rootfs.writable"))
    #expect(
      try refusal { $0.grants.append(try grant("/run/x.sock", .socket)) } == .needsNamespaces("the socket /run/x.sock"))
    #expect(
      try refusal { $0.grants.append(try grant("/srv/out/in")) }
        == .needsNamespaces("reading /srv/out/in alone, in a folder that may be written"))
    #expect(
      try refusal { request in
        var limits = Manifest.Resources()
        limits.memoryMax = .bytes(1 << 20)
        request.resources = limits
      }
        == .needsNamespaces("limits of memory, processor time, processes or disks"))
    #expect(
      try refusal { $0.subordinates = SubordinateIDs(firstUser: 100_000, firstGroup: 100_000) }
        == .needsNamespaces("security.user_range"))
  }

  @Test func `the policy of a plan tells its tiers apart, and not its folder`() throws {
    let full = try Planner.plan(try request(allowing: []), Machine.user).policyHash
    let reduced = try Planner.plan(try request(allowing: [.landlock]), facts(lacking: [.landlock])).policyHash
    var machine = facts(lacking: [.namespaces])
    let filterOnly = try Planner.plan(try request(allowing: [.namespaces]), machine).policyHash
    machine.abilities?.privateFolder = "/tmp/capsrun-another"
    let again = try Planner.plan(try request(allowing: [.namespaces]), machine).policyHash
    #expect(Set([full, reduced, filterOnly]).count == 3)
    #expect(filterOnly == again)
  }
}
