import ManifestFormat
import Testing

@testable import Planning

@Suite struct CapsuleOrderTests {
  private func names(_ capsules: [CapsuleDependencies]) throws -> [String] { try CapsuleOrder(capsules).names }

  @Test func `no capsules are ordered to none`() throws {
    let order = try CapsuleOrder([])
    #expect(order.positions.isEmpty && order.warnings.isEmpty && !order.isRelaxed)
  }

  @Test func `a single capsule stays, and its unmet requirement is told all the same`() throws {
    #expect(try CapsuleOrder([capsule("a")]).warnings.isEmpty)
    let order = try CapsuleOrder([capsule("a", requires: ["topic:x"])])
    #expect(order.names == ["a"])
    #expect(order.warnings == [.unprovided(try capability("topic:x"), by: "a")])
  }

  @Test func `capsules without dependencies keep the order of the input`() throws {
    #expect(try names([capsule("x"), capsule("y"), capsule("z")]) == ["x", "y", "z"])
    #expect(try names([capsule("z"), capsule("y"), capsule("x")]) == ["z", "y", "x"])
  }

  @Test(arguments: [
    ("topic:ready", "topic:ready"), ("topic:llm.stream.anthropic", "topic:llm.stream.*"),
    ("topic:llm.request.*", "topic:llm.request.anthropic"), ("topic:*.stream", "topic:llm.*"), ("plain", "plain"),
  ])
  func `a provider goes before what requires it, though listed after`(provided: String, required: String) throws {
    #expect(try names([capsule("b", requires: [required]), capsule("a", provides: [provided])]) == ["a", "b"])
  }

  @Test func `all the providers go before the consumer, not only the first`() throws {
    let input = [
      try capsule("c", requires: ["topic:x"]), try capsule("a", provides: ["topic:x"]),
      try capsule("b", provides: ["topic:x"]),
    ]
    let order = try CapsuleOrder(input)
    #expect(order.names == ["a", "b", "c"])
    #expect(order.warnings.isEmpty)
  }

  @Test func `one provider of two is enough`() throws {
    let input = [try capsule("c", requires: ["topic:x"]), try capsule("a", provides: ["topic:x"])]
    #expect(try CapsuleOrder(input).warnings.isEmpty)
  }

  @Test func `a star waits for every provider with one segment, and for no other`() throws {
    let input = [
      try capsule("c", requires: ["topic:*"]), try capsule("deep", provides: ["topic:a.b"], requires: ["topic:z"]),
      try capsule("z", provides: ["topic:z"], requires: ["topic:y"]), try capsule("y", provides: ["topic:y"]),
    ]
    #expect(try names(input) == ["y", "z", "c", "deep"], "c stands before deep, as the input has it")
  }

  @Test func `a diamond is ordered from its top`() throws {
    let input = [
      try capsule("d", provides: ["topic:d"], requires: ["topic:b", "topic:c"]),
      try capsule("b", provides: ["topic:b"], requires: ["topic:a"]),
      try capsule("c", provides: ["topic:c"], requires: ["topic:a"]), try capsule("a", provides: ["topic:a"]),
    ]
    #expect(try names(input) == ["a", "b", "c", "d"])
  }

  @Test func `those that wait for nobody come first, the others as they become free`() throws {
    let input = [
      try capsule("late", requires: ["topic:x"]), try capsule("one"),
      try capsule("x", provides: ["topic:x", "topic:y"]),
      try capsule("later", requires: ["topic:y"]), try capsule("two"),
    ]
    #expect(try names(input) == ["one", "x", "two", "late", "later"])
  }

  @Test func `capsules freed at once stand as in the input, whatever freed them`() throws {
    let input = [
      try capsule("p", provides: ["b:1", "a:1"]), try capsule("first", requires: ["a:1"]),
      try capsule("second", requires: ["b:1"]), try capsule("third", requires: ["a:1"]),
    ]
    #expect(try names(input) == ["p", "first", "second", "third"])
  }

  @Test func `names of capsules play no part, even when two have the same`() throws {
    let input = [
      try capsule("same", requires: ["topic:x"]), try capsule("same", provides: ["topic:x"]), try capsule("topic:x"),
    ]
    #expect(try CapsuleOrder(input).positions == [1, 2, 0])
  }

  @Test func `what belongs to a capsule travels with it`() throws {
    let input = [try capsule("b", requires: ["topic:x"]), try capsule("a", provides: ["topic:x"])]
    #expect(try CapsuleOrder(input).arranged(["/srv/b", "/srv/a"]) == ["/srv/a", "/srv/b"])
  }

  @Test func `a capsule behind derived and declared providers goes last`() throws {
    var sources = EffectiveProvides.Sources()
    sources.publishedTopics = ["identity.ready"]
    let derived = try EffectiveProvides(declared: [], sources: sources)
    let input = [
      try capsule("react", requires: ["topic:identity.ready", "topic:session.*"]),
      try capsule("session", provides: ["topic:session.store"]),
      CapsuleDependencies(name: "identity", provides: derived.names),
    ]
    let order = try CapsuleOrder(input)
    #expect(order.names == ["session", "identity", "react"])
    #expect(order.warnings.isEmpty)
  }
}

@Suite struct UnmetRequirementTests {
  @Test func `an unmet requirement is a warning, once, and the capsule is still started`() throws {
    let input = [try capsule("a", requires: ["topic:gone", "topic:gone"]), try capsule("b")]
    let order = try CapsuleOrder(input)
    #expect(order.names == ["a", "b"])
    #expect(order.warnings == [.unprovided(try capability("topic:gone"), by: "a")])
    #expect(order.warnings[0].logMessage == "Required capability not provided by any loaded capsule")
    #expect(
      order.warnings[0].message == "\"topic:gone\", which \"a\" requires, is not provided by any loaded capsule")
  }

  @Test func `what only the capsule itself provides has a warning of its own, and is no cycle`() throws {
    let input = [try capsule("a", provides: ["topic:x"], requires: ["topic:*"])]
    let warning = OrderWarning.providedOnlyByItself(try capability("topic:*"), by: "a")
    #expect(try CapsuleOrder(input).warnings == [warning])
    #expect(
      warning.message == "\"topic:*\", which \"a\" requires, is provided by no other loaded capsule than itself")
    #expect(warning.logMessage != OrderWarning.unprovided(try capability("topic:*"), by: "a").logMessage)
  }

  @Test func `a capsule that provides what it requires waits for the other providers only`() throws {
    let input = [
      try capsule("a", provides: ["topic:x"], requires: ["topic:x"]), try capsule("b", provides: ["topic:x"]),
      try capsule("c", requires: ["topic:x"]),
    ]
    let order = try CapsuleOrder(input)
    #expect(order.names == ["b", "a", "c"])
    #expect(order.warnings.isEmpty)
  }

  @Test func `a strict caller gets every unmet requirement as one error`() throws {
    let input = [
      try capsule("a", requires: ["t:1"]), try capsule("b", provides: ["t:2"], requires: ["t:2"]),
      try capsule("c", requires: ["t:2"]),
    ]
    let expected: [OrderWarning] = [
      .unprovided(try capability("t:1"), by: "a"), .providedOnlyByItself(try capability("t:2"), by: "b"),
    ]
    #expect(throws: OrderError.unmet(expected)) { try CapsuleOrder(input, unmetRequirements: .refuse) }
    #expect(try CapsuleOrder(input).warnings == expected, "else they are warnings")
    let met = [input[2], try capsule("p", provides: ["t:2"])]
    #expect(try CapsuleOrder(met, unmetRequirements: .refuse).names == ["p", "c"])
  }
}

@Suite struct DependencyGraphTests {
  @Test func `two requirements met by one provider, and one said twice, count as they should`() throws {
    let input = [
      try capsule("c", requires: ["t:a", "t:b", "t:*", "t:a"]),
      try capsule("p", provides: ["t:a", "t:b", "t:a", "t:*"]),
    ]
    let graph = DependencyGraph(input)
    #expect(graph.needs.map(\.name.text) == ["t:a", "t:b", "t:*"])
    #expect(graph.needs.allSatisfy { $0.providers == [1] && $0.consumers == [0] })
    #expect(graph.required == [[0, 1, 2], []])
    #expect(graph.provided == [[], [0, 1, 2]])
    #expect(try CapsuleOrder(input).names == ["p", "c"])
  }
}

@Suite struct StronglyConnectedTests {
  @Test func `nodes on one circle are one component, and a component comes after those that it leads to`() {
    let component = StronglyConnected.components(of: [[1], [2, 3], [0], [4], [], [4, 5]])
    #expect(component[0] == component[1] && component[1] == component[2])
    #expect(Set(component).count == 4)
    #expect(component[4] < component[3] && component[3] < component[0] && component[4] < component[5])
  }

  @Test func `a long chain and a long circle do not overflow the stack`() {
    let count = 200_000
    let chain = (0..<count).map { $0 + 1 < count ? [$0 + 1] : [] }
    #expect(Set(StronglyConnected.components(of: chain)).count == count)
    let circle = (0..<count).map { [($0 + 1) % count] }
    #expect(Set(StronglyConnected.components(of: circle)).count == 1)
  }
}
