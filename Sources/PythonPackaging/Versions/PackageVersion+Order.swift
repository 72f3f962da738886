// The order of PEP 440: 1.0.dev1 < 1.0a1.dev1 < 1.0a1 < 1.0rc1 < 1.0 < 1.0+local < 1.0.post1.dev1 < 1.0.post1.

extension PackageVersion: Hashable, Comparable {
  /// Where a part that may be missing stands.
  private enum Rank: Hashable, Comparable {
    case lowest
    case at(Stage, Numeral)
    case highest
  }

  private struct Key: Hashable {
    let epoch: Numeral
    let release: [Numeral]
    let ranks: [Rank]
    let local: [LocalPart]
  }

  private var key: Key {
    var significant = release[...]
    while significant.last == .zero { significant.removeLast() }
    return Key(epoch: epoch, release: Array(significant), ranks: [preRank, postRank, devRank], local: local)
  }

  private var preRank: Rank {
    if let pre { return .at(pre.stage, pre.number) }
    // A development release of a final release precedes all its pre-releases.
    return post == nil && dev != nil ? .lowest : .highest
  }

  private var postRank: Rank { post.map { .at(.alpha, $0) } ?? .lowest }
  private var devRank: Rank { dev.map { .at(.alpha, $0) } ?? .highest }

  package static func == (one: PackageVersion, other: PackageVersion) -> Bool { one.key == other.key }

  package static func < (one: PackageVersion, other: PackageVersion) -> Bool {
    let (one, other) = (one.key, other.key)
    if one.epoch != other.epoch { return one.epoch < other.epoch }
    if one.release != other.release { return one.release.lexicographicallyPrecedes(other.release) }
    if one.ranks != other.ranks { return one.ranks.lexicographicallyPrecedes(other.ranks) }
    return one.local.lexicographicallyPrecedes(other.local)
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(key) }

  /// Whether its release begins with these numbers, `0` standing for each that is missing, in the same epoch.
  func begins(epoch: Numeral, release prefix: some Collection<Numeral>) -> Bool {
    let padding = max(0, prefix.count - release.count)
    let padded = release + Array(repeating: .zero, count: padding)
    return self.epoch == epoch && padded.starts(with: prefix)
  }
}
