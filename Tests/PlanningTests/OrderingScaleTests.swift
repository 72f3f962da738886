import Testing

@testable import Planning

/// Ten thousand capsules: nothing may overflow, and nothing compare each with each, or these tests would take minutes.
@Suite struct OrderingScaleTests {
  static let count = 10_000

  @Test func `a chain in reverse`() throws {
    let chain = try (0..<Self.count).map { try capsule("c\($0)", provides: ["t:\($0)"], requires: ["t:\($0 + 1)"]) }
    let order = try CapsuleOrder(chain)
    #expect(order.positions == Array((0..<Self.count).reversed()))
    #expect(order.warnings.count == 1)
  }

  @Test func `a hundred thousand edges`() throws {
    var numbers = SeededNumbers(seed: 7)
    let capsules = try (0..<Self.count).map { one in
      let required = one == 0 ? [] : (0..<10).map { _ in "t:\(Int.random(in: 0..<one, using: &numbers)).x" }
      return try capsule("c\(one)", provides: ["t:\(one).x"], requires: required)
    }
    let order = try CapsuleOrder(capsules.reversed())
    #expect(order.warnings.isEmpty && order.positions.count == Self.count)
  }

  @Test func `half require by a pattern what the other half provides`() throws {
    let capsules = try (0..<Self.count).map { one in
      one % 2 == 0 ? try capsule("c\(one)", requires: ["t:*"]) : try capsule("c\(one)", provides: ["t:\(one)"])
    }
    #expect(try CapsuleOrder(capsules).positions.prefix(2) == [1, 3])
  }

  @Test func `as many different patterns as capsules, with the wildcard in front`() throws {
    let capsules = try (0..<Self.count).map { one in
      try capsule("c\(one)", provides: ["t:a\(one).b\(one)"], requires: one == 0 ? [] : ["t:*.b\(one - 1)"])
    }
    #expect(try CapsuleOrder(capsules).positions == Array(0..<Self.count))
  }

  @Test func `thousands of relaxed cycles, each behind the one before`() throws {
    var capsules = [try capsule("c", provides: ["t:x"])]
    for pair in 0..<Self.count / 2 {
      let behind = pair == 0 ? [] : ["t:b\(pair - 1)"]
      capsules.append(try capsule("a\(pair)", provides: ["t:a\(pair)"], requires: ["t:x", "u:\(pair)"] + behind))
      capsules.append(try capsule("b\(pair)", provides: ["t:b\(pair)", "u:\(pair)"], requires: ["t:a\(pair)"]))
      capsules.append(try capsule("s\(pair)", provides: ["u:\(pair)"]))
    }
    let order = try CapsuleOrder(capsules)
    #expect(order.warnings.count == Self.count / 2)
  }

  @Test func `one circle through all, and all that provide and require the same`() throws {
    let circle = try (0..<Self.count).map {
      try capsule("c\($0)", provides: ["t:\($0)"], requires: ["t:\(($0 + 1) % Self.count)"])
    }
    #expect(throws: OrderError.self) { try CapsuleOrder(circle) }
    let bus = try (0..<Self.count).map { try capsule("c\($0)", provides: ["t:bus"], requires: ["t:bus"]) }
    #expect(throws: OrderError.self) { try CapsuleOrder(bus) }
    let order = try CapsuleOrder(bus + [capsule("first", provides: ["t:bus"])])
    #expect(order.positions.first == Self.count && order.isRelaxed)
  }
}
