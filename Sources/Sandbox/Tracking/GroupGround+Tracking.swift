package import Planning

/// How processes are going to be known.
package enum TrackingDecision: Hashable, Sendable {
  /// By control groups, which hold them to their limits too.
  case groups(GroupPlace)
  /// There is no place for groups, and nothing to be held by them.
  case marks
  /// By groups of systemd's, in a scope of its own, where this program is started again.
  case inScope
  case refused(LimitRefusal)
}

extension GroupGround {
  /// How the processes of a sandbox with these limits are known: where nothing is to be held, there always is a way.
  package func decideTracking(_ limits: [LimitName]) -> TrackingDecision {
    if limits.isEmpty { return placeForTracking().map { .groups($0) } ?? .marks }
    switch decide(limits) {
    case .held(let place): return .groups(counting(place))
    case .inScope: return .inScope
    case .refused(let refusal): return .refused(refusal)
    }
  }

  /// Where groups without limits can be made, beside whatever else is there.
  private func placeForTracking() -> GroupPlace? {
    let place = isRoot && top?.isWritable == true ? top : ownPlaces.first(where: \.isWritable)
    return place.map { counting(GroupPlace(unified: $0.path)) }
  }

  /// What is counted there already is counted for each process too; nothing is switched on for it.
  private func counting(_ place: GroupPlace) -> GroupPlace {
    var counting = place
    let found = top?.path == place.unified ? top : own.first { $0.path == place.unified }
    counting.counted = [.io, .memory, .pids].filter { found?.handedOn.contains($0.rawValue) == true }
    return counting
  }
}
