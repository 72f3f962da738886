internal import Linux

extension StoreFacts {
  static func gather(_ namespaces: NamespaceFacts) -> StoreFacts {
    let isRoot = CurrentProcess.user == 0
    var facts = StoreFacts(
      store: StoreLocation.path(isRoot: isRoot, environment: CurrentProcess.environmentValue))
    facts.isRoot = isRoot
    guard case .success(let store) = facts.store else { return facts }
    let folder = catching { () throws(SysError) in try nearestFolder(to: store) }
    facts.folder = folder
    guard case .success(let place) = folder, namespaces.canBeUsed else { return facts }
    facts.overlayInMemory = OverlayTrial.run(on: nil, isRoot: isRoot)
    facts.overlayOnStore = OverlayTrial.run(on: place, isRoot: isRoot)
    if isRoot { facts.idmapped = outcome { () throws(SysError) in try mapOwner(of: place) } }
    return facts
  }

  private static func nearestFolder(to path: String) throws(SysError) -> String {
    for candidate in StoreLocation.candidates(path) {
      do throws(SysError) {
        return try Descriptor.open(candidate, .folder).realPath()
      } catch let error where error.errno == .noSuchFile {
        continue
      }
    }
    throw SysError(.open, path, .noSuchFile)
  }

  /// On a copy of the mount that is attached nowhere and is gone with its descriptor.
  private static func mapOwner(of path: String) throws(SysError) {
    let mount = try Mount.copy(of: path, recursive: false)
    let status = try mount.status()
    let identity = TrialIdentity.ofCaller
    try mount.mapOwners(
      by: UserNamespace.mapping(
        user: IDMap(inside: status.owner, outside: identity.user.outside),
        group: IDMap(inside: status.group, outside: identity.group.outside)))
  }
}

/// An overlay of the kind that a capsule gets, in a child with namespaces of its own.
private enum OverlayTrial {
  /// Lays an overlay on the folder, or on an empty one in memory.
  static func run(on folder: String?, isRoot: Bool) -> TrialOutcome {
    do throws(SysError) {
      // root takes hold of the folder outside, as its path may lead through folders that are closed to the inside user.
      let prepared = isRoot ? try layer(folder) : nil
      return Trial(namespaces: .all, identity: .ofCaller).run { () throws(SysError) in
        if isRoot { try mount(prepared) } else { try mount(try layer(folder)) }
      }
    } catch {
      return .failed(error)
    }
  }

  private static func layer(_ folder: String?) throws(SysError) -> Layer? {
    guard let folder else { return nil }
    return try Layer(folder)
  }

  /// A copy of the mount that holds the lower folder.
  private final class Layer {
    let mount: Mount

    init(_ path: String) throws(SysError) {
      mount = try Mount.copy(of: path, recursive: true)
    }
  }

  private static func mount(_ lower: Layer?) throws(SysError) {
    let base = NamespaceFacts.mountPoint
    try FileSystem.mount(type: "tmpfs", on: base, .plain, options: "size=256k,mode=755")
    let folder = try Descriptor.open(base, .folder)
    for name in ["lower", "upper", "work", "merged"] { try folder.makeFolder(name, mode: 0o755) }
    if let lower { try lower.mount.attach(on: try Descriptor.open(base + "/lower", .place)) }
    try FileSystem.mount(
      type: "overlay", on: base + "/merged", .plain,
      options: "lowerdir=\(base)/lower,upperdir=\(base)/upper,workdir=\(base)/work,userxattr")
    try Descriptor.open(base + "/merged", .folder).makeFile("made", [], mode: 0o600)
  }
}

/// How a call went.
private func outcome(_ body: () throws(SysError) -> Void) -> TrialOutcome {
  switch catching(body) {
  case .success: .worked
  case .failure(let error): .failed(error)
  }
}
