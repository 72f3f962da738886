import ManifestFormat
import Testing

@testable import Planning

@Suite struct CapabilityNameTests {
  @Test(arguments: [
    ("topic:foo.bar", "topic:foo.bar"), ("topic:llm.stream.*", "topic:llm.stream.anthropic"),
    ("topic:llm.request.generate.anthropic", "topic:llm.request.generate.*"), ("foo", "foo"),
    ("topic:*.stream", "topic:llm.*"), ("topic:llm.*.anthropic", "topic:llm.stream.anthropic"), ("a:b:c", "a:b:c"),
    ("a:*", "a:b:c"), ("*", "foo"), ("topic:*", "topic:*"),
  ])
  func `names match when type and every segment do, a star being any one segment on either side`(
    one: String, other: String
  ) throws {
    #expect(try capability(one).matches(capability(other)))
    #expect(try capability(other).matches(capability(one)))
  }

  @Test(arguments: [
    ("topic:foo", "tool:foo"), ("topic:a.b", "topic:a.b.c"), ("topic:a", "topic:a.b"), ("foo", "bar"),
    ("topic:foo", "foo"), ("topic:llm.*.anthropic", "topic:llm.stream.openai"), ("topic:*", "topic:a.b"),
    ("topic:*", "tool:a"), ("topic:foo", "topic:Foo"), ("topic:foo", "topic:fo"), ("a:b:c", "a:b"), ("a", "a.b"),
  ])
  func `names of another type, segment or number of segments do not match`(one: String, other: String) throws {
    #expect(try !capability(one).matches(capability(other)))
    #expect(try !capability(other).matches(capability(one)))
  }

  @Test(arguments: [("a:b:c", "a", "b:c"), ("foo", "", "foo"), ("topic:a.b", "topic", "a.b"), ("x::", "x", ":")])
  func `a name is split at its first colon`(text: String, type: String, body: String) throws {
    let name = try capability(text)
    #expect(name.type == type)
    #expect(name.body == body)
  }

  @Test(arguments: [
    ("", "", true), ("topic:", "topic:", true), ("topic:", "tool:", false), ("", "foo", false),
    ("*:foo", "topic:foo", false), ("topic:", "topic:*", true),
  ])
  func `the matching itself takes empty parts as they are`(one: String, other: String, doMatch: Bool) {
    #expect(CapabilityName(unchecked: one).matches(CapabilityName(unchecked: other)) == doMatch)
    #expect(CapabilityName(unchecked: other).matches(CapabilityName(unchecked: one)) == doMatch)
  }

  @Test(arguments: [
    ("", CapabilityName.Problem.empty), ("topic:", .emptyBody), (":foo", .emptyType), (":", .emptyType),
    ("topic:a..b", .emptySegment), ("topic:.a", .emptySegment), ("a.", .emptySegment), ("*:foo", .wildcardInType),
    ("t*:foo", .wildcardInType), ("topic:fo*", .wildcardWithinSegment), ("topic:**", .wildcardWithinSegment),
    ("topic:a b", .badCharacter), ("topic:\n", .badCharacter), ("topic:\u{E9}", .badCharacter),
  ])
  func `a name that could not match as meant is refused`(text: String, problem: CapabilityName.Problem) {
    #expect(throws: problem) { try CapabilityName(text) }
    #expect(!problem.explanation.isEmpty && !problem.explanation.hasSuffix("."))
  }

  @Test(arguments: [("topic:*", true), ("*", true), ("a:b.*.c", true), ("a:b.c", false), ("a", false)])
  func `a name knows whether it has a wildcard`(text: String, hasWildcard: Bool) throws {
    #expect(try capability(text).hasWildcard == hasWildcard)
  }
}

@Suite struct EffectiveProvidesTests {
  private func sources(topics: [String] = [], tools: [String] = []) -> EffectiveProvides.Sources {
    var result = EffectiveProvides.Sources()
    result.publishedTopics = topics
    result.tools = tools
    return result
  }

  @Test func `published topics are provided, in their order`() throws {
    let provides = try EffectiveProvides(declared: [], sources: sources(topics: ["foo.bar", "baz"]))
    #expect(provides.names.map(\.text) == ["topic:foo.bar", "topic:baz"])
    #expect(provides.isDerived)
  }

  @Test func `what is declared replaces all that would follow`() throws {
    let sources = sources(topics: ["should.be.ignored", "a.*"], tools: ["ignored"])
    let provides = try EffectiveProvides(declared: [try capability("custom:cap")], sources: sources)
    #expect(provides.names.map(\.text) == ["custom:cap"])
    #expect(!provides.isDerived)
    #expect(provides.derivedPatterns.isEmpty)
  }

  @Test func `tools, models and uplinks are provided under types of their own`() throws {
    var sources = sources(topics: ["t"], tools: ["run_shell"])
    sources.llmProviders = ["claude"]
    sources.uplinks = ["chat"]
    let provides = try EffectiveProvides(declared: [], sources: sources)
    #expect(provides.names.map(\.text) == ["topic:t", "tool:run_shell", "llm:claude", "uplink:chat"])
  }

  @Test func `nothing declared and nothing published provides nothing`() throws {
    #expect(try EffectiveProvides(declared: [], sources: sources()).names.isEmpty)
  }

  @Test func `a published pattern is told, and does not satisfy a longer name`() throws {
    let provides = try EffectiveProvides(declared: [], sources: sources(topics: ["llm.*", "b"]))
    #expect(provides.derivedPatterns.map(\.text) == ["topic:llm.*"])
    #expect(try !provides.names[0].matches(capability("topic:llm.stream.anthropic")))
  }

  @Test func `a published name that is none is refused`() {
    #expect(throws: CapabilityName.Problem.emptyBody) {
      try EffectiveProvides(declared: [], sources: sources(topics: [""]))
    }
  }
}
