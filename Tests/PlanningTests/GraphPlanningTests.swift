import ManifestFormat
import Planning
import Testing

/// From what a manifest says of starting and stopping to the graph.
@Suite struct GraphPlanningTests {
  private func request(
    _ text: String, _ change: (inout CapsulePlanning.Choices) -> Void = { _ in }
  ) throws -> PlanRequest {
    let manifest = try Manifest.read(SourceText(file: "m.yml", bytes: Array(text.utf8)), folderName: "app")
    var choices = CapsulePlanning.Choices()
    choices.isSupervised = true
    change(&choices)
    let folder = CapsuleFolder(path: try path("/srv/app"), hasVirtualEnvironment: false)
    return try CapsulePlanning.request(manifest, in: folder, choices)
  }

  private func nodes(_ processes: String) throws -> [ProcessNode] {
    try request("capsule: 1\nprocesses:\n" + processes).graph?.nodes ?? []
  }

  private func rule(_ keys: String) throws -> RestartRule { try nodes("  a: {cmd: x, \(keys)}")[0].restart }

  @Test func `what a manifest says nothing of is as the documents say`() throws {
    let node = try nodes("  a: {cmd: x}")[0]
    #expect(node == ProcessNode(name: "a"))
    #expect(node.restart.policy == .onFailure && node.restart.delay == 0 && node.restart.backoff == 250)
    #expect(node.restart.cap == 60_000 && node.restart.jitter == 25 && node.restart.limit == 10)
    #expect(node.restart.window == 300_000 && node.restart.resetAfter == 60_000)
    #expect(node.stop.signal == 15 && node.stop.timeout == 10_000)
  }

  @Test func `a delay alone is the wait each time, and with a backoff it grows`() throws {
    let alone = try rule("restart_delay: 2000")
    #expect((alone.delay, alone.backoff, alone.cap, alone.jitter) == (2000, 2000, 2000, 0))
    let none = try rule("restart_delay: 0")
    #expect((none.delay, none.backoff, none.cap, none.jitter) == (0, 0, 0, 0))
    let growing = try rule("restart_delay: 2s, restart: {backoff: 1s}")
    #expect((growing.delay, growing.backoff, growing.cap, growing.jitter) == (2000, 1000, 60_000, 25))
    let capped = try rule("restart_delay: 2s, restart: {cap: 1s}")
    #expect((capped.delay, capped.backoff, capped.cap) == (2000, 2000, 2000), "no wait is shorter than the delay")
    #expect(try rule("restart_delay: 30s").resetAfter == 300_000)
    #expect(try rule("restart_delay: 30s, restart: {reset_after: 1s}").resetAfter == 1000)
  }

  @Test(arguments: [("never", RestartRule.Policy.never), ("always", .always), ("on_failure", .onFailure)])
  func `each policy is the rule of its name`(word: String, policy: RestartRule.Policy) throws {
    #expect(try rule("restart_policy: \(word)").policy == policy)
  }

  @Test(arguments: [
    ("ready: {exec: [a, b]}", ReadinessProbe.Way.exec(["a", "b"])), ("ready: {tcp: 80}", .tcp(80)),
    ("ready: {log: up}", .log("up")),
  ])
  func `each way of finding out is a probe`(keys: String, way: ReadinessProbe.Way) throws {
    let probe = try #require(try nodes("  a: {cmd: x, \(keys)}")[0].readiness)
    #expect(probe == ReadinessProbe(way) && probe.interval == 1000 && probe.timeout == 5000 && probe.threshold == 1)
  }

  @Test(arguments: [
    ("ready: {http: \"http://127.0.0.1/\"}", "processes.a.ready.http"),
    ("ready: {unix: /run/s}", "processes.a.ready.unix"),
    ("ready: {notify: true}", "processes.a.ready.notify"), ("health: {tcp: 1}", "processes.a.health"),
    ("startup: {tcp: 1}", "processes.a.startup"), ("liveness: {tcp: 1}", "processes.a.liveness"),
    ("sockets: {web: \"tcp:80\"}", "processes.a.sockets"), ("notification_fd: 3", "processes.a.notification_fd"),
  ])
  func `what comes later is still not executed`(keys: String, path: String) throws {
    #expect(try request("capsule: 1\nprocesses: {a: {cmd: x, \(keys)}}").notYet == [path])
  }

  @Test func `a wait for ready has an end, one for an end has none`() throws {
    let nodes = try nodes(
      """
        a: {cmd: x, ready: {tcp: 1}, oneshot: true}
        b: {cmd: x, depends_on: {a: ready}}
        c: {cmd: x, depends_on: {a: {condition: completed_ok, required: false}}}
        d: {cmd: x, depends_on: {a: {condition: ready, timeout: 5s}}}
      """)
    #expect(nodes[1].dependencies == [ProcessDependency(process: 0, condition: .ready, timeout: 300_000)])
    #expect(nodes[2].dependencies == [ProcessDependency(process: 0, condition: .completedOK, isRequired: false)])
    #expect(nodes[3].dependencies == [ProcessDependency(process: 0, condition: .ready, timeout: 5000)])
  }

  @Test func `replicas have names, ports and nodes of their own, and who depends on them depends on all`() throws {
    let request = try request(
      "capsule: 1\nprocesses:\n  web: {cmd: x, replicas: 3, env: {PORT: \"3000\"}}\n  job: {cmd: y, depends_on: [web]}\n"
    )
    #expect(request.programs.map(\.name) == ["web-1", "web-2", "web-3", "job"])
    #expect(request.programs.map { $0.environment["PORT"] } == ["3000", "3001", "3002", nil])
    let probed = try nodes("  web: {cmd: x, replicas: 2, env: {PORT: \"3000\"}, ready: {tcp: 3000}}")
    #expect(probed.map { $0.readiness?.way } == [.tcp(3000), .tcp(3001)])
    let other = try nodes("  web: {cmd: x, replicas: 2, env: {PORT: \"3000\"}, ready: {tcp: 9}}")
    #expect(other.map { $0.readiness?.way } == [.tcp(9), .tcp(9)])
    #expect(request.programs.prefix(3).allSatisfy { $0.workingFolder.description == "/capsule/web" })
    #expect(request.graph?.nodes.map(\.name) == ["web-1", "web-2", "web-3", "job"])
    #expect(request.graph?.nodes[3].dependencies.map(\.process) == [0, 1, 2])
  }

  @Test func `a port that is none is left alone, and one too many is refused`() throws {
    let text = "capsule: 1\nprocesses:\n  web: {cmd: x, replicas: 3, env: {PORT: \"P\"}}\n"
    #expect(try request(text.replacing("P\"", with: "http\"")).programs.allSatisfy { $0.environment["PORT"] == "http" })
    #expect(try request(text) { $0.environment["PORT"] = "80" }.programs[2].environment["PORT"] == "82")
    #expect(throws: PlanError.badVariable(name: "PORT", value: "65534", problem: "leaves no port for web-3")) {
      try request(text) { $0.environment["PORT"] = "65534" }
    }
  }

  @Test func `one process in the foreground has no graph and no replicas`() throws {
    let request = try request("capsule: 1\nprocesses:\n  web: {cmd: x, replicas: 3, env: {PORT: \"80\"}}\n") {
      $0.isSupervised = false
    }
    #expect(request.graph == nil && !request.isSupervised && request.programs.map(\.name) == ["web"])
    #expect(request.programs[0].environment["PORT"] == "80")
    #expect(try Planner.plan(request, Machine.user).graph == nil)
  }

  @Test func `only a group that is started again together is one in the graph`() throws {
    let text =
      "capsule: 1\nprocesses:\n  a: {cmd: x, group: g}\n  b: {cmd: x, group: h}\ngroups: {g: {}, h: {strategy: one_for_all}}"
    #expect(try request(text).graph?.nodes.map(\.group) == [nil, "h"])
  }

  @Test func `services are nodes with the defaults`() throws {
    let graph = try request("capsule: 1\nentrypoint: bin/x\nservices: [api, worker]").graph
    #expect(graph?.nodes == [ProcessNode(name: "api"), ProcessNode(name: "worker")])
    #expect(try request("capsule: 1\nentrypoint: bin/x").graph?.nodes == [ProcessNode(name: "main")])
  }

  @Test func `every signal that a manifest may name has its number`() throws {
    for (name, number) in [("SIGHUP", 1), ("USR1", 10), ("SIGTERM", 15), ("WINCH", 28), ("SIGPWR", 30)]
      as [(String, Int32)]
    {
      #expect(try nodes("  a: {cmd: x, stop: {signal: \(name)}}")[0].stop.signal == number)
    }
    #expect(SignalNames.all.allSatisfy { SignalNames.number(of: $0).map { SignalNames.name(of: $0) } == $0 })
  }
}
