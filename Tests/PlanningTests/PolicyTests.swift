import Testing

@testable import Planning

@Suite struct PolicyTests {
  private func hash(_ grants: [FileGrant], _ facts: HostFacts = Machine.user, user: UInt32 = 1000) throws -> String {
    var request = request(grants: grants)
    request.user = user
    return try Planner.plan(request, facts).policyHash
  }

  @Test func `the policy does not depend on who starts it, nor on the order of the grants`() throws {
    let grants = [try grant("/a"), try grant("/b", .write)]
    let expected = try hash(grants)
    #expect(try hash(grants.reversed()) == expected)
    #expect(try hash(grants, Machine.root) == expected)
    var seen = grants
    seen[0].identity = SourceIdentity(device: 1, inode: 2)
    #expect(try hash(seen) == expected)
  }

  @Test func `whatever confines in another way has another policy`() throws {
    let hashes = [
      try hash([]), try hash([try grant("/a")]), try hash([try grant("/a", .write)]), try hash([try grant("/b")]),
      try hash([try grant("/a", at: "/b")]), try hash([], user: 33),
    ]
    #expect(Set(hashes).count == hashes.count)
  }

  @Test func `each grant names its layers and the tiers in which they are there`() throws {
    var read = try grant("/a")
    read.identity = SourceIdentity(device: 1, inode: 2)
    var write = try grant("/b", .write)
    write.identity = SourceIdentity(device: 1, inode: 3)
    let plan = try Planner.plan(request(grants: [read, write]), Machine.user)
    #expect(plan.grants.map(\.kind) == [.read, .write])
    #expect(plan.grants.map(\.required) == [[.mounts, .readOnlyMount], [.mounts]])
    #expect(plan.grants.allSatisfy { $0.tiers == [.full, .reduced, .filterOnly] })
  }
}
