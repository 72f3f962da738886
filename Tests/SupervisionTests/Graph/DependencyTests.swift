import Linux
import Planning
import Supervision
import Testing

/// Which process waits for which, and what becomes of it.
@Suite struct DependencyTests {
  private func probed(_ name: String, _ dependencies: [ProcessDependency] = []) -> ProcessNode {
    node(name, after: dependencies) { $0.readiness = ReadinessProbe(.tcp(1)) }
  }

  @Test func `started is enough when the program is there, ready only when it is found so`() {
    var graph = GraphDriver([
      node("b", after: [after(2)]), node("c", after: [after(2, .ready)]), probed("a"),
    ])
    #expect(graph.send(.begin) == ["spawn a"])
    #expect(graph.states == [.blocked, .blocked, .starting])
    #expect(graph.status("c").blockedBy == .init(process: 2, condition: .ready))
    #expect(graph.up("a") == ["probe a", "spawn b"])
    #expect(graph.up("b") == [])
    #expect(graph.ready("a") == ["spawn c"])
    #expect(graph.up("c") == ["settled true"])
    #expect(graph.machine.nextMoment == nil)
  }

  @Test func `one without a probe is ready as soon as it runs`() {
    var graph = GraphDriver([node("a"), node("b", after: [after(0, .ready)])])
    _ = graph.send(.begin)
    #expect(graph.up("a") == ["spawn b"])
  }

  @Test(arguments: [ProcessDependency.Condition.ready, .completed, .completedOK])
  func `what depends on a oneshot waits until it has ended well`(condition: ProcessDependency.Condition) {
    var graph = GraphDriver([node("init") { $0.isOneshot = true }, node("web", after: [after(0, condition)])])
    _ = graph.send(.begin)
    #expect(graph.up("init") == [])
    #expect(graph.end("init") == ["spawn web"])
    #expect(graph.up("web") == ["settled true"])
  }

  @Test func `completed is also one that failed for good, completed_ok is not`() {
    var graph = GraphDriver([
      node("init") { $0.restart.policy = .never }, node("any", after: [after(0, .completed)]),
      node("well", after: [after(0, .completedOK)]),
    ])
    _ = graph.send(.begin)
    _ = graph.up("init")
    #expect(graph.fail("init") == ["spawn any", "settled false"])
    #expect(graph.state("well") == .failed && graph.status("well").reason == "dependency init failed")
  }

  @Test func `one that is started again is waited for, also by one that is started again itself`() {
    var graph = GraphDriver([probed("db"), node("web", after: [after(0, .ready)])])
    graph.startAll()
    _ = graph.ready("db")
    _ = graph.up("web")
    #expect(graph.fail("db") == ["no probe db", "spawn db"])
    #expect(graph.state("web") == .running, "what runs is left alone")
    #expect(graph.fail("web") == [] && graph.state("web") == .blocked)
    _ = graph.up("db")
    #expect(graph.ready("db") == ["spawn web"])
  }

  @Test func `a wait ends at its time, and goes on when the other comes up after all`() {
    var graph = GraphDriver([probed("db"), node("web", after: [after(0, .ready, timeout: 30_000)])])
    graph.startAll()
    #expect(graph.machine.nextMoment == graph.now + 30_000)
    #expect(graph.goOn() == ["settled false"])
    #expect(graph.state("web") == .failed && graph.status("web").reason == "dependency db not ready in 30s")
    #expect(graph.ready("db") == ["spawn web"], "nothing else was wrong with it")
  }

  @Test func `one that is not required is waited for as long as it may come, and done without`() {
    let nodes = [
      node("cache") { $0.restart.policy = .never }, node("web", after: [after(0, .completedOK, isRequired: false)]),
    ]
    var graph = GraphDriver(nodes)
    _ = graph.send(.begin)
    _ = graph.up("cache")
    #expect(graph.state("web") == .blocked)
    #expect(graph.fail("cache") == ["spawn web"])
    #expect(graph.up("web") == ["settled true"], "nobody needed it")
    var late = GraphDriver([probed("cache"), node("web", after: [after(0, .ready, timeout: 100, isRequired: false)])])
    late.startAll()
    #expect(late.goOn() == ["spawn web"])
  }

  @Test func `a failure goes up the chain, and a start by hand brings all of it back`() {
    var graph = GraphDriver([
      node("a") { $0.restart.policy = .never }, node("b", after: [after(0, .ready)]),
      node("c", after: [after(1, .ready)]),
    ])
    #expect(graph.send(.begin) == ["spawn a"])
    #expect(graph.send(.spawnFailed(graph.instance("a"), "no such file")) == ["settled false", "idle"])
    #expect(graph.states == [.failed, .failed, .failed])
    #expect(graph.status("c").reason == "dependency b failed")
    #expect(graph.send(.start([0])) == ["spawn a"])
    #expect(graph.up("a") == ["spawn b"])
    #expect(graph.up("b") == ["spawn c"])
    #expect(graph.status("a").manualRestarts == 1 && graph.status("b").manualRestarts == 0)
  }

  @Test func `one that was stopped by hand fails those that are to be started, not those that run`() {
    var graph = GraphDriver([node("db"), node("web", after: [after(0)]), node("job", after: [after(0)])])
    graph.startAll()
    _ = graph.send(.stop([0]))
    _ = graph.end("db")
    #expect(graph.state("web") == .running)
    _ = graph.fail("web")
    #expect(graph.state("web") == .failed && graph.status("web").reason == "dependency db was stopped")
    _ = graph.send(.start([0]))
    #expect(graph.up("db") == ["spawn web"])
  }

  @Test func `a process that ends before the news of its start has been started`() {
    var graph = GraphDriver([node("a") { $0.restart.policy = .never }, node("b", after: [after(0)])])
    _ = graph.send(.begin)
    let first = graph.instance("a")
    #expect(graph.send(.ended(first, .exited(code: 1))).first == "spawn b")
    #expect(graph.send(.spawned(first)) == [])
    #expect(graph.send(.emptied(first)) == ["settled false"] && graph.state("a") == .failed)
  }

  @Test func `a log is watched from before the start, and what it says early counts`() {
    var graph = GraphDriver([node("a") { $0.readiness = ReadinessProbe(.log("up")) }])
    #expect(graph.send(.begin) == ["probe a", "spawn a"])
    #expect(graph.ready("a") == [] && graph.state("a") == .starting)
    #expect(graph.up("a") == ["settled true"] && graph.state("a") == .ready)
  }

  @Test func `one that is not ready any more is unhealthy until it is again`() {
    var graph = GraphDriver([probed("a"), node("b", after: [after(0, .ready)])])
    graph.startAll()
    _ = graph.ready("a")
    _ = graph.send(.unready(graph.instance("a")))
    #expect(graph.state("a") == .unhealthy)
    _ = graph.up("b")
    #expect(graph.fail("b") == [] && graph.state("b") == .blocked)
    #expect(graph.ready("a") == ["spawn b"])
  }

  @Test func `a start that waits for a probe that never succeeds comes to its end, and the process goes on`() {
    var graph = GraphDriver([probed("a")])
    graph.startAll()
    #expect(graph.goOn() == ["settled false"] && graph.state("a") == .running)
    #expect(graph.now - 1000 == ReadinessProbe.patience)
    #expect(graph.machine.shortcoming(of: 0) == "not ready in 5m")
    #expect(graph.ready("a") == [] && graph.state("a") == .ready)
  }

  @Test func `a start is not whole for want of those alone that are needed, each for its own reason`() {
    var graph = GraphDriver([
      probed("a"), node("b") { $0.restart.policy = .never },
      node("c") { $0.restart.policy = .never }, node("d", after: [after(2, isRequired: false)]),
    ])
    graph.startAll()
    _ = graph.fail("c")
    _ = graph.end("a")
    #expect(graph.machine.shortcoming(of: 0) == "it ended before it was ready")
    _ = graph.fail("b", .exited(code: 3))
    #expect((1...3).map { graph.machine.shortcoming(of: $0) } == ["exit 3", nil, nil])
    _ = graph.send(.stop([3]))
    _ = graph.end("d")
    #expect(graph.machine.shortcoming(of: 3) == "stopped")
  }

  @Test func `a chain of 500 starts and stops in order`() {
    let nodes = (0..<500).map { node("p\($0)", after: $0 == 0 ? [] : [after($0 - 1, .ready)]) }
    var graph = GraphDriver(nodes)
    var actions = graph.send(.begin)
    for process in 0..<500 {
      #expect(actions == ["spawn p\(process)"])
      actions = graph.up("p\(process)")
    }
    #expect(actions == ["settled true"])
    actions = graph.send(.stop(nil))
    for process in (0..<500).reversed() {
      #expect(actions == ["signal 15 p\(process)"])
      actions = graph.end("p\(process)")
    }
    #expect(actions == ["idle"])
  }

  @Test func `one that does not become its program in time counts as failed, and is started again`() {
    var graph = GraphDriver([node("a") { $0.restart.limit = 1 }, node("b", after: [after(0)])])
    #expect(graph.send(.begin) == ["spawn a"])
    #expect(graph.goOn() == ["kill a"] && graph.state("a") == .stopping)
    #expect(graph.now - 1000 == GraphMachine.longestStart)
    let first = graph.instance("a")
    // It may have become its program just before.
    #expect(graph.send(.spawned(first)) == ["kill a"])
    _ = graph.send(.emptied(first))
    #expect(graph.send(.ended(first, .killed(signal: 9))) == ["spawn a"])
    #expect(graph.goOn() == ["kill a"])
    #expect(graph.send(.spawnFailed(graph.instance("a"), "it was killed")).contains("settled false"))
    #expect(graph.state("a") == .failed && graph.status("a").problem == "not started in 30s")
  }

  @Test func `one that has become its program has all the time in the world`() {
    var graph = GraphDriver([node("a")])
    graph.startAll()
    #expect(graph.machine.nextMoment == nil)
    graph.pass(GraphMachine.longestStart)
    #expect(graph.send(.moment) == [] && graph.state("a") == .running)
  }
}
