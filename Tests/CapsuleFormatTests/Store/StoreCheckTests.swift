import Testing

@testable import CapsuleFormat
@testable import Linux

struct StoreCheckTests {
  private static let files = ["bin/run": "#!/bin/sh\n", "data/one": "one", "data/two": "two"]

  @Test func `what was installed is without damage`() throws {
    let fixture = try StoreFixture()
    let capsule = try fixture.install(files: Self.files)
    try fixture.store.activate(capsule, now: fixture.tick())
    #expect(try fixture.store.pin(capsule.id))
    #expect(try fixture.damage() == [])
    #expect(try fixture.damage(of: capsule) == [])
  }

  /// A change by a command in the capsule's folder, where it shows, and how.
  static let changes: [(command: String, path: String, problem: StoreDamage.Problem)] = [
    ("chmod u+w tree/data/one; printf eno > tree/data/one; chmod 444 tree/data/one", "tree/data/one", .wrongContent),
    (
      "chmod u+w tree/data/one; echo more >> tree/data/one; chmod 444 tree/data/one", "tree/data/one",
      .wrongSize(found: 8, expected: 3)
    ),
    ("chmod 644 tree/data/one", "tree/data/one", .wrongMode(found: 0o644, expected: 0o444)),
    ("chmod 4555 tree/bin/run", "tree/bin/run", .wrongMode(found: 0o4555, expected: 0o555)),
    ("chmod 777 tree/data", "tree/data", .wrongMode(found: 0o777, expected: 0o755)),
    ("rm tree/data/one", "tree/data/one", .missing), ("rm -r tree/data", "tree/data", .missing),
    ("echo new > tree/data/three", "tree/data/three", .additional),
    ("mkdir -p tree/more/and/more", "tree/more", .additional),
    ("rm tree/data/one; ln -s two tree/data/one", "tree/data/one", .wrongKind),
    ("rm tree/data/one; mkfifo tree/data/one", "tree/data/one", .wrongKind),
    ("rm tree/data/one; mkdir tree/data/one", "tree/data/one", .wrongKind),
    ("rm tree/link; ln -s /etc tree/link", "tree/link", .wrongTarget("/etc")),
    ("rm tree/link; cp -p tree/bin/run tree/link", "tree/link", .wrongKind),
    ("rm -r tree/data; touch tree/data", "tree/data", .wrongKind), ("rm -r tree", "tree", .missing),
    ("sed -i s/data/atad/ listing", "listing", .wrongListing), ("rm listing", "listing", .missing),
    ("rm metadata.json; echo '{}' > metadata.json", "metadata.json", .wrongMetadata),
    ("rm metadata.json", "metadata.json", .missing), ("rm record.json", "record.json", .missing),
    ("echo '{}' > record.json", "record.json", .wrongRecord),
    ("sed -i 's/\"hello\"/\"other\"/' record.json", "record.json", .wrongRecord),
    ("sed -i 's/\"files\": 4/\"files\": 5/' record.json", "record.json", .wrongRecord),
    ("echo new > other", "other", .additional),
  ]

  @Test(arguments: changes)
  func `each change of a capsule is found`(command: String, path: String, problem: StoreDamage.Problem) throws {
    let fixture = try StoreFixture()
    let capsule = try fixture.install(files: Self.files)
    try fixture.install("untouched", files: ["bin/run": "else"])
    try Shell.run("cd \(fixture.path(capsule, ".")) && { \(command); } 2>&1")
    let expected = StoreDamage(path: "capsules/\(capsule.id)/\(path)", id: capsule.id, problem: problem)
    #expect(try fixture.damage(of: capsule) == [expected])
    #expect(try fixture.damage().contains(expected))
  }

  @Test func `all damage is told, and not the first alone`() throws {
    let fixture = try StoreFixture()
    let capsule = try fixture.install(files: Self.files)
    try Shell.run("cd \(fixture.path(capsule, "tree")) && rm data/one && chmod 700 data/two bin && touch new")
    #expect(try fixture.damage(of: capsule).count == 4)
  }

  @Test func `what belongs to no capsule is found`() throws {
    let fixture = try StoreFixture()
    let capsule = try fixture.install(files: Self.files)
    try fixture.store.activate(capsule, now: fixture.tick())
    try Shell.run(
      """
      cd \(fixture.root) && touch capsules/what objects/ab && mkdir objects/cd && touch objects/cd/ef &&
      ln -sfn ../../capsules/\(String(repeating: "a", count: 64)) names/hello/current
      """)
    let paths = try fixture.damage().map(\.path)
    #expect(paths == ["capsules/what", "objects/cd/ef", "names/hello/current"])
  }

  @Test func `a damaged capsule is whole when it was removed and installed again`() throws {
    let fixture = try StoreFixture()
    let capsule = try fixture.install(files: Self.files)
    // This one keeps the damaged content from going away with the other.
    try fixture.install("sharing", files: ["bin/run": "else", "one": "one"])
    let file = fixture.path(capsule, "tree/data/one")
    try Shell.run("chmod u+w \(file); printf eno > \(file); chmod 444 \(file)")
    #expect(try fixture.damage(of: capsule).map(\.problem) == [.wrongContent])
    #expect(try fixture.store.remove(capsule.id, isForced: false, now: fixture.tick()) > 0)
    try fixture.install(files: Self.files)
    #expect(try fixture.damage(of: capsule) == [])
    #expect(try fixture.damage().map(\.problem) == [.wrongContent])
  }

  @Test func `a capsule cannot be installed under the id of another`() throws {
    let fixture = try StoreFixture()
    let file = try fixture.build("hello", "1.0.0", files: Self.files)
    let right = try fixture.install("hello", "1.0.0", files: Self.files)
    var request = InstallRequest(file: file, now: fixture.tick())
    request.signedID = CapsuleID(String(repeating: "a", count: 64))
    let wrong = try #require(request.signedID)
    let error = failure { try fixture.store.install(try fixture.copy(file), request).capsule }
    #expect(error == .signedForAnother(signed: wrong, found: right.id, file: file))
    request.signedID = right.id
    #expect(try fixture.store.install(try fixture.copy(file), request).wasThere)
  }

  @Test func `a stored file can be written by nobody, and shares its content`() throws {
    let fixture = try StoreFixture()
    let one = try fixture.install("one", files: ["bin/run": "same", "data": "same"])
    let two = try fixture.install("two", files: ["bin/run": "same", "data": "same"])
    for (path, mode) in [("bin/run", UInt32(0o555)), ("data", 0o444)] {
      let status = try [one, two].map {
        try Descriptor.open(fixture.path($0, "tree/\(path)"), .place).status(of: path)
      }
      #expect(status.allSatisfy { $0.mode == mode && $0.linkCount == 3 })
      #expect(status[0].identity == status[1].identity)
    }
  }
}
