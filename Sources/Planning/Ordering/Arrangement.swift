internal import ManifestFormat

/// Puts one capsule after the other in order: Kahn's algorithm, first in, first out.
///
/// A capsule is *free* when every provider of its needs is placed. When nobody is free, a capsule is let go that lies on a
/// cycle and has a provider of each need of that cycle placed already; all that is outside of the cycle it still waits
/// for, so that those merely behind a cycle keep all their edges.
struct Arrangement {
  private let graph: DependencyGraph
  private let components: [Int]
  /// The positions of the capsules so far, which is also the queue of those to look at.
  private(set) var order: [Int] = []
  private var head = 0
  private var isPlaced: [Bool]
  private var progress: [Progress]
  /// Needs of each capsule of which another provider is not yet placed.
  private var waits: [Int]
  /// Needs of each capsule that keep it from being let go.
  private var blocks: [Int]
  private var releasable: [Int] = []
  private var releasableHead = 0

  /// What of the providers of a need is still to be placed.
  private struct Progress {
    var unplaced: Int
    /// The sum of their positions, which says who the last one is.
    var sum: Int
    /// Those that are not on a cycle with the need.
    var outside: Int
    var hasOne = false

    var isReleasing: Bool { hasOne && outside == 0 }
  }

  /// As many capsules as can be ordered; all of them, unless there is a cycle that no other provider opens.
  static func order(_ graph: DependencyGraph) -> [Int] {
    var arrangement = Arrangement(graph)
    arrangement.run()
    return arrangement.order
  }

  private init(_ graph: DependencyGraph) {
    self.graph = graph
    let components = StronglyConnected.components(of: graph.successors)
    self.components = components
    isPlaced = graph.capsules.map { _ in false }
    waits = graph.required.map(\.count)
    blocks = waits
    progress = graph.needs.indices.map { need in
      let providers = graph.needs[need].providers
      let component = components[graph.capsules.count + need]
      return Progress(
        unplaced: providers.count, sum: providers.reduce(0, +),
        outside: providers.count { components[$0] != component })
    }
  }

  private mutating func run() {
    for capsule in graph.capsules.indices where waits[capsule] == 0 { place(capsule) }
    while true {
      while head < order.count {
        settle(order[head])
        head += 1
      }
      guard let released = nextReleasable() else { return }
      place(released)
    }
  }

  private mutating func place(_ capsule: Int) {
    isPlaced[capsule] = true
    order.append(capsule)
  }

  private mutating func nextReleasable() -> Int? {
    while releasableHead < releasable.count {
      let capsule = releasable[releasableHead]
      releasableHead += 1
      if !isPlaced[capsule] { return capsule }
    }
    return nil
  }

  /// Tells those that wait for it that a capsule is placed.
  private mutating func settle(_ capsule: Int) {
    var free: [Int] = []
    var released: [Int] = []
    for need in graph.provided[capsule] {
      let wasReleasing = progress[need].isReleasing
      count(capsule, for: need)
      if !wasReleasing, progress[need].isReleasing { release(need, into: &released) }
      satisfy(need, &free, &released)
    }
    // Over all the needs, and as the input stands, not need by need.
    for capsule in free.sorted() { place(capsule) }
    releasable += released.sorted()
  }

  private mutating func count(_ capsule: Int, for need: Int) {
    progress[need].unplaced -= 1
    progress[need].sum -= capsule
    progress[need].hasOne = true
    if components[capsule] != component(of: need) { progress[need].outside -= 1 }
  }

  private func component(of need: Int) -> Int { components[graph.capsules.count + need] }

  /// Lowers `waits` of those whose other providers of the need are all placed.
  private mutating func satisfy(_ need: Int, _ free: inout [Int], _ released: inout [Int]) {
    switch progress[need].unplaced {
    case 0:
      for consumer in graph.needs[need].consumers where !isPlaced[consumer] {
        Self.lower(&waits, consumer, into: &free)
        // For those on a cycle with the need, `release` did it.
        if components[consumer] != component(of: need) { Self.lower(&blocks, consumer, into: &released) }
      }
    case 1:
      // A provider does not wait for itself. Once it is placed, the case above passes over it.
      let last = progress[need].sum
      if !isPlaced[last], graph.needs[need].hasConsumer(last) { Self.lower(&waits, last, into: &free) }
    default: break
    }
  }

  /// Lowers `blocks` of those on a cycle with the need.
  private mutating func release(_ need: Int, into released: inout [Int]) {
    for consumer in graph.needs[need].consumers where components[consumer] == component(of: need) {
      if !isPlaced[consumer] { Self.lower(&blocks, consumer, into: &released) }
    }
  }

  private static func lower(_ counts: inout [Int], _ capsule: Int, into zeros: inout [Int]) {
    counts[capsule] -= 1
    if counts[capsule] == 0 { zeros.append(capsule) }
  }
}
