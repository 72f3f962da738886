import Testing

@testable import Linux
@testable import Sandbox

/// The memory of refusals.
@Suite struct DenialLogTests {
  private func add(_ number: UInt32, _ errno: Errno, _ text: String, to log: inout DenialLog) {
    log.add(number, errno, text: text) { standsForMore in
      Denial(
        call: "\(number)", text: standsForMore ? "…" : text, errno: errno, layer: .seccomp, process: nil,
        remedy: .nothing)
    }
  }

  @Test func `the same call with the same error is counted, in the order of the first time`() {
    var log = DenialLog()
    add(1, .notPermitted, "a(1)", to: &log)
    add(2, .notPermitted, "b()", to: &log)
    add(1, .notPermitted, "a(1)", to: &log)
    add(1, .accessDenied, "a(1)", to: &log)
    add(1, .notPermitted, "a(2)", to: &log)
    #expect(log.list.all.map(\.text) == ["a(1)", "b()", "a(1)", "a(2)"])
    #expect(log.list.all.map(\.count) == [2, 1, 1, 1])
    #expect(log.list.all.map(\.last) == [3, 2, 4, 5])
    #expect(log.list.further == 0)
  }

  @Test func `of one call only so many texts are kept, and then all are counted as one`() {
    var log = DenialLog()
    for round in 0..<10_000 { add(1, .notPermitted, "a(\(round))", to: &log) }
    #expect(log.list.all.count == DenialLog.mostOfCall + 1)
    #expect(log.list.all.last?.text == "…" && log.list.all.last?.count == 10_000 - DenialLog.mostOfCall)
    add(2, .notPermitted, "b()", to: &log)
    #expect(log.list.all.last?.text == "b()")
  }

  @Test func `there is room for so many refusals, and the rest is a number`() {
    var log = DenialLog()
    for number in 0..<UInt32(1000) {
      for round in 0..<50 { add(number, .notPermitted, "\(number)(\(round))", to: &log) }
    }
    #expect(log.list.all.count == DenialLog.most)
    #expect(log.list.all.reduce(0) { $0 + $1.count } + log.list.further == 50_000)
    #expect(log.size <= DenialLog.most * 3)
  }
}
