import Glibc
import ManifestFormat
import Testing

@Suite struct OrderingMemoryTests {
  private static let pairs = [
    ("topic:llm.stream.*", "topic:llm.stream.anthropic"), ("topic:*.stream.anthropic", "topic:llm.*.*"),
    ("topic:a.name.longer.than.a.string.without.a.heap", "topic:a.name.longer.than.a.string.without.a.stack"),
    ("topic:a.b", "topic:a.b.c"), ("topic:foo", "tool:foo"), ("a:b:c", "a:b:c"), ("foo", ""),
  ].map { (CapabilityName(unchecked: $0), CapabilityName(unchecked: $1)) }

  private static func match(_ count: Int) -> Int {
    var matches = 0
    for number in 0..<count {
      let (one, other) = pairs[number % pairs.count]
      if one.matches(other) { matches += 1 }
    }
    return matches
  }

  /// How many of ten turns leave the heaps as they were. Other threads may disturb some of them, but what allocates
  /// leaves none.
  private static func quietTurns(_ body: @escaping () -> Void) -> CInt {
    var quiet: CInt = 0
    for _ in 0..<10 where !HeapAccount.changes(by: body) { quiet += 1 }
    return quiet
  }

  @Test func `a million matches allocate nothing`() async {
    await #expect(processExitsWith: .success) {
      let expected = Self.match(Self.pairs.count)
      let quiet = Self.quietTurns { precondition(Self.match(100_000) > expected) }
      exit(quiet > 0 ? 0 : 1)
    }
  }

  @Test func `the smallest array, gone at once, is noticed`() async {
    await #expect(processExitsWith: .success) {
      exit(Self.quietTurns { precondition(Self.pairs[0].0.segments.count == 3) })
    }
  }
}
