import Foundation
import Testing

@testable import Linux
@testable import Sandbox

@Suite struct RelayFlowTests {
  @Test func `all bytes arrive in their order, whatever the ends take at a time`() throws {
    var random = SystemRandomNumberGenerator()
    let (source, sink) = (try SourcePipe(), try SinkPipe())
    let sourceEnd = source.takeEnd()
    let sinkEnd = sink.takeEnd()
    let sent = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    var (rest, received) = (sent[...], [UInt8]())
    var flow = RelayFlow(capacity: 1000)
    while received.count < sent.count {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: rest = rest.dropFirst(source.write(Array(rest.prefix(Int.random(in: 1...5000, using: &random)))))
      case 1 where flow.wantsMore: try flow.fill(from: sourceEnd)
      case 2 where flow.hasSomething: try flow.drain(to: sinkEnd)
      default: received += sink.read(Int.random(in: 1...5000, using: &random))
      }
    }
    #expect(received == sent)
    #expect(flow.isEmpty && !flow.isDone)
  }

  @Test func `no more is taken than there is room for`() throws {
    let source = try SourcePipe()
    let sourceEnd = source.takeEnd()
    #expect(source.write([UInt8](repeating: 7, count: 5000)) == 5000)
    var flow = RelayFlow(capacity: 100)
    let transfer1 = try flow.fill(from: sourceEnd)
    #expect(transfer1 == .bytes(100))
    #expect(!flow.wantsMore && flow.hasSomething)
    let sink = try SinkPipe()
    let sinkEnd = sink.takeEnd()
    try flow.drain(to: sinkEnd)
    #expect(flow.wantsMore && !flow.hasSomething)
  }

  @Test func `a flow is done when its end has come and everything is passed on`() throws {
    let (source, sink) = (try SourcePipe(), try SinkPipe())
    let sourceEnd = source.takeEnd()
    let sinkEnd = sink.takeEnd()
    #expect(source.write([1, 2, 3]) == 3)
    source.close()
    var flow = RelayFlow(capacity: 100)
    let transfer2 = try flow.fill(from: sourceEnd)
    #expect(transfer2 == .bytes(3))
    let transfer3 = try flow.fill(from: sourceEnd)
    #expect(transfer3 == .end)
    #expect(flow.isAtEnd && !flow.wantsMore && !flow.isDone)
    let isAdded = flow.add(4)
    #expect(isAdded)
    try flow.drain(to: sinkEnd)
    #expect(flow.isDone)
    #expect(sink.read(100) == [1, 2, 3, 4])
  }

  @Test func `a sink that nobody reads from refuses, and no more is taken for it`() throws {
    let (source, sink) = (try SourcePipe(), try SinkPipe())
    let sourceEnd = source.takeEnd()
    let sinkEnd = sink.takeEnd()
    #expect(source.write([1, 2, 3]) == 3)
    var flow = RelayFlow(capacity: 100)
    try flow.fill(from: sourceEnd)
    sink.close()
    try flow.drain(to: sinkEnd)
    #expect(flow.isRefused && flow.isDone && !flow.wantsMore && !flow.hasSomething)
  }
}
