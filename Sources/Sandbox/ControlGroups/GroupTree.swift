internal import Linux
internal import Planning

/// The groups of one run in one hierarchy: `capsrun/NAME`, and in it one for each process.
final class GroupTree {
  let isUnified: Bool
  /// The group of the whole run, which its owner's lock is on.
  let whole: ControlGroup
  private let base: ControlGroup
  private let parent: ControlGroup
  private let name: String
  private let controllers: [Controller]

  /// Makes the group of the run; that of all runs is made when there is none.
  static func make(
    in path: String, name: String, isUnified: Bool, controllers: [Controller]
  ) throws(SysError) -> GroupTree {
    var attempt = 1
    while true {
      do throws(SysError) {
        return try makeOnce(in: path, name: name, isUnified: isUnified, controllers: controllers)
      } catch let error where attempt < 20 && [.noSuchFile, .noDevice, .fileExists].contains(error.errno) {
        // Another run has just removed the group of all runs, as its own was the last one in it; or this run's, which was empty
        // and nobody's yet. When it is a controller that is not there, this fails as often as it is tried.
        attempt += 1
        Clock.sleep(milliseconds: 1)
      }
    }
  }

  private static func makeOnce(
    in path: String, name: String, isUnified: Bool, controllers: [Controller]
  ) throws(SysError) -> GroupTree {
    let base = try ControlGroup.open(path)
    do throws(SysError) {
      try base.make(child: GroupName.parent)
    } catch let error where error.errno == .fileExists {
      // That of other runs.
    }
    let parent = try base.open(child: GroupName.parent)
    if isUnified {
      try base.handOn(controllers)
      try parent.handOn(controllers)
    }
    try parent.make(child: name)
    let whole = try parent.open(child: name)
    // Whoever tidies up may have found it before.
    guard try whole.claim(), parent.has(name) else { throw SysError(.flock, whole.path, .noSuchFile) }
    return GroupTree(
      isUnified: isUnified, base: base, parent: parent, whole: whole, name: name, controllers: controllers)
  }

  private init(
    isUnified: Bool, base: consuming ControlGroup, parent: consuming ControlGroup, whole: consuming ControlGroup,
    name: String, controllers: [Controller]
  ) {
    self.isUnified = isUnified
    self.base = base
    self.parent = parent
    self.whole = whole
    self.name = name
    self.controllers = controllers
  }

  /// What has to stay open in a process that is going to remove them.
  var keptNumbers: [DescriptorNumber] { [base.keptNumber, parent.keptNumber, whole.keptNumber] }

  /// Makes a group for one process; returns the way into it.
  func makeLeaf(_ leaf: String) throws(SysError) -> ControlGroupEntrance {
    try whole.make(child: leaf)
    return try whole.open(child: leaf).entrance()
  }

  /// Makes a group that has counted nothing yet, in place of one of that name; EBUSY when something lives in that.
  func makeNewLeaf(_ leaf: String) throws(SysError) {
    do throws(SysError) {
      try whole.make(child: leaf)
    } catch let error where error.errno == .fileExists {
      try whole.remove(child: leaf)
      try whole.make(child: leaf)
    }
  }

  /// Removes the group of a process; one that is gone is no failure.
  func removeLeaf(_ leaf: String) throws(SysError) {
    try removeWaiting(until: Clock.milliseconds + 1000) { () throws(SysError) in try whole.remove(child: leaf) }
  }

  /// Lets the groups of processes have limits too; no process may be in the group of the whole any more.
  func handOn() throws(SysError) {
    if isUnified { try whole.handOn(controllers) }
  }

  /// The group of one process.
  func leaf(_ name: String) throws(SysError) -> ControlGroup { try whole.open(child: name) }

  /// Holds the whole, or one process, to those of the limits that this hierarchy holds.
  func hold(_ limits: GroupLimits, leaf: String? = nil) throws(SetUpFailure) {
    let lines = try SetUpFailure.catching(.limits, "read the limits") { () throws(SysError) in
      isUnified ? try GroupSetting.unified(limits) : GroupSetting.old(limits)
    }
    for line in lines where controllers.contains(line.limit.controller) {
      let step =
        "hold \(leaf == nil ? "all of it" : "its process") to \(line.limit.rawValue) \(limits.text(of: line.limit) ?? "")"
      try SetUpFailure.catching(.limits, step) { () throws(SysError) in
        if let leaf { try write(line, to: try self.leaf(leaf)) } else { try write(line, to: whole) }
      }
    }
  }

  private func write(_ line: GroupSetting, to group: borrowing ControlGroup) throws(SysError) {
    if line.mayBeMissing, !group.has(line.file) { return }
    try group.write(line.value, to: line.file)
  }

  /// Removes the groups of this run once their processes are gone, and that of all runs when it was the last.
  func remove() throws(SysError) {
    let deadline = Clock.milliseconds + 5000
    for leaf in try leaves() {
      try removeWaiting(until: deadline) { () throws(SysError) in try whole.remove(child: leaf) }
    }
    try removeWaiting(until: deadline) { () throws(SysError) in try parent.remove(child: name) }
    do throws(SysError) {
      try base.remove(child: GroupName.parent)
    } catch let error where [.busy, .notEmpty, .noSuchFile].contains(error.errno) {
      // Others are running, or have just removed it.
    }
  }

  /// Whoever made them.
  private func leaves() throws(SysError) -> [String] {
    do throws(SysError) {
      return try whole.children()
    } catch let error where error.errno == .noSuchFile {
      return []
    }
  }

  /// A process that has just ended may still count for a moment.
  private func removeWaiting(until deadline: Int, _ body: () throws(SysError) -> Void) throws(SysError) {
    while true {
      do throws(SysError) {
        try body()
        return
      } catch let error where error.errno == .noSuchFile {
        return
      } catch let error where error.errno == .busy && Clock.milliseconds < deadline {
        Clock.sleep(milliseconds: 1)
      }
    }
  }

  /// Removes what other runs have left whose owners were killed. What is in use, or nobody's of ours, stays.
  func removeLeftovers() throws(SysError) {
    for other in try parent.children() where other != name && GroupName.isUnique(other) {
      do throws(SysError) {
        let group = try parent.open(child: other)
        guard try group.claim() else { continue }
        for leaf in try group.children() { try group.remove(child: leaf) }
        try parent.remove(child: other)
      } catch let error where [.busy, .noSuchFile, .noDevice, .notEmpty].contains(error.errno) {
        // Its processes are still on their way out, or somebody else removes it at this moment.
        continue
      }
    }
  }
}

extension ControlGroup {
  /// Lets the groups in this one be limited by these controllers.
  func handOn(_ controllers: [Controller]) throws(SysError) {
    let file = "cgroup.subtree_control"
    let present = (try read(file) ?? "").split(whereSeparator: \.isWhitespace)
    var words: [String] = []
    for controller in controllers where !present.contains(where: { $0 == controller.rawValue }) {
      words.append("+" + controller.rawValue)
    }
    if !words.isEmpty { try write(words.joined(separator: " "), to: file) }
  }

  /// The opposite.
  func takeBack(_ controllers: [Controller]) throws(SysError) {
    if controllers.isEmpty { return }
    try write(controllers.map { "-" + $0.rawValue }.joined(separator: " "), to: "cgroup.subtree_control")
  }
}
