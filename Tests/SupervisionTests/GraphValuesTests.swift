import Supervision
import Testing

@Suite struct GraphValuesTests {
  @Test func `A start again is another instance`() {
    #expect(Instance(process: 0, generation: 1) != Instance(process: 0, generation: 2))
    #expect(Instance(process: 0, generation: 1) == Instance(process: 0, generation: 1))
  }
}
