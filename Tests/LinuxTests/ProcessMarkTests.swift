import Testing

@testable import Linux

/// Marks of processes, and the list of all.
@Suite struct ProcessMarkTests {
  @Test func `marks are numbers that nobody has by chance`() throws {
    var marks: Set<ProcessMark> = []
    for _ in 0..<100 { marks.insert(try ProcessMark.unique()) }
    #expect(marks.count == 100)
    #expect(marks.allSatisfy { $0.value >= 1 << 39 && $0.value < 1 << 62 })
  }

  @Test func `a process without a mark is not found, and nobody has another's`() throws {
    let mark = try ProcessMark.unique()
    #expect(try !mark.isOn(CurrentProcess.id) && !mark.isOn(1))
    let found = try ProcessList().marked()
    #expect(!found.contains { $0.mark == mark })
  }

  @Test func `what a process is held by does not go over to the next one of its number`() throws {
    guard let own = try ProcessHandle.open(CurrentProcess.id) else {
      Issue.record("this very process was not found")
      return
    }
    let hasEnded = try own.hasEnded()
    #expect(own.id == CurrentProcess.id && !hasEnded)
    // Above the highest number that there can be.
    if try ProcessHandle.open(1 << 23) != nil { Issue.record("a process that cannot be") }
    #expect(try !ProcessMark(value: 1 << 61).isOn(1 << 23))
  }

  @Test func `a set of descriptors is ready when one of them is`() throws {
    let mine = try MessageChannel().parentEnd()
    let other = try MessageChannel().parentEnd()
    let waiting = try WaitSet()
    try waiting.add(other.keptNumber)
    try waiting.remove(other.keptNumber)
    try waiting.add(mine.keptNumber)
    // The child's end was closed with the channel.
    let isReady = try waiting.isReady()
    #expect(isReady)
    try waiting.wait()
    try waiting.remove(mine.keptNumber)
    let isStillReady = try waiting.isReady()
    #expect(!isStillReady)
  }
}
