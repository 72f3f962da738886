internal import Diagnostics
internal import ManifestFormat

extension OrderWarning {
  package var message: String {
    switch self {
    case .unprovided(let name, let capsule):
      "\(quoted(name.text)), which \(quoted(capsule)) requires, is not provided by any loaded capsule"
    case .providedOnlyByItself(let name, let capsule):
      "\(quoted(name.text)), which \(quoted(capsule)) requires, is provided by no other loaded capsule than itself"
    case .relaxed(let name, let need):
      "order relaxed for \(quoted(name.text)): \(list(need.early)) after \(need.keptProvider), "
        + "without waiting for \(list(need.surplusProviders))"
    }
  }

  /// The fixed text of a log record. The capsule and the requirement are fields of their own there.
  package var logMessage: String {
    switch self {
    case .unprovided: "Required capability not provided by any loaded capsule"
    case .providedOnlyByItself: "Required capability provided only by the capsule itself"
    case .relaxed: "Order relaxed"
    }
  }
}

extension OrderError {
  package var message: String {
    switch self {
    case .cycle(let deadlock, _): deadlock.message
    case .unmet(let warnings): warnings.map(\.message).joined(separator: "; ")
    }
  }
}

extension DependencyDeadlock {
  fileprivate var message: String {
    let summary = "dependency cycle detected (involved nodes): \(list(involved))"
    let behind = blocked.isEmpty ? [] : ["blocked behind: \(list(blocked))"]
    return ([summary] + cycles.map(\.pathText) + behind).joined(separator: "; ")
  }
}

extension DependencyCycle {
  /// `a -> b -> a`: each requires something of the next.
  package var pathText: String { (path + path.prefix(1)).map(\.capsule).joined(separator: " -> ") }
}

private func list(_ names: [String]) -> String { names.joined(separator: ", ") }
