import Testing

@testable import CapsuleFormat

struct LinkMapTests {
  private static func link(_ path: String, _ target: String) throws -> Listing.Entry {
    Listing.Entry(try CapsulePath(path), .link(target: target))
  }

  /// A chain of long links, and many short ones to its start: a listing has room for a quarter of a million.
  @Test func `the target of each link is walked once, however many links pass it`() throws {
    let detour = String(repeating: "d/../", count: 100)
    var entries = try (0..<39).map { try Self.link("l\($0)", detour + ($0 == 38 ? "d" : "l\($0 + 1)")) }
    entries += try (0..<1000).map { try Self.link("x\($0)", "l1") }
    var map = LinkMap(entries)
    for entry in entries {
      guard case .link(let target) = entry.content else { continue }
      try map.check(entry.path, target: target)
    }
    #expect(map.steps == 39 * 201 + 1000)
  }

  /// The kernel follows 40 links of one path, of which the first is the one that is looked at.
  @Test(arguments: [(39, true), (40, true), (41, false), (10_000, false)])
  func `as many links are followed as the kernel follows`(count: Int, isRight: Bool) throws {
    let entries = try (0..<count).map { try Self.link("l\($0)", $0 == count - 1 ? "end" : "l\($0 + 1)") }
    var map = LinkMap(entries)
    let path = try CapsulePath("l0")
    if isRight {
      try map.check(path, target: "l1")
    } else {
      #expect(throws: ListingProblem.linkLoop(target: "l1")) { try map.check(path, target: "l1") }
    }
  }

  @Test func `what many links lead to is counted for each of them`() throws {
    // Twice the same link of 20 more: 42 are followed.
    let chain = try (0..<20).map { try Self.link("l\($0)", $0 == 19 ? "." : "l\($0 + 1)") }
    var map = LinkMap(chain + [try Self.link("once", "l0/end"), try Self.link("twice", "l0/l0/end")])
    try map.check(try CapsulePath("once"), target: "l0/end")
    #expect(throws: ListingProblem.linkLoop(target: "l0/l0/end")) {
      try map.check(try CapsulePath("twice"), target: "l0/l0/end")
    }
  }
}
