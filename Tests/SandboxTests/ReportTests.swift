import Linux
import Testing

@testable import Sandbox

@Suite struct ReportTests {
  @Test(arguments: [
    Report.ended(.exited(code: 37)), .ended(.killed(signal: 9)), .ready, .joined(12), .terminal,
    .stopped(.terminalStop),
    .failed(
      SetUpFailure(
        stage: .sources, step: "show \"/a b\" read-only",
        error: SysError(.open_tree, "/a b", .noSuchFile))),
    .failed(SetUpFailure(stage: .step, step: "", error: SysError(.mount, "", Errno(rawValue: 255)))),
    .failed(
      SetUpFailure(
        stage: .execution, step: "execute the program", error: SysError(.execve, "/a", .noSuchFile),
        obstacle: ExecutionObstacle(.danglingLink, of: .interpreter, "/b\n", namedBy: "/c", detail: ""))),
  ])
  func `a report arrives as it was sent`(report: Report) {
    #expect(Report(message: report.message) == report)
  }

  @Test func `a report that would be too long arrives without what was in the way`() throws {
    let long = String(repeating: "x", count: 4090)
    let error = SysError(.execve, "/" + long, .noSuchFile)
    let obstacle = ExecutionObstacle(.missing, of: .interpreter, long, namedBy: "/" + long)
    let report = Report.failed(SetUpFailure(stage: .execution, step: "", error: error, obstacle: obstacle))
    #expect(
      Report(message: report.message) == .failed(SetUpFailure(stage: .execution, step: "", error: error)))
  }

  @Test(arguments: [
    "", "\u{06}", "\u{06}123", "\u{06}12345", "\u{09}1234", "\u{00}1234", "\u{08}", "\u{08}step\0x\0nocall\0001\0",
    "\u{08}execution\0x\0execve\0002\0x\0bad\0loader\0\0\0",
  ])
  func `a message that is no report is none`(text: String) {
    #expect(Report(message: Array(text.utf8)) == nil)
  }

  @Test func `a message of the right length and kind is a report`() {
    #expect(Report(message: [6, 37, 0, 0, 0]) == .ended(.exited(code: 37)))
  }
}
