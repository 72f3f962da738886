import Planning
import Testing

@Suite struct SubordinateRangeTests {
  private func parse(_ text: String) -> [SubordinateRange] { SubordinateRange.parse(Array(text.utf8)) }

  @Test func `each line gives its owner a range`() {
    let ranges = parse("alice:100000:65536\n1500:200000:10\n")
    #expect(ranges.map(\.owner) == ["alice", "1500"])
    #expect(ranges.map(\.ids) == [100_000..<165_536, 200_000..<200_010])
    #expect(ranges[0].contains(100_000) && ranges[0].contains(165_535) && !ranges[0].contains(165_536))
  }

  @Test(arguments: [
    "", "\n\n", "alice", "alice:1", "alice:1:2:3", ":1:2", "alice:x:1", "alice:1:-1", "alice:+1:1", "alice: 1:1",
    "alice:1:0", "alice:4294967296:1", "alice:1:99999999999999999999", "# comment:", "\u{0}:\u{0}:\u{0}",
  ])
  func `what is no range gives nobody anything`(text: String) {
    #expect(parse(text).isEmpty)
    #expect(parse(text + "\nalice:1:2\n").count == 1, "and hides no other line")
  }

  @Test func `the largest range does not overflow`() {
    #expect(parse("alice:4294967295:4294967295").first?.contains(.max) == true)
  }
}
