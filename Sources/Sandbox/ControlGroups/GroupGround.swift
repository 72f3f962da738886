internal import Linux
package import Planning

/// What this machine has of control groups, and what the caller may do with them: looked at before anything is made.
package struct GroupGround: Hashable, Sendable {
  /// One group of version 2.
  package struct Place: Hashable, Sendable {
    package var path: String
    package var controllers: [String] = []
    /// Those that the groups in it have been given.
    package var handedOn: [String] = []
    package var isWritable = false
    /// Its processes, as far as their numbers can be seen from here.
    package var processes: [CInt] = []
    /// Whether it is the kernel's own topmost group, which may hold processes and limited groups at once.
    package var isKernelsRoot = false

    package init(path: String) {
      self.path = path
    }

    func has(_ needed: [Controller]) -> Bool {
      needed.allSatisfy { controllers.contains($0.rawValue) }
    }
  }

  /// The topmost group of version 2 that can be seen; nil where none can.
  package var top: Place?
  /// The caller's own, and those above it.
  package var own: [Place] = []
  /// Where version 1 has what version 2 then has not.
  package var old: [Controller: String] = [:]
  package var isRoot = false
  /// The calling process.
  package var caller: CInt = 0
  package var session = UserSession()
  /// Whether this process was started again in a scope of systemd's already.
  package var isInScope = false

  package init() {}
}

/// Where the control groups of a run are made.
package struct GroupPlace: Hashable, Sendable {
  /// The group of version 2 below which they lie.
  package var unified: String
  /// Whether the launcher stands in that group itself, and has to leave it first: no group holds processes beside limited groups.
  package var stepsAside = false
  /// The hierarchies of version 1 that hold what version 2 does not.
  package var old: [Controller: String] = [:]
  /// What the groups in it have been given already, and can be counted for each process.
  package var counted: [Controller] = []

  package init(unified: String) { self.unified = unified }
}

/// Why limits cannot be held here.
package struct LimitRefusal: Error, Hashable, Sendable {
  package enum Cause: Hashable, Sendable {
    /// No control groups of version 2 can be seen.
    case noUnified
    /// Version 1 has the controllers, which hold this for nobody but root.
    case oldForRootAlone
    /// Version 1 has the controllers, and this is not among what capsrun uses of them.
    case oldLacks
    /// The group has not been given these controllers.
    case lacking([Controller], place: String)
    /// Other processes are in the group that would have to hold them.
    case shared(place: String)
    /// The groups can be seen and not changed.
    case readOnly(place: String)
    /// The caller has no group of his own, and no systemd that would give him one.
    case noDelegation(user: UInt32, hasSystemd: Bool)
  }

  package let limits: [LimitName]
  package let cause: Cause
}

/// What becomes of a start with limits.
package enum LimitDecision: Hashable, Sendable {
  case held(GroupPlace)
  /// By systemd's, in a scope of its own, where this program is started again.
  case inScope
  case refused(LimitRefusal)
}

extension GroupGround {
  /// Whether and how these limits are going to be held: the one place where that is decided.
  package func decide(_ limits: [LimitName]) -> LimitDecision {
    func refused(_ cause: LimitRefusal.Cause, _ controllers: [Controller]? = nil) -> LimitDecision {
      let named = limits.filter { controllers?.contains($0.controller) ?? true }
      return .refused(LimitRefusal(limits: named, cause: cause))
    }
    let needed = Controller.allCases.filter { controller in limits.contains { $0.controller == controller } }
    guard let top else { return refused(.noUnified) }
    let onOld = needed.filter { old[$0] != nil && !top.controllers.contains($0.rawValue) }
    if !onOld.isEmpty { return decideOnOld(limits, needed, onOld, top) }
    let lacking = needed.filter { !top.controllers.contains($0.rawValue) }
    if !lacking.isEmpty { return refused(.lacking(lacking, place: top.path), lacking) }
    if isRoot, top.isWritable { return decide(at: top) ?? refused(.shared(place: top.path)) }
    for place in ownPlaces where place.isWritable && place.has(needed) {
      if let decision = decide(at: place) { return decision }
    }
    if isRoot { return refused(.readOnly(place: top.path)) }
    return decideWithoutGroup(needed, refused)
  }

  /// systemd keeps what lies above a group that it has given away.
  var ownPlaces: ArraySlice<Place> { session.isSystemdRunning ? own.prefix(1) : own[...] }

  /// nil when other processes are in the way.
  private func decide(at place: Place) -> LimitDecision? {
    var decision = GroupPlace(unified: place.path)
    guard !place.isKernelsRoot, !place.processes.isEmpty else { return .held(decision) }
    guard place.processes == [caller] else { return nil }
    decision.stepsAside = true
    return .held(decision)
  }

  private func decideOnOld(
    _ limits: [LimitName], _ needed: [Controller], _ onOld: [Controller], _ top: Place
  ) -> LimitDecision {
    let concerned = limits.filter { onOld.contains($0.controller) }
    guard isRoot else { return .refused(LimitRefusal(limits: concerned, cause: .oldForRootAlone)) }
    let unheld = concerned.filter { !$0.isHeldByOldControllers }
    // What is counted there is memory and swap space together.
    let alone = limits.contains(.memoryMax) ? [] : concerned.filter { $0 == .swapMax }
    guard unheld.isEmpty, alone.isEmpty else {
      return .refused(LimitRefusal(limits: unheld + alone, cause: .oldLacks))
    }
    let others = needed.filter { !onOld.contains($0) }
    let lacking = others.filter { !top.controllers.contains($0.rawValue) }
    guard lacking.isEmpty else {
      let named = limits.filter { lacking.contains($0.controller) }
      return .refused(LimitRefusal(limits: named, cause: .lacking(lacking, place: top.path)))
    }
    guard top.isWritable else {
      return .refused(LimitRefusal(limits: limits, cause: .readOnly(place: top.path)))
    }
    guard case .held(var place) = decide(at: top) else {
      return .refused(LimitRefusal(limits: limits, cause: .shared(place: top.path)))
    }
    place.old = old.filter { onOld.contains($0.key) }
    return .held(place)
  }

  private func decideWithoutGroup(
    _ needed: [Controller], _ refused: (LimitRefusal.Cause, [Controller]?) -> LimitDecision
  ) -> LimitDecision {
    if let place = own.first, place.isWritable {
      let lacking = needed.filter { !place.controllers.contains($0.rawValue) }
      if isInScope || !session.canMakeScope {
        return lacking.isEmpty
          ? refused(.shared(place: place.path), nil) : refused(.lacking(lacking, place: place.path), lacking)
      }
    }
    guard session.canMakeScope, !isInScope else {
      return refused(.noDelegation(user: session.user, hasSystemd: session.isSystemdRunning), nil)
    }
    // What systemd has not been given it cannot give away.
    let given = session.controllers.words
    let lacking = given.isEmpty ? [] : needed.filter { !given.contains($0.rawValue) }
    return lacking.isEmpty ? .inScope : refused(.lacking(lacking, place: "user@\(session.user).service"), lacking)
  }
}

extension UserSession {
  var canMakeScope: Bool { isSystemdRunning && hasBus && hasSystemdRun }
}
