import Testing

@testable import Linux

@Suite struct EventLoopTests {
  @Test func `What is ready is handled, and what is removed is not`() throws {
    let loop = try EventLoop()
    let timer = try Timer()
    var calls: [String] = []
    let watch = try loop.watch(timer.keptNumber) { readiness throws(SysError) in
      calls.append(readiness.isReadable ? "timer" : "end")
      if try timer.hasCome() { calls.append("come") }
    }
    try timer.set(milliseconds: 1)
    try loop.turn()
    #expect(calls == ["timer", "come"])
    try loop.remove(watch)
    let other = try Timer()
    _ = try loop.watch(other.keptNumber) { _ throws(SysError) in calls.append("other") }
    try timer.set(milliseconds: 1)
    try other.set(milliseconds: 20)
    try loop.turn()
    #expect(calls == ["timer", "come", "other"])
  }
}
