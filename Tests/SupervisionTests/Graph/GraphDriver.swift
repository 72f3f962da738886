import Linux
import Planning
import Supervision

/// A graph with names for its processes and a clock that is set by hand.
struct GraphDriver {
  private(set) var machine: GraphMachine
  let names: [String]
  private(set) var now: UInt64 = 1000

  init(_ nodes: [ProcessNode], seed: UInt64 = 1) {
    machine = GraphMachine(ProcessGraph(nodes: nodes), seed: seed)
    names = nodes.map(\.name)
  }

  func number(_ name: String) -> Int { names.firstIndex(of: name)! }
  func status(_ name: String) -> NodeStatus { machine.status(of: number(name)) }
  func state(_ name: String) -> ProcessState { status(name).state }
  func instance(_ name: String) -> Instance { status(name).instance! }
  var states: [ProcessState] { names.indices.map { machine.status(of: $0).state } }

  /// What is to be done, in short words: `spawn web`, `signal 15 web`, `kill web`, `settled true`; changes are left out.
  mutating func send(_ event: GraphEvent) -> [String] {
    machine.handle(event, at: now).compactMap { action in
      switch action {
      case .spawn(let instance): "spawn \(names[instance.process])"
      case .signal(let instance, let signal): "signal \(signal.rawValue) \(names[instance.process])"
      case .signalRest(let instance, let signal): "signal \(signal.rawValue) rest of \(names[instance.process])"
      case .kill(let instance): "kill \(names[instance.process])"
      case .beginProbe(let instance): "probe \(names[instance.process])"
      case .endProbe(let instance): "no probe \(names[instance.process])"
      case .changed: nil
      case .settled(let isWhole): "settled \(isWhole)"
      case .idle: "idle"
      }
    }
  }

  mutating func up(_ name: String) -> [String] { send(.spawned(instance(name))) }
  mutating func ready(_ name: String) -> [String] { send(.ready(instance(name))) }

  /// It ends, and nothing of it is left.
  mutating func end(_ name: String, _ ending: Ending = .exited(code: 0)) -> [String] {
    let instance = instance(name)
    return send(.emptied(instance)) + send(.ended(instance, ending))
  }

  mutating func fail(_ name: String, _ ending: Ending = .exited(code: 1)) -> [String] { end(name, ending) }

  mutating func pass(_ milliseconds: UInt64) { now += milliseconds }

  /// Goes to the next moment that was asked for.
  mutating func goOn() -> [String] {
    now = max(now, machine.nextMoment!)
    return send(.moment)
  }

  /// Starts all of it, and each process comes up at once.
  mutating func startAll() {
    var actions = send(.begin)
    while let first = actions.first {
      actions.removeFirst()
      if first.hasPrefix("spawn ") { actions += up(String(first.dropFirst(6))) }
    }
  }
}

/// A node, with what is to be different about it.
func node(
  _ name: String, after dependencies: [ProcessDependency] = [], _ change: (inout ProcessNode) -> Void = { _ in }
) -> ProcessNode {
  var node = ProcessNode(name: name)
  node.dependencies = dependencies
  node.restart.jitter = 0
  change(&node)
  return node
}

func after(
  _ process: Int, _ condition: ProcessDependency.Condition = .started, timeout: UInt64? = nil, isRequired: Bool = true
) -> ProcessDependency {
  ProcessDependency(process: process, condition: condition, timeout: timeout, isRequired: isRequired)
}
