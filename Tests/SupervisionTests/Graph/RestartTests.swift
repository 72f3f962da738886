import Linux
import Planning
import Supervision
import Testing

/// Whether, when and how often a process is started again.
@Suite struct RestartTests {
  /// How a run can come to its end.
  enum End: String, CaseIterable {
    case cleanCode = "exit 0"
    case listedCode = "exit 3"
    case uncleanCode = "exit 1"
    case finalCode = "exit 125"
    case askingSignal = "signal 15"
    case uncleanSignal = "signal 9"
    case timeout = "not ready in 5s"
    case startFailure = "cannot execute it"
  }

  enum Rule: CaseIterable {
    case never, always, onFailure, onFailureWithCodes, alwaysWithCodes
  }

  /// What becomes of it: `restart`, or the state and the reason.
  private static func outcome(_ end: End, _ rule: Rule) -> String {
    let isListed = rule == .onFailureWithCodes || rule == .alwaysWithCodes
    switch (end, rule) {
    case (.finalCode, _): return "failed exit 125"
    case (.cleanCode, .always), (.cleanCode, .alwaysWithCodes): return "restart"
    case (.cleanCode, _): return "completed"
    case (.listedCode, .onFailureWithCodes): return "completed"
    case (.listedCode, .never): return "failed exit 3"
    case (.listedCode, _): return isListed || rule == .always || rule == .onFailure ? "restart" : ""
    case (_, .never): return "failed " + end.rawValue
    case (.uncleanCode, _), (.askingSignal, _), (.uncleanSignal, _), (.timeout, _), (.startFailure, _): return "restart"
    }
  }

  private static func node(_ rule: Rule, _ end: End) -> ProcessNode {
    SupervisionTests.node("web") { node in
      switch rule {
      case .never: node.restart.policy = .never
      case .always, .alwaysWithCodes: node.restart.policy = .always
      case .onFailure, .onFailureWithCodes: node.restart.policy = .onFailure
      }
      if rule == .onFailureWithCodes || rule == .alwaysWithCodes { node.restart.successCodes = [3] }
      if end == .timeout {
        node.readiness = ReadinessProbe(.tcp(80))
        node.readiness?.deadline = 5000
      }
    }
  }

  @Test(arguments: End.allCases, Rule.allCases)
  func `each end under each rule is followed by what the table says`(end: End, rule: Rule) {
    var graph = GraphDriver([Self.node(rule, end)])
    #expect(graph.send(.begin) == ["spawn web"])
    var actions: [String] = []
    if end == .startFailure {
      actions = graph.send(.spawnFailed(graph.instance("web"), end.rawValue))
    } else {
      _ = graph.up("web")
      switch end {
      case .cleanCode: actions = graph.end("web")
      case .listedCode: actions = graph.end("web", .exited(code: 3))
      case .uncleanCode: actions = graph.end("web", .exited(code: 1))
      case .finalCode: actions = graph.end("web", .exited(code: 125))
      case .askingSignal: actions = graph.end("web", .killed(signal: 15))
      case .uncleanSignal: actions = graph.end("web", .killed(signal: 9))
      case .timeout:
        #expect(graph.goOn() == ["no probe web", "signal 15 web"])
        // Even with 0: it was not what it should have been.
        actions = graph.end("web")
      case .startFailure: break
      }
    }
    let outcome = Self.outcome(end, rule)
    if outcome == "restart" {
      #expect(actions.contains("spawn web") && graph.state("web") == .starting && graph.status("web").restarts == 1)
    } else {
      let status = graph.status("web")
      #expect(!actions.contains("spawn web") && actions.last == "idle" && status.restarts == 0)
      #expect(([status.state.rawValue] + (status.reason.map { [$0] } ?? [])).joined(separator: " ") == outcome)
    }
  }

  @Test(arguments: [RestartRule.Policy.never, .always, .onFailure])
  func `a stop by hand is never followed by the rule`(policy: RestartRule.Policy) {
    var graph = GraphDriver([SupervisionTests.node("web") { $0.restart.policy = policy }])
    graph.startAll()
    #expect(graph.send(.stop([0])) == ["signal 15 web"])
    #expect(graph.fail("web") == ["idle"])
    #expect(graph.state("web") == .disabled && graph.status("web").reason == "stopped")
    #expect(graph.machine.nextMoment == nil)
  }

  @Test func `waits double up to the cap after the first, and then it is given up`() {
    var graph = GraphDriver([
      SupervisionTests.node("web") {
        $0.restart.delay = 10
        $0.restart.backoff = 100
        $0.restart.cap = 300
        $0.restart.limit = 5
      }
    ])
    graph.startAll()
    var waits: [UInt64] = []
    for attempt in 1...5 {
      _ = graph.fail("web")
      let backoff = graph.status("web").backoff
      #expect(graph.state("web") == .backoff && backoff?.attempt == attempt && backoff?.limit == 5)
      waits.append(graph.machine.nextMoment! - graph.now)
      #expect(graph.send(.moment) == [], "it is too early")
      #expect(graph.goOn() == ["spawn web"])
      _ = graph.up("web")
    }
    #expect(waits == [10, 100, 200, 300, 300])
    #expect(graph.fail("web") == ["idle"])
    #expect(graph.state("web") == .failed && graph.status("web").reason == "start-limit")
    #expect(graph.status("web").restarts == 5)
  }

  @Test func `a wait varies by its share, is the same for the same seed, and never below the delay`() {
    func waits(_ seed: UInt64) -> [UInt64] {
      var graph = GraphDriver(
        [
          SupervisionTests.node("web") {
            $0.restart.backoff = 1000
            $0.restart.cap = 1000
            $0.restart.jitter = 25
            $0.restart.delay = 800
            $0.restart.limit = 200
          }
        ], seed: seed)
      graph.startAll()
      return (0..<100).map { _ in
        _ = graph.fail("web")
        let wait = graph.machine.nextMoment! - graph.now
        _ = graph.goOn()
        _ = graph.up("web")
        return wait
      }
    }
    let first = waits(1)
    #expect(first == waits(1) && first != waits(2))
    #expect(first[0] == 800, "the first one is exact")
    #expect(first.dropFirst().allSatisfy { (800...1000).contains($0) } && Set(first).count > 20)
  }

  @Test func `no wait overflows`() {
    var graph = GraphDriver([
      SupervisionTests.node("web") {
        $0.restart.backoff = .max / 3
        $0.restart.cap = .max
        $0.restart.jitter = 100
        $0.restart.limit = 200
      }
    ])
    graph.startAll()
    for _ in 0..<3 {
      _ = graph.fail("web")
      _ = graph.send(.start([0]))
      _ = graph.up("web")
    }
    #expect(graph.state("web") == .running)
  }

  @Test func `only what lies in the window counts`() {
    var graph = GraphDriver([
      SupervisionTests.node("web") {
        $0.restart.limit = 2
        $0.restart.window = 1000
        $0.restart.backoff = 0
      }
    ])
    graph.startAll()
    for _ in 0..<10 {
      graph.pass(500)
      #expect(graph.fail("web") == ["spawn web"])
      _ = graph.up("web")
    }
    graph.pass(499)
    #expect(graph.fail("web") == ["idle"] && graph.status("web").reason == "start-limit")
  }

  @Test func `after running long enough waits and counts begin anew`() {
    var graph = GraphDriver([
      SupervisionTests.node("web") {
        $0.restart.limit = 2
        $0.restart.window = 1_000_000
        $0.restart.resetAfter = 5000
        $0.restart.backoff = 100
      }
    ])
    graph.startAll()
    for _ in 0..<5 {
      #expect(graph.fail("web") == ["spawn web"], "the first one at once")
      _ = graph.up("web")
      #expect(graph.fail("web") == [] && graph.state("web") == .backoff)
      _ = graph.goOn()
      _ = graph.up("web")
      graph.pass(5000)
    }
    #expect(graph.fail("web") == ["spawn web"])
  }

  @Test func `the next one is started only when nothing of the last one is left`() {
    var graph = GraphDriver([SupervisionTests.node("web")])
    graph.startAll()
    let first = graph.instance("web")
    #expect(graph.send(.ended(first, .exited(code: 1))) == ["kill web"], "the rest of its tree")
    #expect(graph.state("web") == .stopping)
    graph.pass(700)
    #expect(graph.send(.emptied(first)) == ["spawn web"])
    #expect(graph.instance("web") == Instance(process: 0, generation: 2))
    #expect(graph.send(.ended(first, .exited(code: 1))) == [] && graph.send(.emptied(first)) == [])
    #expect(graph.state("web") == .starting, "what is heard of the last one changes nothing")
  }

  @Test func `the delay counts from the end of the first process`() {
    var graph = GraphDriver([SupervisionTests.node("web") { $0.restart.delay = 1000 }])
    graph.startAll()
    let first = graph.instance("web")
    _ = graph.send(.ended(first, .exited(code: 1)))
    graph.pass(400)
    #expect(graph.send(.emptied(first)) == [])
    #expect(graph.machine.nextMoment == graph.now + 600 && graph.status("web").backoff?.until == graph.now + 600)
  }

  @Test func `one that cannot be made is given up after its budget, and the start is not whole`() {
    var graph = GraphDriver([SupervisionTests.node("web") { $0.restart.limit = 3 }, SupervisionTests.node("db")])
    #expect(graph.send(.begin) == ["spawn web", "spawn db"])
    _ = graph.up("db")
    var actions: [String] = []
    for _ in 0...3 {
      actions = graph.send(.spawnFailed(graph.instance("web"), "no such file"))
      if graph.state("web") == .backoff { _ = graph.goOn() }
    }
    #expect(actions == ["settled false"])
    let status = graph.status("web")
    #expect(status.reason == "start-limit" && status.problem == "no such file" && status.restarts == 3)
  }

  @Test func `a oneshot is completed when it has ended well, whatever its policy`() {
    for policy in [RestartRule.Policy.never, .always, .onFailure] {
      var graph = GraphDriver([
        SupervisionTests.node("init") {
          $0.isOneshot = true
          $0.restart.policy = policy
        }
      ])
      _ = graph.send(.begin)
      #expect(graph.up("init") == [] && graph.state("init") == .running)
      #expect(graph.end("init") == ["settled true", "idle"] && graph.state("init") == .completed)
    }
  }
}
