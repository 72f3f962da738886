internal import Linux
internal import Planning

/// Something that is tried in a child process with namespaces of its own, which leaves nothing behind when it ends.
struct Trial {
  let namespaces: Namespaces
  /// Who the child becomes; nil when it stays who it is, without id maps.
  let identity: TrialIdentity?

  /// Runs `body` in the child.
  func run(_ body: () throws(SysError) -> Void) -> TrialOutcome {
    do throws(SysError) {
      return try attempt(body)
    } catch {
      return .failed(error)
    }
  }

  private func attempt(_ body: () throws(SysError) -> Void) throws(SysError) -> TrialOutcome {
    let channel = try MessageChannel()
    guard let child = try ChildProcess.clone(into: namespaces) else {
      TrialProcess(identity: identity, parent: LauncherLink(socket: channel.childEnd())).run(body)
    }
    let socket = channel.parentEnd()
    let mapping: SysError?
    do throws(SysError) {
      if let identity {
        try child.setIDMaps(user: identity.user, group: identity.group, denySetgroups: identity.deniesSetgroups)
      }
      try socket.send([InitProcess.goAhead])
      mapping = nil
    } catch {
      // The child goes on waiting until this end is closed.
      mapping = error
    }
    guard mapping == nil, let message = try socket.receive() else {
      socket.close()
      let ending = try child.wait()
      return mapping.map { .failed($0) } ?? .lost(ending)
    }
    let ending = try child.wait()
    switch Report(message: message) {
    case .failed(let failure)?: return .failed(failure.error)
    case .ended?: return .worked
    case .ready?, .joined?, .listening?, .terminal?, .stopped?, nil: return .lost(ending)
    }
  }
}

/// The ids that a sandbox of this caller would have.
struct TrialIdentity {
  private static let inside: UInt32 = 1000

  let user: IDMap
  let group: IDMap
  let deniesSetgroups: Bool

  static var ofCaller: TrialIdentity {
    let isRoot = CurrentProcess.user == 0
    let reserved = HostFacts.firstReservedUser + UInt32(CurrentProcess.id)
    return TrialIdentity(
      user: IDMap(inside: inside, outside: isRoot ? reserved : CurrentProcess.user),
      group: IDMap(inside: inside, outside: isRoot ? reserved : CurrentProcess.group), deniesSetgroups: !isRoot)
  }
}

/// The child of a trial.
private struct TrialProcess {
  let identity: TrialIdentity?
  let parent: LauncherLink

  func run(_ body: () throws(SysError) -> Void) -> Never {
    do throws(SysError) {
      // Without the maps this process is nobody.
      guard try parent.socket.receive() != nil else { CurrentProcess.exit(0) }
      if let identity { try CurrentProcess.become(user: identity.user.inside, group: identity.group.inside) }
      try body()
      parent.report(.ended(.exited(code: 0)))
    } catch {
      parent.report(.failed(SetUpFailure(stage: .step, step: "", error: error)))
    }
    CurrentProcess.exit(0)
  }
}
