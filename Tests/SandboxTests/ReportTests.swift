import Linux
import Testing

@testable import Sandbox

@Suite struct ReportTests {
  @Test(arguments: [
    Report.ended(.exited(code: 37)), .ended(.killed(signal: 9)),
    .failed(
      SetUpFailure(
        stage: .sources, step: "show \"/a b\" read-only",
        error: SysError(.open_tree, "/a b", .noSuchFile))),
    .failed(SetUpFailure(stage: .step, step: "", error: SysError(.mount, "", Errno(rawValue: 255)))),
  ])
  func `a report arrives as it was sent`(report: Report) {
    #expect(Report(message: report.message) == report)
  }

  @Test(arguments: ["", "exited", "exited\0x", "failed\0step\0x\0nocall\0001\0", "hello\0world", "exited\0001\0002"])
  func `a message that is no report is none`(text: String) {
    #expect(Report(message: Array(text.utf8)) == nil)
  }
}
