internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Planning
internal import Sandbox

/// What the store adds to a capsule when it runs: the folders that it keeps, and the user of the host that it becomes.
extension RunSource {
  /// The request of a capsule. `isShownOnly` makes and writes nothing.
  func request(
    _ capsule: UnpackedCapsule, _ choices: CapsulePlanning.Choices, isShownOnly: Bool,
    _ warnings: inout [Diagnostic]
  ) throws(DiagnosticList) -> PlanRequest {
    let needs = Needs(capsule)
    guard needs.keepsState || needs.users != nil || needs.hasRange else {
      return try capsule.request(choices, &warnings)
    }
    var choices = choices
    let manifest = capsule.manifest
    if let reserved = needs.users {
      let user = try self.user(of: manifest.name, from: reserved, isShownOnly: isShownOnly)
      choices.reservedUser = user
      if needs.hasRange { choices.subordinates = SubordinateIDs(firstUser: user, firstGroup: user) }
    } else if needs.hasRange {
      choices.subordinates = try CallerIDs.subordinates(isShownOnly: isShownOnly)
    }
    if isShownOnly {
      try expect(manifest, &choices)
    } else if needs.keepsState {
      try prepare(manifest, &choices)
    }
    return try capsule.request(choices, &warnings)
  }

  /// What a capsule needs besides itself.
  private struct Needs {
    let keepsState: Bool
    /// Whether there are many users inside.
    let hasRange: Bool
    /// From which users of the host it gets its own; nil where nobody reserves any, or where this process's number will do.
    let users: ReservedUsers?

    init(_ capsule: UnpackedCapsule) {
      keepsState = capsule.manifest.keepsState
      hasRange = capsule.manifest.security.userRange == true
      // Whose state is on the disk is the same user each time; the others can do without the store.
      let isRecorded = CurrentProcess.user == 0 && (keepsState || hasRange || capsule.isInstalled)
      users = isRecorded ? (hasRange ? .range : .single) : nil
    }
  }

  private func user(
    of name: String, from reserved: ReservedUsers, isShownOnly: Bool
  ) throws(DiagnosticList) -> UInt32 {
    let others = try CallerIDs.allSubordinates()
    let isTaken = { (user: UInt32) in others.contains { $0.overlaps(user, count: reserved.count) } }
    let path = try OpenStore.path()
    let store = isShownOnly ? try OpenStore.openIfThere() : try self.store()
    return try CapsrunCLI.capsule { () throws(CapsuleError) in
      guard let store else { return Store.expectedUser(of: name, from: reserved, in: path, isTaken: isTaken) }
      return isShownOnly
        ? try store.expectedUser(of: name, from: reserved, isTaken: isTaken)
        : try store.user(of: name, from: reserved, isTaken: isTaken)
    }
  }

  private func prepare(_ manifest: Manifest, _ choices: inout CapsulePlanning.Choices) throws(DiagnosticList) {
    let store = try store()
    let kept = try CapsrunCLI.capsule { () throws(CapsuleError) in
      try store.keptState(
        of: manifest.name, parts: manifest.state.keys.sorted(), keepsChanges: manifest.keepsChanges,
        otherOwner: choices.reservedUser)
    }
    for (name, place) in kept.folders { choices.state[name] = try StatePlace(place) }
    choices.changes = try kept.changes.map { place throws(DiagnosticList) in try StatePlace(place) }
    keptState = kept
  }

  /// The same as far as it is there.
  private func expect(_ manifest: Manifest, _ choices: inout CapsulePlanning.Choices) throws(DiagnosticList) {
    let path = try OpenStore.path()
    for name in manifest.state.keys {
      choices.state[name] = try expected(Store.statePath(name, of: manifest.name, in: path))
    }
    if manifest.keepsChanges {
      choices.changes = try expected(Store.changesPath(of: manifest.name, in: path))
    }
  }

  private func expected(_ path: String) throws(DiagnosticList) -> StatePlace {
    let place = try CallerPath.path(path, from: .root)
    let found = try reporting("look at \(quoted(path))") { () throws(SysError) in
      try GrantSource.find(place.description)
    }
    guard let found else { return StatePlace(path: place, identity: nil) }
    return StatePlace(path: try CallerPath.path(found.path, from: .root), identity: found.identity)
  }
}

extension StatePlace {
  fileprivate init(_ place: KeptState.Place) throws(DiagnosticList) {
    self.init(path: try CallerPath.path(place.path, from: .root), identity: SourceIdentity(place.identity))
  }
}

extension Manifest {
  var keepsChanges: Bool { rootfs.writable?.value == .persistent }
  /// Whether anything that it makes outlives it.
  fileprivate var keepsState: Bool { !state.isEmpty || keepsChanges }
}
