internal import ManifestFormat

/// Which tier a start gets, of those that it may have.
struct TierDecision: Hashable {
  let tier: Tier
  let degraded: [Degraded]

  /// As strong as the machine allows. What is missing and may not be is an error, and so is a tier below the least one.
  ///
  /// `sharesUser` is whether the workload has the user of other processes.
  init(_ degrading: Degrading, _ abilities: MachineAbilities?, sharesUser: Bool) throws(PlanError) {
    let lacks = abilities.map { Self.lacks(of: $0, sharesUser: sharesUser) } ?? []
    if let first = lacks.first(where: { !degrading.allowed.contains($0.layer) }) {
      // With a tier that the manifest demands, permission would not help.
      if let minimal = degrading.minimalTier, first.layer.tier < minimal {
        throw .weakTier(reached: first.layer.tier, wanted: minimal, first)
      }
      throw .missingLayer(first)
    }
    // With Landlock missing too, nothing would keep its files from it.
    if lacks.contains(where: { $0.layer == .landlock }),
      let other = lacks.first(where: { $0.layer == .namespaces || $0.layer == .processes })
    {
      throw .nothingHolds(other)
    }
    var tier = Tier.full
    var weakest: MachineAbilities.Lack?
    for lack in lacks where lack.layer.tier < tier {
      tier = lack.layer.tier
      weakest = lack
    }
    if let minimal = degrading.minimalTier, let weakest, tier < minimal {
      throw .weakTier(reached: tier, wanted: minimal, weakest)
    }
    self.tier = tier
    degraded = lacks.map { Degraded($0.layer, cause: $0.cause) }
  }

  private static func lacks(of abilities: MachineAbilities, sharesUser: Bool) -> [MachineAbilities.Lack] {
    guard abilities.lack(of: .namespaces) != nil else { return abilities.lacks }
    // Without namespaces there is no process list to have.
    var lacks = abilities.lacks.filter { $0.layer != .processes }
    if sharesUser, (1..<MachineAbilities.versionWithScopes).contains(abilities.landlockVersion) {
      lacks.append(
        MachineAbilities.Lack(
          .signals, cause: "Landlock \(abilities.landlockVersion) does not keep signals inside",
          fix: "use Linux 6.12 or newer, or start capsrun as root, which gives the program a user of its own"))
    }
    return lacks
  }

  func lacks(_ layer: Degradation) -> Bool { degraded.contains { $0.layer == layer } }
}
