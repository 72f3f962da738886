import Testing

@testable import CapsuleFormat
@testable import Linux

struct StoreNamesTests {
  private func two(_ fixture: StoreFixture) throws -> [InstalledCapsule] {
    try ["1.0.0", "1.1.0"].map { try fixture.install("hello", $0, files: ["bin/run": $0]) }
  }

  @Test func `a name goes to a capsule, to the next and back, and the journal says so`() throws {
    let fixture = try StoreFixture()
    let capsules = try two(fixture)
    #expect(failure { try fixture.store.rollBack("hello", now: 1) } == .nothingToRollBackTo(name: "hello"))
    for capsule in capsules { try fixture.store.activate(capsule, now: fixture.tick()) }
    #expect(try fixture.store.current(of: "hello") == capsules[1].id)
    try fixture.store.rollBack("hello", now: fixture.tick())
    #expect(try fixture.store.current(of: "hello") == capsules[0].id)
    let history = try fixture.store.history(of: "hello")
    #expect(history.map(\.action) == [.activated, .activated, .rolledBack])
    #expect(history.map(\.id) == [capsules[0].id, capsules[1].id, capsules[0].id])
    #expect(history.map(\.from) == [nil, capsules[0].id, capsules[1].id])
    #expect(history.map(\.time) == Array((fixture.now - 2)...fixture.now))
    #expect(history.allSatisfy { $0.user == CurrentProcess.user })
  }

  @Test func `to activate what is active changes nothing`() throws {
    let fixture = try StoreFixture()
    let capsule = try fixture.install()
    for _ in 0..<2 { try fixture.store.activate(capsule, now: fixture.tick()) }
    #expect(try fixture.store.history(of: "hello").count == 1)
  }

  @Test func `what somebody did who was killed before it was written down is written by the next`() throws {
    let fixture = try StoreFixture()
    let capsules = try two(fixture)
    try fixture.store.activate(capsules[0], now: fixture.tick())
    try Shell.run("ln -sfn ../../capsules/\(capsules[1].id) \(fixture.root)/names/hello/current")
    try fixture.store.activate(capsules[0], now: fixture.tick())
    let history = try fixture.store.history(of: "hello")
    #expect(history.map(\.action) == [.activated, .found, .activated])
    #expect(history.last?.from == capsules[1].id)
    try Shell.run("rm \(fixture.root)/names/hello/current")
    try fixture.store.activate(capsules[1], now: fixture.tick())
    #expect(try fixture.store.history(of: "hello").suffix(2).map(\.action) == [.deactivated, .activated])
  }

  @Test func `a line of the journal that was not finished spoils no other`() throws {
    let fixture = try StoreFixture()
    let capsules = try two(fixture)
    try fixture.store.activate(capsules[0], now: fixture.tick())
    try Shell.run("printf '{\"time\":\"20' >> \(fixture.root)/names/hello/journal")
    try fixture.store.activate(capsules[1], now: fixture.tick())
    #expect(try fixture.store.history(of: "hello").map(\.id) == capsules.map(\.id))
  }

  @Test func `a word is a name, an id, or at least four digits with which one id begins`() throws {
    let fixture = try StoreFixture()
    let capsules = try two(fixture)
    let other = try fixture.install("other")
    #expect(try fixture.store.find("other").id == other.id)
    for length in [4, 5, 12, 64] {
      #expect(try fixture.store.find(String(other.id.description.prefix(length))).id == other.id)
    }
    for word in [String(other.id.description.prefix(3)), other.id.description + "0", "othe", "", "../other"] {
      #expect(failure { try fixture.store.find(word) } == .notInstalled(word: word, known: ["hello", "other"]))
    }
    let ambiguous = failure { try fixture.store.find("hello") }
    #expect(ambiguous == .ambiguous(word: "hello", among: capsules))
    try fixture.store.activate(capsules[1], now: fixture.tick())
    #expect(try fixture.store.find("hello").id == capsules[1].id)
  }

  /// Ids are digests: as many capsules are made as it takes for two to begin alike.
  @Test func `a beginning that two ids have names both`() throws {
    let fixture = try StoreFixture()
    var seen: [String: InstalledCapsule] = [:]
    for number in 0..<3000 {
      let listing = Listing([
        .init(try CapsulePath("\(number)"), .folder)
      ])
      let capsule = InstalledCapsule(
        id: listing.id, name: "n\(number)", version: nil, files: 0, size: 0, installedAt: 0, installedBy: 0, signer: nil
      )
      let start = String(capsule.id.description.prefix(4))
      guard let other = seen.updateValue(capsule, forKey: start) else { continue }
      for capsule in [other, capsule] {
        try fixture.folder.write(
          "store/capsules/\(capsule.id)/record.json", capsule.json.text(isIndented: false))
      }
      #expect(failure { try fixture.store.find(start) } == .ambiguous(word: start, among: [other, capsule]))
      #expect(try fixture.store.find(capsule.id.description).id == capsule.id)
      return
    }
    Issue.record("no two of 3000 ids begin with the same four digits")
  }
}
