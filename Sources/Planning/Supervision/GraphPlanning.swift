internal import ManifestFormat

/// From the processes of a manifest to the graph in which they are supervised.
enum GraphPlanning {
  /// A node for each of the processes that are wanted. Dependencies on others of the manifest are left out.
  static func graph(
    _ manifest: Manifest, _ processes: [DeclaredProcess], _ programs: [ProgramRequest]
  ) -> ProcessGraph {
    // All replicas of one declaration.
    var places: [String: [Int]] = [:]
    for (place, process) in processes.enumerated() { places[process.declaredName, default: []].append(place) }
    return ProcessGraph(
      nodes: zip(processes, programs).map { process, program in
        var node = ProcessNode(name: process.name)
        guard case .process(let declared) = process.kind else { return node }
        for dependency in declared.dependsOn {
          node.dependencies += (places[dependency.name] ?? []).map { ProcessDependency(on: $0, dependency) }
        }
        node.restart = RestartRule(declared)
        node.readiness = declared.ready.flatMap { ReadinessProbe($0) }
        // The port of the first replica stands for that of each.
        if case .tcp(let port) = node.readiness?.way, let own = process.ports(of: program), own.first == port {
          node.readiness?.way = .tcp(own.own)
        }
        node.stop = StopRule(declared.stop)
        node.isOneshot = declared.isOneshot ?? false
        node.logs = LogRule(declared.logs)
        if let group = declared.group?.value, manifest.groups[group]?.strategy == .oneForAll { node.group = group }
        return node
      })
  }
}

extension ProcessDependency {
  fileprivate init(on process: Int, _ declared: Manifest.Dependency) {
    let condition: Condition =
      switch declared.condition {
      case .started: .started
      // Of health this release does not know; a manifest that names it is not executed.
      case .ready, .healthy: .ready
      case .completed: .completed
      case .completedOK: .completedOK
      }
    // A probe may fail for ever; what runs to its end may take its time.
    let patience = condition == .ready ? ReadinessProbe.patience : nil
    self.init(
      process: process, condition: condition, timeout: declared.timeout?.asMilliseconds ?? patience,
      isRequired: declared.isRequired ?? true)
  }
}

extension RestartRule {
  fileprivate init(_ process: Manifest.Process) {
    self.init()
    policy =
      switch process.restartPolicy {
      case .never: .never
      case .always: .always
      case .onFailure, nil: .onFailure
      }
    let declared = process.restart
    successCodes = process.successExitCodes.map { Int32($0) }.sorted()
    if let wait = process.restartDelay?.asMilliseconds {
      delay = wait
      // Whoever says how long to wait means each time, unless he says how that grows.
      if declared.backoff == nil, declared.cap == nil, declared.jitter == nil {
        (backoff, cap, jitter) = (wait, wait, 0)
      } else if wait > 0 {
        backoff = wait
      }
    }
    backoff = declared.backoff?.asMilliseconds ?? backoff
    cap = max(declared.cap?.asMilliseconds ?? cap, delay)
    jitter = declared.jitter ?? jitter
    limit = declared.max ?? limit
    window = declared.window?.asMilliseconds ?? window
    resetAfter = declared.resetAfter?.asMilliseconds ?? max(resetAfter, 10 * delay)
  }
}

extension ReadinessProbe {
  /// Nil for a way that this release does not know; a manifest that names one is not executed.
  fileprivate init?(_ probe: Manifest.Probe) {
    if let command = probe.exec {
      self.init(.exec(command))
    } else if let port = probe.tcp.flatMap({ UInt16(exactly: $0) }) {
      self.init(.tcp(port))
    } else if let text = probe.log {
      self.init(.log(text))
    } else {
      return nil
    }
    interval = probe.interval?.asMilliseconds ?? interval
    timeout = probe.timeout?.asMilliseconds ?? timeout
    threshold = probe.threshold ?? threshold
    startPeriod = probe.startPeriod?.asMilliseconds ?? startPeriod
    deadline = probe.deadline?.asMilliseconds
  }
}

extension StopRule {
  fileprivate init(_ declared: Manifest.Stop) {
    self.init()
    if let name = declared.signal {
      guard let number = SignalNames.number(of: name) else { preconditionFailure("a manifest names known signals") }
      signal = number
    }
    timeout = declared.timeout?.asMilliseconds ?? timeout
  }
}

extension LogRule {
  fileprivate init(_ declared: Manifest.Logs) {
    self.init()
    switch declared.maxSize {
    case .bytes(let count): largest = count
    case .unlimited: largest = .max
    case .percent: preconditionFailure("a manifest names no share of the memory for a file")
    case nil: break
    }
    kept = declared.keep ?? kept
    oldest = declared.maxAge?.asMilliseconds
    linesPerSecond = declared.linesPerSecond
  }
}

extension Duration {
  /// What a manifest can say is at least 0, and fits.
  fileprivate var asMilliseconds: UInt64 { UInt64(TimeSpan.milliseconds(self)) }
}
