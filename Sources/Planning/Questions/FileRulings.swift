internal import Diagnostics
internal import ManifestFormat

/// What a plan says about reading and writing a path.
struct FileRulings {
  let files: PlannedFiles

  func ruling(_ right: HostFile.Right, _ path: AbsolutePath) -> Ruling {
    if let changes = files.earlierChanges(at: path) {
      return Ruling(.depends, "earlier runs have changed files there, which lie in \(quoted(changes))", by: .mounts)
    }
    let place = files.place(at: path)
    let ruling = ruling(right, path, place)
    guard ruling.answer == .yes, let mount = mount(of: place, right) else { return ruling }
    let lacking = files.plan.processes.filter { !$0.files.allow(right, path, on: mount) }.map(\.name)
    guard !lacking.isEmpty else { return ruling }
    let names = lacking.map(quoted).joined(separator: ", ")
    return Ruling(
      lacking.count == files.plan.processes.count ? .no : .depends,
      "\(ruling.rule), but the capabilities of \(names) are narrower", by: .fileRules)
  }

  /// The mount of a grant that decides about a place.
  private func mount(of place: PlannedFiles.Place, _ right: HostFile.Right) -> AbsolutePath? {
    switch place {
    case .shown(_, let bind, _): sandboxPath(bind.target)
    case .absent(.folder(.shown(_, let bind, _))) where right == .write: sandboxPath(bind.target)
    case .made, .absent(.folder(.made)): right == .write ? .root : nil
    case .madeFile, .scratch, .processList, .controlGroups, .terminals, .absent, .unreachable, .tooManyLinks: nil
    }
  }

  private func ruling(_ right: HostFile.Right, _ path: AbsolutePath, _ place: PlannedFiles.Place) -> Ruling {
    switch place {
    case .shown(let file, let bind, let subject): shown(right, file, bind, subject)
    case .madeFile: made(right, isWritable: false)
    case .made(let folder): made(right, isWritable: files.isWritable(folder))
    case .scratch(let folder): Ruling(.yes, "\(folder) is the sandbox's own, and writable", by: .mounts)
    case .processList(let step, let below): processList(right, step, below)
    case .controlGroups(let below): controlGroup(right, below)
    case .terminals(let below): terminal(right, below)
    case .absent(let parent): absent(right, parent)
    case .unreachable(let folder):
      Ruling(.no, "the workload may not search the folder \(quoted(folder))", by: .permissions)
    case .tooManyLinks: Ruling(.no, "too many symbolic links", by: .mounts)
    }
  }

  private func made(_ right: HostFile.Right, isWritable: Bool) -> Ruling {
    if right == .read { return Ruling(.yes, "the sandbox has it of its own", by: .mounts) }
    return isWritable
      ? Ruling(.yes, "the root of the sandbox is writable, and lies in memory", by: .mounts)
      : Ruling(.no, "the sandbox's own files are read-only", by: .readOnlyMount)
  }

  private func shown(
    _ right: HostFile.Right, _ file: HostFile, _ bind: BindStep, _ subject: FileSubject
  ) -> Ruling {
    let rule = Self.rule(of: bind)
    if bind.access == .socket { return Ruling(.no, "\(rule), and a socket can only be connected to", by: .mounts) }
    if right == .write, bind.access == .read { return Ruling(.no, "\(rule), read-only", by: .readOnlyMount) }
    guard subject.has(right, on: file) else {
      return Ruling(.no, "\(rule), but its permission bits refuse the workload", by: .permissions)
    }
    if right == .write, let refusal = refusal(of: file, bind, subject) { return refusal }
    return Ruling(.yes, rule + Self.writing(bind), by: .mounts)
  }

  /// Whether a socket can be connected to. What programs inside have made themselves, no plan knows.
  func ruling(connectingTo path: AbsolutePath) -> Ruling {
    switch files.place(at: path) {
    case .shown(let file, let bind, let subject) where bind.access == .socket:
      // Connecting to a socket takes the right to write to it.
      return subject.has(.write, on: file)
        ? Ruling(.yes, Self.rule(of: bind), by: .mounts)
        : Ruling(.no, "\(Self.rule(of: bind)), but its permission bits refuse the workload", by: .permissions)
    case .shown(_, let bind, _) where bind.access != .device && bind.identity != nil:
      return Ruling(.depends, "\(Self.rule(of: bind)), and nothing keeps the workload from a socket there", by: .mounts)
    case .scratch(let folder), .absent(parent: .folder(.scratch(let folder))):
      return Ruling(.yes, "sockets in \(folder) are the sandbox's own", by: .mounts)
    case .shown, .made, .madeFile, .processList, .controlGroups, .terminals, .absent, .unreachable, .tooManyLinks:
      return Ruling(.no, "no unix grant names it", by: .mounts)
    }
  }

  /// Why a file below an overlay cannot be changed, whatever its permission bits say.
  private func refusal(of file: HostFile, _ bind: BindStep, _ subject: FileSubject) -> Ruling? {
    guard bind.isOverlay, subject.isBelowForeign || !subject.owns(file) else { return nil }
    return Ruling(
      .no,
      "\(Self.rule(of: bind)), but this one, or its folder, belongs to a user or group that the sandbox does not have",
      by: .permissions)
  }

  private static func writing(_ bind: BindStep) -> String {
    if bind.isOverlay {
      return bind.access == .state ? ", and changes are kept" : ", and changes lie in memory until it ends"
    }
    return bind.isWritable ? ", writable" : ""
  }

  /// Who asked for a bind.
  private static func rule(of bind: BindStep) -> String {
    if bind.target == "/" { return "the base has it" }
    if bind.target == CapsulePlanning.root.description { return "the capsule's own files are shown at \(bind.target)" }
    if bind.access == .state { return "it is state of the capsule, kept in \(quoted(bind.source))" }
    let grant =
      switch bind.access {
      case .read: "read"
      case .write: "write"
      case .state: "state"
      case .device: "device"
      case .socket: "unix"
      }
    guard bind.identity == nil else { return "the \(grant) grant of \(quoted(bind.source)) shows it" }
    return bind.access == .device
      ? "the sandbox has the device \(bind.target)" : "base: host shows \(quoted(bind.target))"
  }

  private func absent(_ right: HostFile.Right, _ parent: PlannedFiles.Parent) -> Ruling {
    let nothing = Ruling(.no, "nothing is shown at this path", by: .mounts)
    guard right == .write, case .folder(let folder) = parent else { return nothing }
    switch folder {
    case .made(let path) where files.isWritable(path): return made(.write, isWritable: true)
    case .scratch(let path): return Ruling(.yes, "it may be made in \(path), which is writable", by: .mounts)
    case .shown(let file, let bind, let subject) where file.kind == .folder && bind.isWritable:
      guard subject.has(.write, on: file), subject.has(.search, on: file) else {
        return Ruling(.no, "the permission bits of its folder refuse the workload", by: .permissions)
      }
      let rule = Self.rule(of: bind) + (bind.isOverlay ? Self.writing(bind) : "")
      return refusal(of: file, bind, subject) ?? Ruling(.yes, "it may be made: " + rule, by: .mounts)
    default: return nothing
    }
  }

  private func controlGroup(_ right: HostFile.Right, _ below: [String]) -> Ruling {
    if right == .write { return Ruling(.no, "control groups are shown read-only", by: .readOnlyMount) }
    return below.isEmpty
      ? Ruling(.yes, "the sandbox sees its own control groups", by: .mounts)
      : Ruling(.depends, "the kernel decides which files a control group has", by: .mounts)
  }

  private func terminal(_ right: HostFile.Right, _ below: [String]) -> Ruling {
    if below == ["ptmx"] { return Ruling(.yes, "it makes terminals of the sandbox's own", by: .mounts) }
    guard below.isEmpty else {
      return Ruling(.depends, "only terminals that programs inside have made are there", by: .mounts)
    }
    return right == .read
      ? Ruling(.yes, "the sandbox has terminals of its own", by: .mounts)
      : Ruling(.no, "nobody can write into the folder of terminals", by: .permissions)
  }

  private func hidden(
    _ right: HostFile.Right, _ step: ProcessesStep, _ name: String, isItself: Bool
  ) -> Ruling? {
    let isFolder = step.hiddenFolders.contains(name)
    guard isFolder || step.hiddenFiles.contains(name) else { return nil }
    if right == .read, isFolder, isItself { return Ruling(.yes, "an empty folder hides it", by: .mounts) }
    return Ruling(.no, "it is hidden, as it tells about the host", by: .mounts)
  }

  /// Of /proc only what is the same for everybody can be told without running anything.
  private func processList(_ right: HostFile.Right, _ step: ProcessesStep, _ below: [String]) -> Ruling {
    guard let first = below.first else {
      return right == .read
        ? Ruling(.yes, "the sandbox has a process list of its own", by: .processes)
        : Ruling(.no, "nobody can write into the process list", by: .processes)
    }
    if let hidden = hidden(right, step, first, isItself: below.count == 1) { return hidden }
    let isOfProcess =
      ["self", "thread-self", "net", "mounts"].contains(first) || first.utf8.allSatisfy { (48...57).contains($0) }
    return Ruling(
      .depends,
      isOfProcess
        ? "it belongs to a process, and only processes of the sandbox are there"
        : "the kernel decides who may use this part of /proc",
      by: .processes)
  }
}

extension FileRights {
  /// Whether Landlock lets the process do it, where a mount would. Only what is granted can be narrowed.
  fileprivate func allow(_ right: HostFile.Right, _ path: AbsolutePath, on mount: AbsolutePath) -> Bool {
    // Through a link the path may be another one: then it is the mount that counts.
    let place = path.isInside(mount) ? path : mount
    if right == .write { return (change + use).contains { place.isInside(sandboxPath($0)) } }
    guard withheld.contains(where: { mount.isInside(sandboxPath($0)) }) else { return true }
    return (read + change).contains { place.isInside(sandboxPath($0)) }
  }
}
