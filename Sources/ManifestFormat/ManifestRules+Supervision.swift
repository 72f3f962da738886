internal import Diagnostics

// What must hold of how processes are started, started again and stopped.
extension ManifestRules {
  func checkSupervision(of process: Manifest.Process, _ decoder: inout ManifestDecoder) {
    for dependency in process.dependsOn { check(dependency, of: process, &decoder) }
    if let group = process.group, manifest.groups[group.value] == nil {
      decoder.problem(
        "there is no group \(quoted(group.value))", at: group.position, hint: "add it to groups, or correct the name")
    }
    if process.isOneshot == true, process.restartPolicy == .always {
      decoder.problem(
        "\(quoted(process.name)) is a oneshot, and always started again", at: process.place.position,
        hint: "remove oneshot, or write restart_policy: on_failure")
    }
    if case .percent? = process.logs.maxSize {
      decoder.problem(
        "logs.max_size of \(quoted(process.name)) is a share of the memory, and no size of a file",
        at: process.place.position, hint: "write an amount such as 10M")
    }
    checkReplicas(of: process, &decoder)
  }

  /// Each of several is called like the process, with its number.
  private func checkReplicas(of process: Manifest.Process, _ decoder: inout ManifestDecoder) {
    guard let count = process.replicas, count > 1 else { return }
    let last = "\(process.name)-\(count)"
    if !Names.isName(last) {
      decoder.problem(
        "the name of \(quoted(last)), one of the replicas of \(quoted(process.name)), is too long",
        at: process.place.position, hint: "give the process a shorter name")
    }
    for other in manifest.processes where other.name.hasPrefix(process.name + "-") {
      let end = other.name.dropFirst(process.name.count + 1)
      guard let number = Int(end), String(number) == end, (1...count).contains(number) else { continue }
      decoder.problem(
        "\(quoted(other.name)) is also the name of one of the replicas of \(quoted(process.name))",
        at: other.place.position, hint: "rename it")
    }
  }

  private func check(
    _ dependency: Manifest.Dependency, of process: Manifest.Process, _ decoder: inout ManifestDecoder
  ) {
    let place = dependency.place.position
    guard dependency.name != process.name else {
      return decoder.problem("\(quoted(process.name)) depends on itself", at: place, hint: "remove that")
    }
    guard let other = manifest.processes.first(where: { $0.name == dependency.name }) else {
      let near = suggestion(for: dependency.name, among: manifest.processes.map(\.name))
      return decoder.problem(
        "\(quoted(process.name)) depends on \(quoted(dependency.name)), which is no process of this capsule", at: place,
        hint: near.map { "did you mean \(quoted($0))?" } ?? "remove that, or add the process")
    }
    let missing: String? =
      switch dependency.condition {
      case .started: nil
      case .ready where other.ready == nil && other.notificationDescriptor == nil && other.isOneshot != true:
        "ready, which it never says; give \(other.name) a ready probe, or wait for started"
      case .healthy where other.health == nil:
        "healthy, which it never says; give \(other.name) a health probe, or wait for started"
      case .completed where other.restartPolicy == .always, .completedOK where other.restartPolicy == .always:
        "completed, and it is always started again; give \(other.name) another restart_policy, or wait for started"
      case .ready, .healthy, .completed, .completedOK: nil
      }
    guard let missing else { return }
    let parts = missing.split(separator: ";", maxSplits: 1)
    decoder.problem(
      "\(quoted(process.name)) waits until \(quoted(other.name)) is \(parts[0])", at: place,
      hint: String(parts[1].dropFirst()))
  }
}

// Rules over several processes.
extension ManifestRules {
  /// Processes that wait for each other would wait for ever.
  func checkWaiting(_ decoder: inout ManifestDecoder) {
    var numbers: [String: Int] = [:]
    for (number, process) in manifest.processes.enumerated() { numbers[process.name] = number }
    let successors = manifest.processes.map { $0.dependsOn.compactMap { numbers[$0.name] } }
    let components = StronglyConnected.components(of: successors)
    var members: [Int: [Int]] = [:]
    for (number, component) in components.enumerated() { members[component, default: []].append(number) }
    for cycle in members.values.filter({ $0.count > 1 }).sorted(by: { $0[0] < $1[0] }) {
      let way = Self.way(around: cycle, successors).map { manifest.processes[$0] }
      let places = zip(way, way.dropFirst()).compactMap { process, next in
        process.dependsOn.first { $0.name == next.name }?.place.position
      }
      decoder.problem(
        "processes wait for each other: \(way.map(\.name).joined(separator: " -> "))",
        at: places.first ?? way[0].place.position,
        hint: "remove one of these dependencies, in \(places.map { "\($0.line):\($0.column)" }.joined(separator: ", "))"
      )
    }
  }

  /// One way from the first member back to itself.
  private static func way(around cycle: [Int], _ successors: [[Int]]) -> [Int] {
    let start = cycle[0]
    let isMember = Set(cycle)
    var cameFrom: [Int: Int] = [:]
    var queue = [start]
    var next = 0
    while next < queue.count {
      let node = queue[next]
      next += 1
      for successor in successors[node] where isMember.contains(successor) {
        if successor == start {
          var way = [start, node]
          while let before = cameFrom[way[way.count - 1]] { way.append(before) }
          return (way.last == start ? way : way + [start]).reversed()
        }
        if cameFrom[successor] == nil {
          cameFrom[successor] = node
          queue.append(successor)
        }
      }
    }
    preconditionFailure("a strongly connected component has a way around")
  }
}
