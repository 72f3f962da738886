internal import Linux
internal import Supervision

/// The claim of a name, until it is given up.
final class ClaimedFolder {
  private var claim: ClaimedRunFolder?

  init(_ claim: consuming ClaimedRunFolder) { self.claim = consume claim }

  func open(_ supervisor: Supervisor) throws(SysError) -> ControlServer {
    guard let server = try claim?.open(supervisor) else { preconditionFailure("a name that was given up") }
    return server
  }

  /// Says that this process runs it.
  func say(who capsule: SupervisedCapsule) throws(RunFolderError) {
    switch claim {
    case .some(let claim): try StartedName.say(who: capsule, in: claim)
    case nil: preconditionFailure("a name that was given up")
    }
  }

  /// Takes the name of another one, which gets this one's.
  func exchangeNames(with other: String) throws(SysError) { try claim?.exchangeNames(with: other) }

  func isThere() throws(SysError) -> Bool { try claim?.isThere() ?? false }

  var keptNumbers: [DescriptorNumber] { claim?.keptNumbers ?? [] }

  func remove() throws(SysError) {
    if let claim = claim.take() { try claim.remove() }
  }
}

extension ClaimedRunFolder {
  fileprivate borrowing func open(_ supervisor: Supervisor) throws(SysError) -> ControlServer {
    try supervisor.open(self)
  }
}
