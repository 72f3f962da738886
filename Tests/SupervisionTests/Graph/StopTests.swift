import Linux
import Planning
import Supervision
import Testing

/// What is asked for by hand.
@Suite struct StopTests {
  private func web(_ change: (inout ProcessNode) -> Void = { _ in }) -> GraphDriver {
    var graph = GraphDriver([node("web", change)])
    graph.startAll()
    return graph
  }

  @Test func `one that does not end in its time is killed, with all of its tree`() {
    var graph = web {
      $0.stop.signal = 2
      $0.stop.timeout = 3000
    }
    #expect(graph.send(.stop([0])) == ["signal 2 web"] && graph.state("web") == .stopping)
    #expect(graph.machine.nextMoment == graph.now + 3000)
    #expect(graph.goOn() == ["kill web"] && graph.machine.nextMoment == nil)
    #expect(graph.end("web", .killed(signal: 9)) == ["idle"])
    #expect(graph.state("web") == .disabled && graph.status("web").instance == nil)
  }

  @Test func `the rest of a tree has the rest of the time`() {
    var graph = web()
    _ = graph.send(.stop([0]))
    let first = graph.instance("web")
    graph.pass(1000)
    #expect(graph.send(.ended(first, .exited(code: 0))) == ["signal 15 rest of web"], "no kill before its time")
    #expect(graph.machine.nextMoment == graph.now + 9000)
    #expect(graph.goOn() == ["kill web"])
    #expect(graph.send(.emptied(first)) == ["idle"])
  }

  @Test func `SIGKILL as the signal of a stop ends all of the tree at once`() {
    var graph = web { $0.stop.signal = 9 }
    #expect(graph.send(.stop([0])) == ["kill web"])
  }

  @Test func `all are stopped in the reverse order, side by side where they can`() {
    var graph = GraphDriver([
      node("db"), node("cache"), node("web", after: [after(0), after(1)]), node("job", after: [after(0)]),
    ])
    graph.startAll()
    #expect(graph.send(.stop(nil)) == ["signal 15 web", "signal 15 job"])
    #expect(graph.states == [.stopping, .stopping, .stopping, .stopping])
    #expect(graph.status("db").blockedBy == .init(process: 2, condition: nil))
    #expect(graph.end("web") == ["signal 15 cache"])
    #expect(graph.end("cache") == [])
    #expect(graph.end("job") == ["signal 15 db"])
    #expect(graph.end("db") == ["idle"])
    #expect(graph.states == [.disabled, .disabled, .disabled, .disabled])
  }

  @Test func `what came between two does not let them end side by side when it has ended`() {
    var graph = GraphDriver([
      node("db"), node("init", after: [after(0)]) { $0.isOneshot = true }, node("web", after: [after(1, .completedOK)]),
    ])
    graph.startAll()
    _ = graph.end("init")
    _ = graph.up("web")
    #expect(graph.send(.stop(nil)) == ["signal 15 web"])
    #expect(graph.end("web") == ["signal 15 db"])
    #expect(graph.end("db") == ["idle"] && graph.states == [.disabled, .completed, .disabled])
  }

  @Test func `stopping one leaves those that depend on it alone`() {
    var graph = GraphDriver([node("db"), node("web", after: [after(0)])])
    graph.startAll()
    #expect(graph.send(.stop([0])) == ["signal 15 db"])
    #expect(graph.end("db") == [] && graph.states == [.disabled, .running])
  }

  @Test func `one that is only just being made is told when it is there`() {
    var graph = GraphDriver([node("web")])
    _ = graph.send(.begin)
    #expect(graph.send(.stop(nil)) == [] && graph.state("web") == .stopping)
    #expect(graph.up("web") == ["signal 15 web"])
    #expect(graph.end("web") == ["settled false", "idle"])
    var failing = GraphDriver([node("web")])
    _ = failing.send(.begin)
    _ = failing.send(.stop(nil))
    #expect(failing.send(.spawnFailed(failing.instance("web"), "no such file")) == ["settled false", "idle"])
    #expect(failing.state("web") == .disabled)
    var slow = GraphDriver([node("web")])
    _ = slow.send(.begin)
    _ = slow.send(.stop(nil))
    #expect(slow.goOn() == ["kill web"], "its time counts from the stop")
    #expect(slow.up("web") == ["kill web"], "there was nothing to be killed before")
  }

  @Test func `what waits is not started any more`() {
    var graph = GraphDriver([
      node("db") { $0.restart.delay = 1000 }, node("web", after: [after(0)]), node("log", after: [after(1)]),
    ])
    _ = graph.send(.begin)
    _ = graph.send(.spawnFailed(graph.instance("db"), "no"))
    #expect(graph.states == [.backoff, .blocked, .blocked])
    #expect(graph.send(.stop(nil)) == ["settled false", "idle"])
    #expect(graph.states == [.disabled, .disabled, .disabled] && graph.machine.nextMoment == nil)
  }

  @Test func `a kill ends all of the tree at once and is not followed by the rule`() {
    var graph = GraphDriver([node("db"), node("web", after: [after(0)])])
    graph.startAll()
    #expect(graph.send(.kill(nil)) == ["kill db", "kill web"], "in no order")
    #expect(graph.fail("db", .killed(signal: 9)) == [])
    #expect(graph.fail("web", .killed(signal: 9)) == ["idle"])
    #expect(graph.status("web").reason == "killed" && graph.status("web").restarts == 0)
  }

  @Test func `a kill comes through a stop, and both leave one end`() {
    var graph = web()
    _ = graph.send(.stop([0]))
    #expect(graph.send(.kill([0])) == ["kill web"])
    #expect(graph.send(.kill([0])) == [] && graph.send(.stop([0])) == [])
    #expect(graph.end("web", .killed(signal: 9)) == ["idle"] && graph.status("web").reason == "killed")
  }

  @Test func `a restart by hand stops first, keeps its definition, and is counted apart`() {
    var graph = web()
    #expect(graph.send(.restart([0])) == ["signal 15 web"])
    #expect(graph.send(.restart([0])) == [], "asked for twice is done once")
    #expect(graph.fail("web") == ["spawn web"])
    let status = graph.status("web")
    #expect(status.restarts == 0 && status.manualRestarts == 1 && status.instance?.generation == 2)
  }

  @Test(arguments: [ProcessState.failed, .completed, .disabled, .backoff, .starting, .ready, .stopping])
  func `a restart by hand works in every state`(state: ProcessState) {
    var graph = GraphDriver([
      node("web") {
        $0.restart.delay = 1000
        $0.readiness = ReadinessProbe(.tcp(1))
      }
    ])
    _ = graph.send(.begin)
    if state != .starting { _ = graph.up("web") }
    switch state {
    case .failed: _ = graph.fail("web", .exited(code: 125))
    case .completed: _ = graph.end("web")
    case .disabled:
      _ = graph.send(.stop([0]))
      _ = graph.end("web")
    case .backoff: _ = graph.fail("web")
    case .ready: _ = graph.ready("web")
    case .stopping: _ = graph.send(.stop([0]))
    case .pending, .blocked, .starting, .running, .unhealthy: break
    }
    #expect(graph.state("web") == state)
    var actions = graph.send(.restart([0]))
    if state == .starting { actions += graph.up("web") }
    if graph.status("web").instance?.generation == 1 { actions += graph.end("web") }
    #expect(actions.filter { $0 == "spawn web" }.count == 1 && graph.state("web") == .starting)
    #expect(graph.status("web").manualRestarts == 1)
    _ = graph.up("web")
    #expect(graph.ready("web").allSatisfy { $0.hasPrefix("settled") } && graph.state("web") == .ready)
  }

  @Test func `a restart by hand gives it a new budget`() {
    var graph = web { $0.restart.limit = 0 }
    _ = graph.fail("web")
    #expect(graph.status("web").reason == "start-limit")
    #expect(graph.send(.restart([0])) == ["spawn web"] && graph.status("web").reason == nil)
  }

  @Test func `one that waits for another is not doubled by a restart`() {
    var graph = GraphDriver([node("db"), node("web", after: [after(0)])])
    _ = graph.send(.begin)
    #expect(graph.send(.restart([1])) == [] && graph.state("web") == .blocked)
    #expect(graph.up("db") == ["spawn web"])
    #expect(graph.status("web").instance?.generation == 1)
  }

  @Test func `a restart of all goes down in reverse order and up in order`() {
    var graph = GraphDriver([node("db"), node("web", after: [after(0, .ready)])])
    graph.startAll()
    #expect(graph.send(.restart(nil)) == ["signal 15 web"])
    #expect(graph.end("web") == ["signal 15 db"])
    #expect(graph.states == [.stopping, .blocked])
    #expect(graph.end("db") == ["spawn db"])
    #expect(graph.up("db") == ["spawn web"])
  }

  @Test func `a start while it is being stopped is a start after that`() {
    var graph = web()
    _ = graph.send(.stop([0]))
    #expect(graph.send(.start([0])) == [])
    #expect(graph.end("web") == ["spawn web"])
    #expect(graph.send(.start(nil)) == [], "what is there is not started twice")
  }

  @Test func `a start is settled once, and idle when all have ended by themselves`() {
    var graph = GraphDriver([node("a"), node("b")])
    #expect(graph.send(.begin) == ["spawn a", "spawn b"])
    #expect(graph.up("a") == [] && graph.up("b") == ["settled true"])
    #expect(graph.end("a") == [] && graph.end("b") == ["idle"])
    #expect(graph.states == [.completed, .completed])
    #expect(graph.send(.start(nil)) == [], "those have come as far as they shall")
    #expect(graph.send(.begin) == ["spawn a", "spawn b"])
    var empty = GraphDriver([])
    #expect(empty.send(.begin) == ["settled true", "idle"])
  }
}
