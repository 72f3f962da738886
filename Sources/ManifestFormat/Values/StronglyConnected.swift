/// The strongly connected components of a graph: nodes are in one when each can be reached from each other.
/// Tarjan's algorithm, with a stack of its own in place of recursion, which a long chain would overflow.
package struct StronglyConnected {
  /// The number of the component of each node. A component has a smaller number than those that lead to it.
  private(set) var component: [Int]
  private let successors: [[Int]]
  private var count = 0
  private var visited = 0
  /// When each node was first seen, from 1; 0 is never.
  private var seenAt: [Int]
  /// The earliest node on `open` that is known to be reachable.
  private var low: [Int]
  private var open: [Int] = []
  private var path: [(node: Int, next: Int)] = []

  /// For each node, those that edges lead to.
  package static func components(of successors: [[Int]]) -> [Int] {
    var search = StronglyConnected(successors)
    for node in successors.indices where search.seenAt[node] == 0 { search.visit(from: node) }
    return search.component
  }

  private static let unknown = -1

  private init(_ successors: [[Int]]) {
    self.successors = successors
    component = Array(repeating: Self.unknown, count: successors.count)
    seenAt = Array(repeating: 0, count: successors.count)
    low = seenAt
  }

  private mutating func visit(from start: Int) {
    enter(start)
    while let (node, next) = path.last {
      if next == successors[node].count {
        leave(node)
        continue
      }
      path[path.count - 1].next += 1
      let successor = successors[node][next]
      if seenAt[successor] == 0 {
        enter(successor)
      } else if component[successor] == Self.unknown {
        low[node] = min(low[node], seenAt[successor])
      }
    }
  }

  private mutating func enter(_ node: Int) {
    visited += 1
    seenAt[node] = visited
    low[node] = visited
    open.append(node)
    path.append((node, 0))
  }

  private mutating func leave(_ node: Int) {
    path.removeLast()
    if let parent = path.last?.node { low[parent] = min(low[parent], low[node]) }
    guard low[node] == seenAt[node] else { return }
    while let member = open.popLast() {
      component[member] = count
      if member == node { break }
    }
    count += 1
  }
}
