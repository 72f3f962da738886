internal import Linux
internal import Planning

/// All control groups of one run: made before its PID 1, and gone after it.
///
/// The group of the whole is the root of the groups that the sandbox sees. PID 1 is in a group of its own in it, and each process in
/// another: no group of version 2 holds processes beside limited groups.
final class RunGroups {
  /// Those that have groups from the start; of others they are made when they join.
  private let processes: [PlannedProcess]
  private let trees: [GroupTree]
  private let aside: StepAside?
  /// For PID 1 and the program.
  let entrance: GroupEntrance

  /// Makes the groups, and holds the whole to its limits.
  static func make(
    _ plan: Plan, at place: GroupPlace, for processes: [PlannedProcess]
  ) throws(SetUpFailure) -> RunGroups {
    let aside = try place.stepsAside ? StepAside.take(in: place.unified) : nil
    var trees: [GroupTree] = []
    do throws(SetUpFailure) {
      try makeTrees(plan, place, into: &trees)
      for tree in trees { if let limits = plan.limits { try tree.hold(limits.ofWhole) } }
      return RunGroups(
        processes: processes, trees: trees, aside: aside, entrance: try makeLeaves(processes, trees))
    } catch {
      // The first failure is the one to tell.
      switch catching({ () throws(SysError) in try remove(trees, aside) }) {
      case .success, .failure: throw error
      }
    }
  }

  private init(processes: [PlannedProcess], trees: [GroupTree], aside: StepAside?, entrance: GroupEntrance) {
    self.processes = processes
    self.trees = trees
    self.aside = aside
    self.entrance = entrance
  }

  private static func makeTrees(
    _ plan: Plan, _ place: GroupPlace, into trees: inout [GroupTree]
  ) throws(SetUpFailure) {
    let step = "make its control groups"
    let name = try SetUpFailure.catching(.limits, step) { () throws(SysError) in try GroupName.unique(plan.name) }
    let needed = Controller.allCases.filter { controller in
      place.counted.contains(controller) || plan.limitNames.contains { $0.controller == controller }
    }
    // That of version 2 also where version 1 holds the limits: by it all processes are known, and can be ended.
    var wanted = [(path: place.unified, isUnified: true, controllers: needed.filter { place.old[$0] == nil })]
    for path in Set(place.old.values).sorted() {
      wanted.append((path: path, isUnified: false, controllers: needed.filter { place.old[$0] == path }))
    }
    for (path, isUnified, controllers) in wanted {
      let tree = try SetUpFailure.catching(.limits, step) { () throws(SysError) in
        try GroupTree.make(in: path, name: name, isUnified: isUnified, controllers: controllers)
      }
      trees.append(tree)
      try SetUpFailure.catching(.limits, "tidy up after other runs") { () throws(SysError) in
        try tree.removeLeftovers()
      }
    }
  }

  private static func makeLeaves(
    _ processes: [PlannedProcess], _ trees: [GroupTree]
  ) throws(SetUpFailure) -> GroupEntrance {
    let entrance = GroupEntrance()
    try SetUpFailure.catching(.limits, "make a control group for its process") { () throws(SysError) in
      for tree in trees {
        if tree.isUnified { entrance.toInit(try tree.makeLeaf(GroupName.initLeaf)) }
        for (index, process) in processes.enumerated() {
          entrance.to(process.name, try tree.makeLeaf(GroupName.leaf(index, process.name)))
        }
      }
    }
    return entrance
  }

  /// Puts PID 1, which waits, in the group of the whole, lets it go on to its own, and holds the processes to their limits.
  func settle(_ started: borrowing StartedInit) throws(SetUpFailure) {
    let step = "put the sandbox in its control groups"
    let answer = try SetUpFailure.catching(.limits, step) { () throws(SysError) in
      for tree in trees { try tree.whole.add(process: started.process.id) }
      try started.reports.send([InitProcess.settled])
      return try started.reports.receive()
    }
    if let answer {
      if answer == [InitProcess.settled] { return try holdProcesses() }
      if case .failed(let failure) = Report(message: answer) { throw failure }
    }
    throw SetUpFailure(stage: .limits, step: step, error: SysError(.recv, "PID 1 ended without a word", .noChild))
  }

  private func holdProcesses() throws(SetUpFailure) {
    for tree in trees {
      try SetUpFailure.catching(.limits, "hand its control groups on") { () throws(SysError) in try tree.handOn() }
      for (index, process) in processes.enumerated() {
        guard let limits = process.limitsOfGroup else { continue }
        try tree.hold(limits, leaf: GroupName.leaf(index, process.name))
      }
    }
  }

  /// Makes the groups of one more process, which is not there yet.
  func makeLeaf(_ name: String, _ limits: GroupLimits?) throws(SetUpFailure) -> GroupLeaf {
    try GroupLeaf.make(name, in: trees, limits)
  }

  /// That of the whole, by which all processes are known.
  var path: String? { trees.first(where: \.isUnified)?.whole.path }

  /// Whether something lives in them.
  func isPopulated() throws(SysError) -> Bool {
    for tree in trees where tree.isUnified { return try tree.whole.isPopulated() ?? false }
    return false
  }

  /// Ends all that lives in them; false where the kernel cannot.
  @discardableResult
  func kill() throws(SysError) -> Bool {
    for tree in trees where tree.isUnified { return try tree.whole.kill() }
    return false
  }

  /// What has to stay open in a process that is going to remove them.
  var keptNumbers: [DescriptorNumber] {
    var numbers: [DescriptorNumber] = []
    for tree in trees { numbers += tree.keptNumbers }
    if let aside { numbers.append(aside.keptNumber) }
    return numbers
  }

  /// What was used, as far as the kernel has counted it; to be asked before `remove`.
  func usage() throws(SysError) -> GroupUsage {
    var usage = GroupUsage()
    for tree in trees {
      try tree.isUnified ? usage.add(unified: tree.whole) : usage.add(old: tree.whole)
      for (index, process) in processes.enumerated() {
        let leaf = try tree.leaf(GroupName.leaf(index, process.name))
        try tree.isUnified ? usage.add(unifiedPart: leaf) : usage.add(old: leaf)
      }
    }
    return usage
  }

  /// Ends whatever is left in the groups, and removes them.
  func remove() throws(SysError) { try Self.remove(trees, aside) }

  /// All of them, also when one cannot be removed; that is told in the end.
  private static func remove(_ trees: [GroupTree], _ aside: StepAside?) throws(SysError) {
    var failure: SysError?
    for tree in trees {
      do throws(SysError) {
        if tree.isUnified { try end(tree.whole) }
        try tree.remove()
      } catch {
        failure = failure ?? error
      }
    }
    try aside?.undo()
    if let failure { throw failure }
  }

  /// PID 1 has taken all with it already, but for what joined the sandbox.
  private static func end(_ whole: borrowing ControlGroup) throws(SysError) {
    guard try whole.isPopulated() == true else { return }
    guard try whole.kill() else { return }
    let deadline = Clock.milliseconds + 5000
    while try whole.isPopulated() == true, Clock.milliseconds < deadline { Clock.sleep(milliseconds: 1) }
  }
}

extension GroupLimits {
  /// Beside the processes of the capsule there is PID 1, which nobody has asked for.
  fileprivate var ofWhole: GroupLimits {
    var limits = self
    limits.pidsMax = pidsMax.map { $0 + 1 }
    return limits
  }
}

/// The ways into the groups of a run, for those who walk them: PID 1 and each process.
final class GroupEntrance {
  private var ways: [Way] = []

  private final class Way {
    /// Nil for PID 1.
    let process: String?
    let entrance: ControlGroupEntrance

    init(_ process: String?, _ entrance: consuming ControlGroupEntrance) {
      self.process = process
      self.entrance = entrance
    }
  }

  func toInit(_ entrance: consuming ControlGroupEntrance) { ways.append(Way(nil, entrance)) }
  func to(_ process: String, _ entrance: consuming ControlGroupEntrance) { ways.append(Way(process, entrance)) }

  /// Takes PID 1 from the group of the whole, which becomes the root of what it sees, to its own.
  func passAsInit() throws(SysError) {
    try unshareControlGroups()
    for way in ways where way.process == nil { try way.entrance.pass() }
  }

  /// Takes a process to its own, in all hierarchies.
  func pass(as process: String) throws(SysError) {
    for way in ways where way.process == process { try way.entrance.pass() }
  }

  var keptNumbers: [DescriptorNumber] { ways.map { $0.entrance.keptNumber } }
}

/// The launcher's own move out of the group in which it has to make others.
final class StepAside {
  private let group: ControlGroup
  private let before: [Controller]

  static func take(in path: String) throws(SetUpFailure) -> StepAside {
    try SetUpFailure.catching(.limits, "step aside in the own control group") { () throws(SysError) in
      let group = try ControlGroup.open(path)
      let before = try group.handedOn()
      do throws(SysError) {
        try group.make(child: GroupName.aside)
      } catch let error where error.errno == .fileExists {
        // Of a run whose launcher was killed.
      }
      try group.open(child: GroupName.aside).add(process: 0)
      return StepAside(group: group, before: before)
    }
  }

  var keptNumber: DescriptorNumber { group.keptNumber }

  private init(group: consuming ControlGroup, before: [Controller]) {
    self.group = group
    self.before = before
  }

  /// Goes back, and leaves the group as it was.
  func undo() throws(SysError) {
    let before = before
    try group.takeBack(try group.handedOn().filter { !before.contains($0) })
    try group.add(process: 0)
    do throws(SysError) {
      try group.remove(child: GroupName.aside)
    } catch let error where error.errno == .busy || error.errno == .noSuchFile {
      // A process of this program's that was made meanwhile is still there; the last one of them removes it.
    }
  }
}

extension ControlGroup {
  fileprivate func handedOn() throws(SysError) -> [Controller] {
    (try read("cgroup.subtree_control") ?? "").split(whereSeparator: \.isWhitespace)
      .compactMap { Controller(rawValue: String($0)) }
  }
}
