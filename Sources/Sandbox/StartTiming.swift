package import Linux
package import Planning

/// When the parts of a start were done, by all its processes.
package struct StartTiming {
  private let moments: SharedMoments

  /// What is done at a moment.
  enum Point {
    case begun, planned, sourcesHeld, cloned, mapped, networkBegun, becameInit, mountsHeld
    /// By its place in the plan.
    case step(Int)
    case prepared, filesHeld, layersTried, filterInstalled, filterTried, programEnded, initReaped
  }

  /// Begins to count.
  package init() throws(SysError) {
    moments = try SharedMoments()
    mark(.begun)
  }

  /// The request has become a plan.
  package func markPlanned() { mark(.planned) }

  func mark(_ point: Point) { moments.add(point.number) }

  /// One part of a start.
  package struct Part: Sendable {
    package let text: String
    /// Since the beginning, when it was done; and since whatever was done before.
    package let at: Int
    package let took: Int
  }

  /// What was done, in order, in microseconds. Some of it was done at the same time by several processes.
  package func parts(of plan: Plan) -> [Part] {
    let all = moments.all.sorted { $0.nanoseconds < $1.nanoseconds }
    guard let first = all.first else { return [] }
    var before = first.nanoseconds
    var parts: [Part] = []
    for (what, time) in all.dropFirst() {
      let at = Int(time - first.nanoseconds) / 1000
      parts.append(Part(text: Self.text(what, plan), at: at, took: Int(time - before) / 1000))
      before = time
    }
    return parts
  }

  private static func text(_ number: UInt32, _ plan: Plan) -> String {
    if number >= Point.firstStep { return plan.setup[Int(number - Point.firstStep)].text }
    return Point.texts[Int(number)]
  }
}

extension StartTiming.Point {
  static let firstStep: UInt32 = 100

  /// By the numbers of what is no step.
  static let texts = [
    "begin", "look at this machine, and plan", "take hold of the sources", "make PID 1 in its namespaces",
    "map its user", "begin the namespaces of the network and of IPC", "become PID 1", "have the sources at hand",
    "make the program's process", "hold it to its files", "try what must be refused", "install the filter",
    "try what the filter refuses", "run the program to its end", "wait for the end of PID 1",
  ]

  var number: UInt32 {
    switch self {
    case .begun: 0
    case .planned: 1
    case .sourcesHeld: 2
    case .cloned: 3
    case .mapped: 4
    case .networkBegun: 5
    case .becameInit: 6
    case .mountsHeld: 7
    case .prepared: 8
    case .filesHeld: 9
    case .layersTried: 10
    case .filterInstalled: 11
    case .filterTried: 12
    case .programEnded: 13
    case .initReaped: 14
    case .step(let index): Self.firstStep + UInt32(index)
    }
  }
}
