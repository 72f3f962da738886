package import Linux
internal import Planning

extension GroupGround {
  /// The variable that holds the number of the process that was started again in a scope.
  package static let scopeVariable = "CAPSRUN_IN_SCOPE"

  /// Looks at this machine.
  package static func gather() throws(SysError) -> GroupGround {
    let mounts = MountTable(FileReading.read("/proc/self/mountinfo").trimmed ?? "")
    var ground = try gather(mounts.controlGroups, groups: FileReading.read("/proc/self/cgroup").lines.map(String.init))
    ground.isRoot = CurrentProcess.user == 0
    ground.caller = CurrentProcess.id
    ground.isInScope = CurrentProcess.environmentValue(scopeVariable) == String(CurrentProcess.id)
    if !ground.isRoot, let top = ground.top {
      ground.session = .gather()
      let service = "user.slice/user-\(ground.session.user).slice/user@\(ground.session.user).service"
      ground.session.controllers = .read("\(top.path)/\(service)/cgroup.controllers")
    }
    return ground
  }

  /// Looks at hierarchies, wherever they are mounted; `groups` are the lines of /proc/PID/cgroup.
  static func gather(_ hierarchies: [ControlGroupHierarchy], groups: [String]) throws(SysError) -> GroupGround {
    var ground = GroupGround()
    for hierarchy in hierarchies where !hierarchy.isUnified {
      for controller in Controller.allCases {
        let names = controller == .io ? ["io", "blkio"] : [controller.rawValue]
        if names.contains(where: hierarchy.controllers.contains), ground.old[controller] == nil {
          ground.old[controller] = hierarchy.path
        }
      }
    }
    guard let unified = hierarchies.first(where: \.isUnified) else { return ground }
    ground.top = try place(unified.path)
    guard let line = groups.first(where: { $0.hasPrefix("0::") }),
      var path = unified.folder(of: String(line.dropFirst(3)))
    else { return ground }
    while path.utf8.count >= unified.path.utf8.count {
      if let place = try place(path) { ground.own.append(place) }
      guard path != unified.path, let slash = path.lastIndex(of: "/") else { break }
      path = String(path[..<slash])
    }
    return ground
  }

  /// nil when it is not there, or nobody may look.
  private static func place(_ path: String) throws(SysError) -> Place? {
    do throws(SysError) {
      let group = try ControlGroup.open(path)
      var place = Place(path: path)
      place.controllers = (try group.read("cgroup.controllers") ?? "").split(whereSeparator: \.isWhitespace)
        .map(String.init)
      place.handedOn = (try group.read("cgroup.subtree_control") ?? "").split(whereSeparator: \.isWhitespace)
        .map(String.init)
      place.isWritable = group.isWritable
      place.isKernelsRoot = !group.has("cgroup.type")
      if place.isWritable { place.processes = try group.processes() }
      return place
    } catch let error where error.errno == .noSuchFile || error.errno == .accessDenied {
      return nil
    }
  }
}
