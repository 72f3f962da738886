import Linux
import Planning
import Supervision
import Testing

/// Processes that are started again together.
@Suite struct GroupTests {
  private func group(_ change: (inout ProcessNode) -> Void = { _ in }) -> GraphDriver {
    func member(_ name: String, _ dependencies: [ProcessDependency] = []) -> ProcessNode {
      node(name, after: dependencies) {
        $0.group = "all"
        change(&$0)
      }
    }
    var graph = GraphDriver([
      member("db"), member("web", [after(0)]), member("job", [after(1)]), node("other", after: [after(0)]),
    ])
    graph.startAll()
    return graph
  }

  @Test func `when one fails all are stopped in reverse order and started again, counted once`() {
    var graph = group()
    #expect(graph.fail("web") == ["signal 15 job"], "db waits for job, although web is not between them any more")
    #expect(graph.states == [.stopping, .backoff, .stopping, .running])
    #expect(graph.end("job") == ["signal 15 db"])
    #expect(graph.end("db") == ["spawn db"])
    #expect(graph.up("db") == ["spawn web"])
    #expect(graph.up("web") == ["spawn job"])
    #expect(["db", "web", "job", "other"].map { graph.status($0).restarts } == [0, 1, 0, 0])
    #expect(graph.status("db").manualRestarts == 0)
  }

  @Test func `all of them wait for the delay of the one that failed`() {
    var graph = group { $0.restart.delay = 500 }
    _ = graph.fail("job")
    _ = graph.end("web")
    #expect(graph.end("db") == [] && graph.states == [.backoff, .backoff, .backoff, .running])
    #expect(graph.goOn() == ["spawn db"])
    #expect(graph.states == [.starting, .blocked, .blocked, .running])
  }

  @Test func `those that end badly while they are stopped for it are not counted`() {
    var graph = group { $0.restart.limit = 1 }
    _ = graph.fail("job")
    _ = graph.fail("web")
    #expect(graph.fail("db") == ["spawn db"])
    _ = graph.up("db")
    _ = graph.up("web")
    _ = graph.up("job")
    // The budget is that of the group, whoever fails.
    #expect(graph.fail("db") == ["signal 15 job"])
    #expect(graph.end("job") == ["signal 15 web"])
    #expect(graph.end("web") == [])
    #expect(graph.states == [.failed, .failed, .failed, .running])
    #expect(graph.status("db").reason == "start-limit" && graph.status("web").reason == "group all failed with db")
  }

  @Test func `each counts within its own window, whatever that of the others`() {
    var graph = GraphDriver([
      node("long") {
        $0.group = "g"
        ($0.restart.window, $0.restart.limit, $0.restart.backoff) = (0, 1, 0)
      },
      node("short") {
        $0.group = "g"
        ($0.restart.window, $0.restart.limit, $0.restart.backoff) = (10, 1, 0)
      },
    ])
    graph.startAll()
    for _ in 0..<3 {
      graph.pass(10)
      _ = graph.fail("short")
      #expect(graph.end("long") == ["spawn long", "spawn short"])
      _ = graph.up("long")
      _ = graph.up("short")
    }
    graph.pass(10)
    _ = graph.fail("long")
    #expect(graph.status("long").reason == "start-limit")
  }

  @Test func `one of them that was stopped by hand stays so`() {
    var graph = group()
    _ = graph.send(.stop([2]))
    _ = graph.end("job")
    _ = graph.fail("web")
    _ = graph.end("db")
    _ = graph.up("db")
    _ = graph.up("web")
    #expect(graph.states == [.running, .running, .disabled, .running])
  }

  @Test func `a stop by hand amid it ends it`() {
    var graph = group { $0.restart.delay = 500 }
    _ = graph.fail("job")
    #expect(graph.send(.stop(nil)) == ["signal 15 other"])
    _ = graph.end("web")
    _ = graph.end("other")
    #expect(graph.end("db") == ["idle"] && graph.machine.nextMoment == nil)
  }

  @Test func `a oneshot of the group that has ended is done again with it`() {
    var graph = GraphDriver([
      node("init") {
        $0.group = "g"
        $0.isOneshot = true
      }, node("web", after: [after(0, .completedOK)]) { $0.group = "g" },
    ])
    graph.startAll()
    _ = graph.end("init")
    _ = graph.up("web")
    #expect(graph.fail("web") == ["spawn init"] && graph.state("web") == .blocked)
    _ = graph.up("init")
    #expect(graph.end("init") == ["spawn web"])
  }
}
