internal import ManifestFormat

/// The root file system of a plan as a process in it would find it, asked path by path.
struct PlannedFiles {
  let plan: Plan
  /// What stands at a path of the host; nil for nothing.
  let look: (String) -> HostFile?

  /// What stands at a path inside.
  enum Place {
    /// A file or folder of the host, shown by a bind.
    case shown(HostFile, BindStep, FileSubject)
    /// A file that the set-up made, which nobody has the permission to write.
    case madeFile
    /// A folder that the set-up made.
    case made(folder: AbsolutePath)
    /// A writable folder of the sandbox's own.
    case scratch(String)
    /// The process list, or something in it.
    case processList(ProcessesStep, below: [String])
    /// The sandbox's control groups, or something in them.
    case controlGroups(below: [String])
    /// The sandbox's own terminals, or something beside them.
    case terminals(below: [String])
    /// Nothing. `parent` is where it would be made.
    case absent(parent: Parent)
    /// A folder on the way cannot be searched.
    case unreachable(folder: String)
    case tooManyLinks
  }

  indirect enum Parent {
    case folder(Place)
    /// The folder is not there either.
    case none
  }

  private enum Step {
    case bind(BindStep)
    case link(String)
    case file
    case folder
    case scratch
    case controlGroups
    case terminals
    case processes(ProcessesStep)
  }

  private static let mostLinks = 40

  /// Follows a path from the root, with all links in it.
  func place(at path: AbsolutePath) -> Place {
    var rest = Array(path.components.reversed())
    var here = AbsolutePath.root
    let top = top
    var current = top
    var links = 0
    while let name = rest.popLast() {
      if name == ".." {
        here = here.parent
        current = place(at: here)
        continue
      }
      let next = here.appending(name)
      switch child(next, of: current) {
      case .link(let target):
        links += 1
        guard links <= Self.mostLinks else { return .tooManyLinks }
        if target.utf8.first == UInt8(ascii: "/") {
          here = .root
          current = top
        }
        // By bytes: as characters, a slash with an accent behind it would part nothing.
        let parts = target.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        rest += parts.filter { $0 != "." }.reversed()
      case .place(.absent):
        return .absent(parent: rest.isEmpty ? .folder(current) : .none)
      case .place(.processList(let step, let below)):
        return .processList(step, below: below + rest.reversed())
      case .place(.controlGroups(let below)):
        return .controlGroups(below: below + rest.reversed())
      case .place(.terminals(let below)):
        return .terminals(below: below + rest.reversed())
      case .place(.unreachable(let folder)):
        return .unreachable(folder: folder)
      case .place(let place):
        here = next
        current = place
      }
    }
    return current
  }

  /// The root itself.
  private var top: Place {
    guard let base = plan.setup.compactMap(shown).first(where: { $0.target == "/" }) else {
      return .made(folder: .root)
    }
    guard case .place(let place) = shown(base, .root) else { return .made(folder: .root) }
    return place
  }

  /// Whether what the set-up made at a path lies on a file system that stays writable.
  func isWritable(_ path: AbsolutePath) -> Bool {
    for case .sealRoot(let seal) in plan.setup where seal.paths.contains(where: { path.isInside(sandboxPath($0)) }) {
      return false
    }
    return true
  }

  private enum Child {
    case link(String)
    case place(Place)
  }

  private func child(_ path: AbsolutePath, of folder: Place) -> Child {
    if case .shown(let file, _, let subject) = folder, !subject.has(.search, on: file) {
      return .place(.unreachable(folder: path.parent.description))
    }
    let child = uncheckedChild(path)
    guard case .shown(let parent, let bind, let subject) = folder, bind.isOverlay,
      subject.isBelowForeign || !subject.owns(parent), case .place(.shown(let file, let own, var finder)) = child
    else { return child }
    finder.isBelowForeign = true
    return .place(.shown(file, own, finder))
  }

  private func uncheckedChild(_ path: AbsolutePath) -> Child {
    switch step(at: path) {
    case .link(let target): return .link(target)
    case .file: return .place(.madeFile)
    case .folder: return .place(.made(folder: path))
    case .scratch: return .place(.scratch(path.description))
    case .controlGroups: return .place(.controlGroups(below: []))
    case .terminals: return .place(.terminals(below: []))
    case .processes(let step): return .place(.processList(step, below: []))
    case .bind(let bind): return shown(bind, path)
    case nil: return uncovered(path)
    }
  }

  /// A path at which no step stands: below a bind, a part of what it shows; else a folder on the way to a step, or nothing.
  private func uncovered(_ path: AbsolutePath) -> Child {
    let isOnTheWay = paths.contains { $0.isInside(path) }
    guard let bind = deepestBind(above: path) else {
      return .place(isOnTheWay ? .made(folder: path) : .absent(parent: .none))
    }
    let child = shown(bind, path)
    // In a base, what is missing on the way is made; in a folder of the host nothing is.
    if case .place(.absent) = child, isOnTheWay, bind.target == "/" { return .place(.made(folder: path)) }
    return child
  }

  private func shown(_ bind: BindStep, _ path: AbsolutePath) -> Child {
    let below = path.components.dropFirst(sandboxPath(bind.target).components.count)
    let hostPath = ([bind.source] + below).joined(separator: "/")
    guard var file = look(hostPath) ?? (below.isEmpty ? futureState(bind) : nil) else {
      return .place(.absent(parent: .none))
    }
    if case .link(let target) = file.kind, !below.isEmpty { return .link(target) }
    let subject = subject(of: bind)
    if bind.isOverlay, below.isEmpty {
      // The top folder of an overlay is a new one.
      file = HostFile(kind: file.kind, owner: subject.user, group: subject.group, mode: 0o755)
    }
    return .place(.shown(file, bind, subject))
  }

  private func subject(of bind: BindStep) -> FileSubject {
    let root = bind.mapsOwner ? look(bind.source) : nil
    return FileSubject(identity: plan.identity, mappedOwner: root.map { ($0.owner, $0.group) })
  }

  /// The last step at a path covers those before it.
  private func step(at path: AbsolutePath) -> Step? {
    var found: Step?
    for step in plan.setup {
      switch step {
      case .bind, .overlay, .baseTree:
        // What is shown above a path covers what stood at it.
        guard let bind = shown(step), path.isInside(sandboxPath(bind.target)), isThere(bind) else {
          continue
        }
        found = sandboxPath(bind.target) == path ? .bind(bind) : nil
      case .link(let link) where sandboxPath(link.path) == path: found = .link(link.target)
      case .file(let file) where sandboxPath(file.path) == path: found = .file
      case .folder(let folder) where sandboxPath(folder.path) == path: found = .folder
      case .machineID(let file) where sandboxPath(file.path) == path: found = .file
      case .scratch(let scratch) where sandboxPath(scratch.path) == path: found = .scratch
      case .controlGroups(let groups) where sandboxPath(groups.path) == path: found = .controlGroups
      case .terminals(let terminals) where sandboxPath(terminals.path) == path: found = .terminals
      case .processes(let processes) where sandboxPath(processes.path) == path: found = .processes(processes)
      default: continue
      }
    }
    return found
  }

  private func isThere(_ bind: BindStep) -> Bool { look(bind.source) != nil || futureState(bind) != nil }

  /// A folder of state that is made when it is first needed.
  private func futureState(_ bind: BindStep) -> HostFile? {
    guard bind.access == .state, !bind.isOverlay, look(bind.source) == nil else { return nil }
    return HostFile(kind: .folder, owner: plan.identity.hostUser, group: plan.identity.hostGroup, mode: 0o700)
  }

  /// Where changes of earlier runs lie, when they may have to do with a path of the capsule.
  func earlierChanges(at path: AbsolutePath) -> String? {
    for step in plan.setup {
      guard case .overlay(let overlay) = step, let changes = overlay.changes else { continue }
      guard path.isInside(sandboxPath(overlay.path)) else { continue }
      let below = path.components.dropFirst(sandboxPath(overlay.path).components.count)
      guard let first = below.first else { continue }
      // What is changed deeper lies in a folder of the same name.
      if look(changes.source + "/upper/" + first) != nil { return changes.source }
    }
    return nil
  }

  private func deepestBind(above path: AbsolutePath) -> BindStep? {
    var deepest: BindStep?
    for step in plan.setup {
      // An empty folder of the sandbox's own hides what a base has there.
      if let folder = step.ownFolder, path.isInside(sandboxPath(folder)) { deepest = nil }
      guard let bind = shown(step), path.isInside(sandboxPath(bind.target)), isThere(bind) else { continue }
      if let found = deepest, found.target.utf8.count > bind.target.utf8.count { continue }
      deepest = bind
    }
    return deepest
  }

  /// Every path that a step makes something at.
  private var paths: [AbsolutePath] {
    plan.setup.compactMap { step in
      switch step {
      case .bind(let bind): isThere(bind) ? sandboxPath(bind.target) : nil
      case .overlay(let overlay): look(overlay.lower.source) == nil ? nil : sandboxPath(overlay.path)
      case .link(let link): sandboxPath(link.path)
      case .file(let file): sandboxPath(file.path)
      case .folder(let folder): sandboxPath(folder.path)
      case .machineID(let file): sandboxPath(file.path)
      case .scratch(let scratch): sandboxPath(scratch.path)
      case .controlGroups(let groups): sandboxPath(groups.path)
      case .terminals(let terminals): sandboxPath(terminals.path)
      case .processes(let processes): sandboxPath(processes.path)
      default: nil
      }
    }
  }
}

extension PlannedFiles {
  /// What of the host a step shows, and where.
  private func shown(_ step: SetupStep) -> BindStep? {
    switch step {
    case .bind(let bind): return bind
    case .overlay(let overlay): return overlay.shown
    case .baseTree(let base):
      var bind = base.lower
      bind.access = isWritable(.root) ? .write : .read
      return bind
    case .hostName, .rootFileSystem, .folder, .link, .file, .machineID, .hold, .scratch, .controlGroups, .terminals,
      .processes,
      .network, .enterRoot, .sealRoot, .closeUserNamespaces, .dropPrivileges, .privateFolder, .reach:
      return nil
    }
  }
}

extension SetupStep {
  /// An empty folder of the sandbox's own.
  fileprivate var ownFolder: String? {
    switch self {
    case .folder(let folder): folder.path
    case .scratch(let scratch): scratch.path
    default: nil
    }
  }
}

extension OverlayStep {
  /// As the workload sees it.
  fileprivate var shown: BindStep {
    var bind = lower
    bind.target = path
    bind.access = changes == nil ? .write : .state
    return bind
  }
}

extension BindStep {
  /// Whether what is written to it lies above it: nothing else shows a capsule for writing, or is the root.
  var isOverlay: Bool { isWritable && [CapsulePlanning.root.description, "/"].contains(target) }
}
