package import Diagnostics
package import ManifestFormat

/// A grant of a plan, and what of the kernel holds the workload to it.
package struct EnforcedGrant: Codable, Hashable, Sendable {
  package enum Kind: String, Codable, Hashable, Sendable {
    case read = "fs_read"
    case write = "fs_write"
    case state
    case device = "devices"
    case socket = "unix"
  }

  package let kind: Kind
  /// The path of the host.
  package let subject: String
  /// Where it is inside.
  package let target: String
  /// Without any of these, more than the grant could be reached.
  package let required: [Ruling.Layer]
  /// What holds it as well.
  package let additional: [Ruling.Layer]
  /// The tiers in which all required layers are there.
  package let tiers: [Tier]

  package var json: JSONValue {
    .object([
      .init("kind", .string(kind.rawValue)), .init("subject", .string(subject)), .init("target", .string(target)),
      .init("required", .array(required.map { .string($0.rawValue) })),
      .init("additional", .array(additional.map { .string($0.rawValue) })),
      .init("tiers", .array(tiers.map { .string($0.rawValue) })),
    ])
  }
}

extension Tier {
  /// The layers that a tier has for certain.
  var layers: Set<Ruling.Layer> {
    switch self {
    case .full: Tier.reduced.layers.union([.fileRules])
    case .reduced: [.mounts, .readOnlyMount, .permissions, .processes, .network, .systemCalls, .capabilities]
    case .filterOnly: [.permissions, .systemCalls, .capabilities, .fileRules]
    }
  }
}

extension Plan {
  /// Every grant that somebody asked for, with its layers.
  package var grants: [EnforcedGrant] {
    if isFilterOnly { return reachedGrants }
    return setup.compactMap { step in
      guard case .bind(let bind) = step, bind.isGrant else { return nil }
      let kind = bind.access.grant
      // What is not shown is not there; what is shown for reading only lies below a mount that the kernel keeps read-only.
      var required: [Ruling.Layer] = kind == .read ? [.mounts, .readOnlyMount] : [.mounts]
      // Only rules of its own keep a process from what the others of its capsule have.
      let isNarrowed = processes.contains { $0.files.narrows(bind) }
      if isNarrowed { required.append(.fileRules) }
      return EnforcedGrant(
        kind: kind, subject: bind.source, target: bind.target, required: required,
        additional: isNarrowed ? [] : [.fileRules],
        tiers: Tier.allCases.filter { $0 == .filterOnly ? kind.isHeldByRules : $0.layers.isSuperset(of: required) })
    }
  }

  /// Without namespaces nothing is shown, and Landlock lets it be used where it is.
  private var reachedGrants: [EnforcedGrant] {
    setup.compactMap { step in
      guard case .reach(let reach) = step, reach.path != CapsulePlanning.folder else { return nil }
      return EnforcedGrant(
        kind: reach.access.grant, subject: reach.source, target: reach.path, required: [.fileRules],
        additional: [.permissions], tiers: Tier.allCases)
    }
  }
}

extension EnforcedGrant.Kind {
  /// Whether Landlock holds it where there are no namespaces, and the path inside is that of the host.
  fileprivate var isHeldByRules: Bool {
    switch self {
    case .read, .write, .device: true
    case .state, .socket: false
    }
  }
}

extension FileRights {
  /// Whether less may be done with what is bound than its mount allows.
  fileprivate func narrows(_ bind: BindStep) -> Bool {
    func isTarget(_ path: String) -> Bool { path.utf8.elementsEqual(bind.target.utf8) }
    return withheld.contains(where: isTarget) || (bind.access == .write && !change.contains(where: isTarget))
  }
}

extension BindStep {
  /// Whether somebody asked for it, as opposed to what every sandbox shows, and the capsule itself.
  fileprivate var isGrant: Bool {
    target != CapsulePlanning.root.description && (identity != nil || presence == .optional || access == .state)
  }
}

extension BindStep.Access {
  fileprivate var grant: EnforcedGrant.Kind {
    switch self {
    case .read: .read
    case .write: .write
    case .state: .state
    case .device: .device
    case .socket: .socket
    }
  }
}
