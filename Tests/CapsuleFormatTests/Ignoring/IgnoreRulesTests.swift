import Testing

@testable import CapsuleFormat

struct IgnoreRulesTests {
  @Test(arguments: IgnoreExample.all)
  func `a documented case is decided by the line that it says`(example: IgnoreExample) {
    let answer = example.tree.answer(example.subject)
    #expect((answer.isSilent ? nil : "\(answer.file):\(answer.line)") == example.decidedBy)
  }
}
