import Foundation
import Testing

/// Random graphs in a random world: whatever the order of events, some things hold.
@Suite struct GraphModelTests {
  /// As many orders as CAPSRUN_MODEL_ORDERS says.
  private static let orders = ProcessInfo.processInfo.environment["CAPSRUN_MODEL_ORDERS"].flatMap { Int($0) } ?? 20_000
  private static let parts = 10

  @Test(arguments: 0..<parts)
  func `in every order of events what must hold holds`(part: Int) {
    for number in 0..<(Self.orders / Self.parts) {
      let seed = UInt64(part * 100_000_000 + number + 1)
      var world = ModelWorld(seed: seed)
      world.run(steps: 40)
      guard world.problems.isEmpty else {
        Issue.record("seed \(seed): \(world.problems.joined(separator: "; "))")
        return
      }
    }
  }
}
