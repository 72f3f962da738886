package import Linux
package import Planning

extension MachineAbilities {
  /// Tries the layers that a start may do without, each in the way in which it is used: what settings say is not asked.
  package static func gather(_ layers: [Degradation]) throws(SysError) -> MachineAbilities {
    try SignalQueue.stopIgnoringChildren()
    let landlock: Result<Int, SysError> = catching { () throws(SysError) in try KernelAbilities.landlockVersion() }
    var abilities = MachineAbilities(landlockVersion: 0)
    switch landlock {
    case .success(let version): abilities.landlockVersion = version
    case .failure:
      if layers.contains(.landlock) || layers.contains(.namespaces) {
        abilities.add(.landlock, LandlockFacts.gather(Surroundings.gather()).verdict)
      }
    }
    guard layers.contains(.namespaces) || layers.contains(.processes) else { return abilities }
    // Whatever a start needs is tried by a whole one; only when that fails, it is looked for what is missing.
    var failure = abilities.problem()
    if failure == nil { return abilities }
    var found = abilities
    if let namespaces = tryNamespaces() {
      abilities.add(.namespaces, namespaces)
      failure = nil
    } else if let processes = tryProcesses() {
      found.add(.processes, processes)
      failure = found.problem()
      if failure == nil { abilities = found }
    }
    // They can be made, and are of no use.
    if let failure { abilities.add(.namespaces, .missing(failure, fix: Surroundings.gather().wayOut)) }
    if abilities.lack(of: .namespaces) != nil { abilities.privateFolder = try newFolder() }
    abilities.lacks.removeAll { $0.layer != .landlock && !layers.contains($0.layer) }
    return abilities
  }

  /// Why a sandbox without what is missing cannot be set up either; nil when it can.
  private func problem() -> String? {
    switch RehearsalFacts.gather(self).outcome {
    case .worked: nil
    case .failed(let failure):
      "cannot \(failure.step): \(failure.error.errno.meaning) (\(failure.error.call.rawValue): \(failure.error.errno.name))"
    case .untold(let why): why
    }
  }

  private mutating func add(_ layer: Degradation, _ verdict: Verdict) {
    lacks.append(Lack(layer, cause: verdict.detail, fix: verdict.fix ?? "capsrun doctor tells more"))
  }

  /// nil when all of them can be made together; which one cannot, and why, is looked for only where they cannot.
  private static func tryNamespaces() -> Verdict? {
    let outcome = Trial(namespaces: .all, identity: .ofCaller).run { () throws(SysError) in
      try FileSystem.mount(type: "tmpfs", on: NamespaceFacts.mountPoint, .plain, options: "size=64k")
    }
    if outcome == .worked { return nil }
    let verdict = NamespaceFacts.gather(Clone3Facts.gather(Surroundings.gather())).verdict
    // It went well just now: what was seen before is no verdict on this start, but nothing to rely on either.
    return verdict.state == .ok ? .unknown(outcome.problem ?? "") : verdict
  }

  private static func tryProcesses() -> Verdict? {
    let outcome = Trial(namespaces: .all, identity: .ofCaller).run { () throws(SysError) in
      try FileSystem.mount(type: "proc", on: NamespaceFacts.mountPoint, .plainWithoutPrograms, options: "")
    }
    if outcome == .worked { return nil }
    let text = FileReading.read("/proc/self/mountinfo").trimmed
    return ProcessListFacts(
      outcome: outcome, hidden: text.map { MountTable($0).hiddenProcesses } ?? [],
      surroundings: Surroundings.gather()
    ).verdict
  }

  /// A path at which nothing is, and a folder can be made; /dev/shm is writable where a container's root is not.
  private static func newFolder() throws(SysError) -> String? {
    for parent in ["/tmp", "/var/tmp", "/run", "/dev/shm"] where mayWrite(parent) {
      var name = ""
      for byte in try randomBytes(12) { name += Self.digits[Int(byte) % Self.digits.count] }
      return "\(parent)/capsrun-\(name)"
    }
    return nil
  }

  private static let digits = "abcdefghijklmnopqrstuvwxyz012345".map(String.init)
}
