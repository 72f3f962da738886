internal import Linux

/// What a collection of what nobody needs removed, or would remove.
package struct CollectedGarbage: Sendable {
  package var removed: [(id: CapsuleID, capsule: InstalledCapsule?)] = []
  package var kept: [(id: CapsuleID, reason: Reason)] = []
  /// Of the shared contents, which is what takes room.
  package var bytes = 0

  /// Why a capsule stays.
  package enum Reason: Hashable, Sendable {
    case active(name: String)
    case previous(name: String)
    case pinned, running

    package var explanation: String {
      switch self {
      case .active(let name): "active as \(name)"
      case .previous(let name): "\(name) stood for it before"
      case .pinned: "pinned"
      case .running: "running"
      }
    }
  }
}

extension Store {
  package static let keptPrevious = 2

  /// Removes all capsules but those that are active, were so among the last `previous` of a name, are pinned or run; and
  /// what was left by those who were killed.
  ///
  /// The caller holds an exclusive lock of the store, so that nothing is being installed.
  package func collect(previous: Int, isDryRun: Bool) throws(CapsuleError) -> CollectedGarbage {
    let all = try inventory()
    let reasons = try neededBecause(previous: previous)
    var result = CollectedGarbage()
    if !isDryRun {
      try StagingFolder.sweep(self)
      try sweepState()
    }
    for id in all.ids {
      var reason = reasons[id]
      if reason == nil, try isPinned(id) { reason = .pinned }
      if let reason {
        result.kept.append((id, reason))
        if !isDryRun { try removeUnfinishedRecord(of: id) }
        continue
      }
      guard let unused = try lockUnused(id) else {
        result.kept.append((id, .running))
        continue
      }
      result.removed.append((id, all.capsules.first { $0.id == id }))
      if !isDryRun { result.bytes += try discard(id, unused) }
    }
    if isDryRun {
      result.bytes = try objects.bytesFreed(without: try heldNames(of: result.removed.map(\.id)) ?? [:])
    } else {
      result.bytes += try objects.sweep()
    }
    return result
  }

  private func neededBecause(previous count: Int) throws(CapsuleError) -> [CapsuleID: CollectedGarbage.Reason] {
    var reasons: [CapsuleID: CollectedGarbage.Reason] = [:]
    for name in try knownNames() {
      for id in try previous(of: name, count: count) where reasons[id] == nil { reasons[id] = .previous(name: name) }
    }
    for name in try knownNames() {
      if let id = try current(of: name) { reasons[id] = .active(name: name) }
    }
    return reasons
  }

  private func removeUnfinishedRecord(of id: CapsuleID) throws(CapsuleError) {
    try attempt("tidy up \(id)") { () throws(SysError) in
      try capsules.open(id.description, .folderItself).removeTree(Self.unfinishedRecordName)
    }
  }
}
