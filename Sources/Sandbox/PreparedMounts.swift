internal import Linux
internal import Planning

/// The sources of all binds, taken hold of before the new root hides them, each resolved exactly once.
///
/// root prepares them outside, where owners can be mapped; an ordinary user can copy mounts only inside.
struct PreparedMounts {
  private final class Prepared {
    /// nil when it has been attached: from then on nobody needs the descriptor.
    var mount: Mount?
    let isFolder: Bool

    init(mount: consuming Mount, isFolder: Bool) {
      self.mount = consume mount
      self.isFolder = isFolder
    }

    var keptNumber: DescriptorNumber? { mount?.keptNumber }
  }

  /// One for each step of the set-up; nil for a step that shows nothing of the host, or whose source may be missing and is.
  private var mounts: [Prepared?]
  /// What holds the changes of the one overlay that a plan can have.
  private var changes: Prepared?

  /// Copies the mounts that the plan binds.
  static func prepare(_ plan: Plan) throws(SetUpFailure) -> PreparedMounts {
    var mounts: [Prepared?] = []
    var changes: Prepared?
    let owners = OwnerMaps(plan.identity)
    for step in plan.setup {
      guard let (bind, isLower) = step.source else {
        mounts.append(nil)
        continue
      }
      // It was not there when it was looked for; if it is now, nobody has looked at what it is.
      if case .optional = bind.presence, bind.identity == nil {
        mounts.append(nil)
        continue
      }
      do throws(SysError) {
        mounts.append(try copy(bind, isLower: isLower, owners))
        if case .overlay(let overlay) = step, let bind = overlay.changes {
          precondition(changes == nil, "two overlays that keep their changes")
          changes = try copy(bind, isLower: false, owners)
        }
      } catch {
        throw SetUpFailure(stage: .sources, step: step.text, error: error)
      }
    }
    return PreparedMounts(mounts: mounts, changes: changes)
  }

  private static func copy(_ bind: BindStep, isLower: Bool, _ owners: OwnerMaps) throws(SysError) -> Prepared {
    let mount = try source(of: bind)
    let status = try mount.status()
    if case .device = bind.access, status.kind != .characterDevice {
      throw SysError(.open_tree, bind.source, .noDevice)
    }
    if let expected = bind.identity, expected != SourceIdentity(status.identity) {
      throw SysError(.open_tree, bind.source, .stale)
    }
    try bind.checkKind(status)
    if bind.mapsOwner {
      // Without the map nothing that lies below an overlay could be changed.
      let mayStay = !isLower && status.isOpenToAll(for: bind.access)
      try owners.apply(to: mount, status, mayStay: mayStay)
    }
    try mount.restrict(bind.access.restrictions, recursive: bind.access.isRecursive)
    return Prepared(mount: mount, isFolder: status.kind == .folder)
  }

  /// What somebody has named is opened by its resolved path and must still be what it was; what belongs to the system is
  /// root's, and may be a link.
  private static func source(of bind: BindStep) throws(SysError) -> Mount {
    let isRecursive = bind.access.isRecursive
    guard bind.identity != nil else { return try Mount.copy(of: bind.source, recursive: isRecursive) }
    let place = try Descriptor.openWithoutLinks(bind.source, .place)
    return try Mount.copy(of: place, named: bind.source, recursive: isRecursive)
  }

  /// Attaches the mount of the step at `index` at a path of the new root, which may pass `links` or not. A source that may be missing and is leaves nothing
  /// behind, not even a mount point.
  func attach(
    at index: Int, to path: String, of root: NewRoot, links: Descriptor.Links = .refused
  ) throws(SysError) {
    guard let prepared = mounts[index], let mount = prepared.mount.take() else { return }
    if prepared.isFolder {
      try root.attachOnFolder(at: path, links: links) { place throws(SysError) in try mount.attach(on: place) }
    } else {
      try mount.attach(on: try root.file(at: path, links: links))
    }
  }

  /// Attaches the mount of the step at `index`, which must be a folder, on a place.
  func attach(at index: Int, on place: borrowing Descriptor) throws(SysError) {
    guard let mount = mounts[index]?.mount.take() else { preconditionFailure("a step without a source") }
    try mount.attach(on: place)
  }

  /// Attaches what holds the changes of the overlay on a place.
  func attachChanges(on place: borrowing Descriptor) throws(SysError) {
    guard let mount = changes?.mount.take() else { preconditionFailure("an overlay whose changes nobody has prepared") }
    try mount.attach(on: place)
  }

  func keep(in kept: inout KeptDescriptors) {
    for prepared in mounts {
      if let number = prepared?.keptNumber { kept.add(number) }
    }
    if let number = changes?.keptNumber { kept.add(number) }
  }
}

extension SetupStep {
  /// What of the host a step shows, and whether it lies below an overlay.
  fileprivate var source: (bind: BindStep, isLower: Bool)? {
    switch self {
    case .bind(let bind): (bind, false)
    case .overlay(let overlay): (overlay.lower, true)
    case .baseTree(let base): (base.lower, true)
    case .processes(let processes): processes.outer.map { ($0, false) }
    case .hostName, .rootFileSystem, .folder, .link, .file, .machineID, .hold, .scratch, .controlGroups, .terminals,
      .network, .enterRoot, .sealRoot, .closeUserNamespaces, .dropPrivileges, .privateFolder, .reach:
      nil
    }
  }
}

extension BindStep.Access {
  fileprivate var restrictions: Mount.Attributes {
    switch self {
    case .read: .plainReadOnly
    case .write, .state: .plain
    case .device: .node
    // Connecting is no writing for a mount.
    case .socket: .socket
    }
  }

  /// Whether what is mounted below comes along; a node or a socket has nothing below.
  fileprivate var isRecursive: Bool {
    switch self {
    case .read, .write, .state: true
    case .device, .socket: false
    }
  }
}

extension BindStep {
  /// What was granted as a device or a socket is one. It was looked at before; this is about a file that has got the number
  /// of another one since.
  fileprivate func checkKind(_ status: FileStatus) throws(SysError) {
    let isRight =
      switch access {
      case .read, .write: true
      case .state: identity != nil && status.kind == .folder
      case .device: status.kind == .characterDevice
      case .socket: status.kind == .socket
      }
    guard isRight else { throw SysError(.open_tree, source, .stale) }
  }
}

extension FileStatus {
  /// Whether everybody may do with it what is granted.
  fileprivate func isOpenToAll(for access: BindStep.Access) -> Bool {
    let needed: UInt32? =
      switch access {
      case .read: kind == .folder ? 0o005 : 0o004
      case .socket: 0o002
      case .write, .state, .device: nil
      }
    return needed.map { mode & $0 == $0 } ?? false
  }
}
