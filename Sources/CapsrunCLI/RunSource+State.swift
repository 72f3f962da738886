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
    let keeps = capsule.manifest.keepsState
    // Whose state is on the disk is the same user each time; the others can do without the store.
    let hasUser = CurrentProcess.user == 0 && (keeps || capsule.isInstalled)
    guard keeps || hasUser else { return try capsule.request(choices, &warnings) }
    var choices = choices
    if isShownOnly {
      try expect(capsule.manifest, hasUser: hasUser, &choices)
    } else {
      try prepare(capsule.manifest, hasUser: hasUser, &choices)
    }
    return try capsule.request(choices, &warnings)
  }

  private func prepare(
    _ manifest: Manifest, hasUser: Bool, _ choices: inout CapsulePlanning.Choices
  ) throws(DiagnosticList) {
    let store = try OpenStore.open()
    if hasUser {
      let taken = try SubordinateIDs.all()
      choices.reservedUser = try CapsrunCLI.capsule { () throws(CapsuleError) in
        try store.user(of: manifest.name) { user in taken.contains { $0.contains(user) } }
      }
    }
    guard manifest.keepsState else { return }
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
  private func expect(
    _ manifest: Manifest, hasUser: Bool, _ choices: inout CapsulePlanning.Choices
  ) throws(DiagnosticList) {
    let path = try OpenStore.path()
    if hasUser {
      let taken = try SubordinateIDs.all()
      let isTaken = { (user: UInt32) in taken.contains { $0.contains(user) } }
      let store = try OpenStore.openIfThere()
      choices.reservedUser = try CapsrunCLI.capsule { () throws(CapsuleError) in
        try store?.expectedUser(of: manifest.name, isTaken: isTaken)
          ?? Store.expectedUser(of: manifest.name, in: path, isTaken: isTaken)
      }
    }
    for name in manifest.state.keys {
      choices.state[name] = try expected(Store.statePath(name, of: manifest.name, in: path))
    }
    if manifest.keepsChanges {
      choices.changes = try expected(Store.changesPath(of: manifest.name, in: path))
    }
  }

  private func expected(_ path: String) throws(DiagnosticList) -> StatePlace {
    let found = try reporting("look at \(quoted(path))") { () throws(SysError) in try GrantSource.find(path) }
    return StatePlace(path: try CallerPath.path(found?.path ?? path, from: .root), identity: found?.identity)
  }
}

extension StatePlace {
  fileprivate init(_ place: KeptState.Place) throws(DiagnosticList) {
    self.init(path: try CallerPath.path(place.path, from: .root), identity: SourceIdentity(place.identity))
  }
}

extension Manifest {
  fileprivate var keepsChanges: Bool { rootfs.writable?.value == .persistent }
  /// Whether anything that it makes outlives it.
  fileprivate var keepsState: Bool { !state.isEmpty || keepsChanges }
}
