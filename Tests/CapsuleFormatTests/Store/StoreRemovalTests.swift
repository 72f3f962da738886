import Testing

@testable import CapsuleFormat
@testable import Linux

struct StoreRemovalTests {
  @Test func `a removed capsule is gone, with what no other capsule shares`() throws {
    let fixture = try StoreFixture()
    let one = try fixture.install("one", files: ["bin/run": "one", "data": "of one", "shared": "of both"])
    let two = try fixture.install("two", files: ["bin/run": "two", "shared": "of both"])
    let before = try fixture.objectCount
    let freed = try fixture.store.remove(one.id, isForced: false, now: fixture.tick())
    #expect(try fixture.ids == [two.id])
    // Its program, its data and its manifest.
    #expect(try fixture.objectCount == before - 3)
    #expect(freed == 3 + 6 + (try fixture.store.listing(of: two.id).isEmpty ? 0 : one.size - 3 - 6 - 7))
    #expect(try fixture.damage() == [])
    #expect(try fixture.entries("staging") == [])
  }

  @Test func `a capsule that runs is not removed, and one that has ended is`() throws {
    let fixture = try StoreFixture()
    let capsule = try fixture.install()
    let use = try fixture.store.use(capsule.id)
    #expect(try fixture.store.isUsed(capsule.id))
    for isForced in [false, true] {
      let error = failure { try fixture.store.remove(capsule.id, isForced: isForced, now: fixture.tick()) }
      #expect(error == .inUse(capsule.id))
    }
    #expect(try fixture.store.collect(previous: 0, isDryRun: false).kept.map(\.reason) == [.running])
    use.release()
    #expect(try !fixture.store.isUsed(capsule.id))
    #expect(try fixture.store.remove(capsule.id, isForced: false, now: fixture.tick()) > 0)
    #expect(failure { try self.use(capsule.id, fixture.store) } == .notInstalled(word: "\(capsule.id)", known: []))
  }

  private func use(_ id: CapsuleID, _ store: Store) throws { try store.use(id).release() }

  @Test func `a capsule still runs when its record was renewed`() throws {
    let fixture = try StoreFixture()
    let capsule = try fixture.install()
    let use = try fixture.store.use(capsule.id)
    let signer = InstalledCapsule.Signer(keyID: "C8B667DF51CA52EA", comment: "comment")
    #expect(try fixture.install(signer: signer).signer == signer)
    #expect(try fixture.store.isUsed(capsule.id))
    use.release()
  }

  @Test func `what is active or pinned is removed only when it is forced`() throws {
    let fixture = try StoreFixture()
    let capsule = try fixture.install()
    #expect(try fixture.store.pin(capsule.id))
    #expect(try !fixture.store.pin(capsule.id))
    let pinned = failure { try fixture.store.remove(capsule.id, isForced: false, now: fixture.tick()) }
    #expect(pinned == .pinned(capsule.id))
    try fixture.store.activate(capsule, now: fixture.tick())
    let active = failure { try fixture.store.remove(capsule.id, isForced: false, now: fixture.tick()) }
    #expect(active == .active(capsule.id, name: "hello"))
    #expect(try fixture.store.remove(capsule.id, isForced: true, now: fixture.tick()) > 0)
    #expect(try fixture.store.current(of: "hello") == nil)
    #expect(try fixture.store.history(of: "hello").map(\.action) == [.activated, .deactivated])
    #expect(try fixture.damage() == [])
  }

  @Test func `a name can be activated again after its capsule was removed`() throws {
    let fixture = try StoreFixture()
    let capsule = try fixture.install()
    try fixture.store.activate(capsule, now: fixture.tick())
    #expect(try fixture.store.remove(capsule.id, isForced: true, now: fixture.tick()) > 0)
    try fixture.install()
    let entry = try fixture.store.activate(capsule, now: fixture.tick())
    #expect(entry.from == nil && entry.id == capsule.id)
    #expect(try fixture.store.history(of: "hello").map(\.action) == [.activated, .deactivated, .activated])
  }

  @Test func `a capsule whose record is damaged is found by its id, and can be removed`() throws {
    let fixture = try StoreFixture()
    let capsule = try fixture.install()
    let other = try fixture.install("other")
    for content in ["{", "{}"] {
      try fixture.install()
      let folder = try Descriptor.open(fixture.path(capsule, "."), .folder)
      try folder.remove("record.json")
      try folder.makeFile("record.json", Array(content.utf8), mode: 0o644)
      let inventory = try fixture.store.inventory()
      #expect(inventory.damaged == [capsule.id] && inventory.capsules.map(\.id) == [other.id])
      #expect(failure { try fixture.store.find(capsule.id.short) } == .damaged(capsule.id, path: "record.json"))
      #expect(try fixture.store.findID(capsule.id.short) == capsule.id)
      #expect(try fixture.store.remove(capsule.id, isForced: false, now: fixture.tick()) > 0)
    }
    #expect(try fixture.ids == [other.id])
  }
}

struct StoreCollectionTests {
  /// Five versions, each active once in this order, and one that never was.
  private func versions(_ fixture: StoreFixture) throws -> [InstalledCapsule] {
    var capsules: [InstalledCapsule] = []
    for number in 0..<6 {
      capsules.append(try fixture.install(version: "1.\(number).0", text: "\(number)"))
      if number < 5 { try fixture.store.activate(capsules[number], now: fixture.tick()) }
    }
    return capsules
  }

  @Test(arguments: [0, 1, 2, 4])
  func `the active capsule and as many before it are kept`(count: Int) throws {
    let fixture = try StoreFixture()
    let capsules = try versions(fixture)
    let garbage = try fixture.store.collect(previous: count, isDryRun: false)
    #expect(try fixture.ids == Set(capsules[(4 - count)...4].map(\.id)))
    #expect(Set(garbage.removed.map(\.id)) == Set((capsules[..<(4 - count)] + [capsules[5]]).map(\.id)))
    #expect(garbage.kept.first { $0.id == capsules[4].id }?.reason == .active(name: "hello"))
    #expect(try fixture.damage() == [])
  }

  @Test func `what is pinned or runs is kept`() throws {
    let fixture = try StoreFixture()
    let capsules = try versions(fixture)
    #expect(try fixture.store.pin(capsules[0].id))
    let use = try fixture.store.use(capsules[1].id)
    let garbage = try fixture.store.collect(previous: 0, isDryRun: false)
    use.release()
    #expect(try fixture.ids == Set([0, 1, 4].map { capsules[$0].id }))
    #expect(Set(garbage.kept.map(\.reason)) == [.pinned, .running, .active(name: "hello")])
    #expect(try fixture.store.unpin(capsules[0].id))
    #expect(try fixture.store.collect(previous: 0, isDryRun: false).removed.count == 2)
  }

  @Test func `a dry run names the same and frees as many bytes, and changes nothing`() throws {
    let fixture = try StoreFixture()
    let capsules = try versions(fixture)
    let before = try fixture.folder.snapshot()
    let planned = try fixture.store.collect(previous: 1, isDryRun: true)
    #expect(try fixture.folder.snapshot() == before)
    let done = try fixture.store.collect(previous: 1, isDryRun: false)
    #expect(planned.bytes == done.bytes && done.bytes > 0)
    #expect(planned.removed.map(\.id) == done.removed.map(\.id) && done.removed.count == 4)
    #expect(try fixture.ids == Set(capsules[3...4].map(\.id)))
  }

  @Test func `what somebody left who was killed is swept up`() throws {
    let fixture = try StoreFixture()
    let capsule = try fixture.install()
    try fixture.store.activate(capsule, now: fixture.tick())
    try fixture.folder.write("store/staging/1-0/tree/file", "half of it")
    try fixture.folder.write("store/objects/ab/\(String(repeating: "c", count: 62))", "of nobody")
    try fixture.folder.write("store/capsules/\(capsule.id)/record.json.new", "half of it")
    #expect(try fixture.store.collect(previous: 2, isDryRun: false).bytes == 9)
    #expect(try fixture.entries("staging") == [])
    #expect(try fixture.entries("capsules/\(capsule.id)").contains("record.json.new") == false)
    #expect(try fixture.damage() == [])
  }

  @Test func `a folder that somebody works in is not swept up`() throws {
    let fixture = try StoreFixture()
    let staged = try StagingFolder(in: fixture.store)
    try StagingFolder.sweep(fixture.store)
    #expect(try fixture.entries("staging") == [staged.name])
    try staged.discard()
    #expect(try fixture.entries("staging") == [])
  }
}

extension StoreFixture {
  fileprivate func install(version: String, text: String) throws -> InstalledCapsule {
    try install("hello", version, files: ["bin/run": text, "shared": "by all"])
  }
}
