import Testing

@testable import Planning

@Suite struct DependencyCycleTests {
  private func error(_ capsules: [CapsuleDependencies]) throws -> OrderError {
    let error = #expect(throws: OrderError.self) { try CapsuleOrder(capsules) }
    return try #require(error)
  }

  private func deadlock(_ capsules: [CapsuleDependencies]) throws -> DependencyDeadlock {
    guard case .cycle(let deadlock, _) = try error(capsules) else { throw UnexpectedError() }
    return deadlock
  }

  private struct UnexpectedError: Error {}

  /// Each requires what the next provides, the last what the first does.
  private func circle(_ names: [String]) throws -> [CapsuleDependencies] {
    try names.indices.map { index in
      let next = names[(index + 1) % names.count]
      return try capsule(names[index], provides: ["t:" + names[index]], requires: ["t:" + next])
    }
  }

  @Test func `two capsules that wait for each other are an error that names them, and the input is untouched`() throws {
    let input = try circle(["a", "b"])
    let error = try error(input)
    #expect(error.message == "dependency cycle detected (involved nodes): a, b; a -> b -> a")
    #expect(input.map(\.name) == ["a", "b"], "for a caller who goes on with the order of the input")
  }

  @Test func `a circle of three has three members, and each step of its path says what is required`() throws {
    let deadlock = try deadlock(circle(["a", "b", "c"]))
    #expect(deadlock.involved == ["a", "b", "c"])
    #expect(deadlock.blocked.isEmpty)
    #expect(deadlock.cycles.map(\.members) == [["a", "b", "c"]])
    #expect(deadlock.cycles[0].path.map(\.capsule) == ["a", "b", "c"])
    #expect(deadlock.cycles[0].path.map(\.requirement.text) == ["t:b", "t:c", "t:a"])
  }

  @Test func `those merely behind a cycle are told apart from its members, and those in front are not named`() throws {
    let input =
      [try capsule("behind", provides: ["t:behind"], requires: ["t:a"]), try capsule("front", provides: ["t:front"])]
      + (try circle(["a", "b"])) + [try capsule("further", requires: ["t:behind", "t:front"])]
    let error = try error(input)
    guard case .cycle(let deadlock, _) = error else { throw UnexpectedError() }
    #expect(deadlock.involved == ["a", "b"])
    #expect(deadlock.blocked == ["behind", "further"])
    #expect(
      error.message
        == "dependency cycle detected (involved nodes): a, b; a -> b -> a; blocked behind: behind, further")
  }

  @Test func `several cycles are each told, and one between two of them is only blocked`() throws {
    let input =
      try circle(["a", "b"]) + [try capsule("between", provides: ["t:between"], requires: ["t:a"])]
      + [
        try capsule("x", provides: ["t:x"], requires: ["t:y", "t:between"]),
        try capsule("y", provides: ["t:y"], requires: ["t:z"]), try capsule("z", provides: ["t:z"], requires: ["t:x"]),
      ]
    let deadlock = try deadlock(input)
    #expect(deadlock.cycles.map(\.members) == [["a", "b"], ["x", "y", "z"]])
    #expect(deadlock.cycles.map(\.pathText) == ["a -> b -> a", "x -> y -> z -> x"])
    #expect(deadlock.involved == ["a", "b", "x", "y", "z"])
    #expect(deadlock.blocked == ["between"])
  }

  @Test func `the path is the shortest from the first member`() throws {
    let input = [
      try capsule("a", provides: ["t:a"], requires: ["t:b", "t:d"]),
      try capsule("b", provides: ["t:b"], requires: ["t:c"]),
      try capsule("c", provides: ["t:c"], requires: ["t:a"]), try capsule("d", provides: ["t:d"], requires: ["t:a"]),
    ]
    let deadlock = try deadlock(input)
    #expect(deadlock.cycles.map(\.members) == [["a", "b", "c", "d"]])
    #expect(deadlock.cycles.map(\.pathText) == ["a -> d -> a"])
  }

  @Test func `capsules that provide and require the same thing wait for each other`() throws {
    let input = try ["a", "b", "c"].map { try capsule($0, provides: ["t:x"], requires: ["t:x"]) }
    let deadlock = try deadlock(input)
    #expect(deadlock.involved == ["a", "b", "c"])
    #expect(deadlock.cycles.map(\.pathText) == ["a -> b -> a"])
  }

  @Test func `warnings come with the error, and the error before the strictness about them`() throws {
    let input = try circle(["a", "b"]) + [try capsule("c", requires: ["t:gone"])]
    guard case .cycle(let deadlock, let warnings) = try error(input) else { throw UnexpectedError() }
    #expect(warnings == [.unprovided(try capability("t:gone"), by: "c")])
    #expect(throws: OrderError.cycle(deadlock, warnings: warnings)) {
      try CapsuleOrder(input, unmetRequirements: .refuse)
    }
  }
}

@Suite struct RelaxedOrderTests {
  /// `a` and `b` wait for each other, but `c` provides what `a` requires, too.
  private func input() throws -> [CapsuleDependencies] {
    [
      try capsule("a", provides: ["t:a"], requires: ["t:x"]),
      try capsule("b", provides: ["t:b", "t:x"], requires: ["t:a"]), try capsule("c", provides: ["t:x"]),
    ]
  }

  @Test func `a cycle that a surplus provider closes is opened there, and told`() throws {
    let order = try CapsuleOrder(input())
    #expect(order.names == ["c", "a", "b"])
    #expect(order.isRelaxed)
    let need = RelaxedNeed(keptProvider: "c", early: ["a"], surplusProviders: ["b"])
    #expect(order.warnings == [.relaxed(try capability("t:x"), need)])
    #expect(order.warnings[0].message == "order relaxed for \"t:x\": a after c, without waiting for b")
  }

  @Test func `without the other provider the same cycle is an error`() throws {
    let input = try input().dropLast()
    #expect(throws: OrderError.self) { try CapsuleOrder(Array(input)) }
  }

  @Test func `one behind a relaxed cycle still waits for all of its providers`() throws {
    let order = try CapsuleOrder([try capsule("d", requires: ["t:x", "t:*"])] + input())
    #expect(order.names == ["c", "a", "b", "d"])
    #expect(order.warnings.count == 1)
  }

  @Test func `one on a cycle still waits for all that is in front of it`() throws {
    let front = [
      try capsule("f", requires: ["t:g"]), try capsule("g", provides: ["t:g", "t:front"], requires: ["t:h"]),
      try capsule("h", provides: ["t:h", "t:front"]),
    ]
    let cycle = [
      try capsule("a", provides: ["t:a"], requires: ["t:x", "t:front"]),
      try capsule("b", provides: ["t:x"], requires: ["t:a"]), try capsule("c", provides: ["t:x"]),
    ]
    let order = try CapsuleOrder(cycle + front)
    #expect(order.names == ["c", "h", "g", "f", "a", "b"])
  }

  @Test func `an order with surplus providers and no cycle is not relaxed`() throws {
    let input = [
      try capsule("a", requires: ["t:x"]), try capsule("b", provides: ["t:x"]), try capsule("c", provides: ["t:x"]),
    ]
    #expect(try !CapsuleOrder(input).isRelaxed)
  }

  @Test func `a capsule is no cycle's member for an edge that could be relaxed`() throws {
    let input = [
      try capsule("a", provides: ["t:a"], requires: ["t:b", "t:x"]),
      try capsule("b", provides: ["t:b"], requires: ["t:a"]),
      try capsule("d", provides: ["t:x"], requires: ["t:a"]), try capsule("c", provides: ["t:x"]),
    ]
    let expected = #expect(throws: OrderError.self) { try CapsuleOrder(input) }
    guard case .cycle(let deadlock, _) = expected else { return #expect(Bool(false), "no cycle") }
    #expect(deadlock.involved == ["a", "b"])
    #expect(deadlock.blocked == ["d"])
  }
}
