package import Diagnostics
internal import Linux

/// What a supervisor does that is to take the place of another one of the same capsule, which runs an earlier version.
package struct Succession {
  /// Why it cannot, and nothing has been changed for that.
  package struct Failure: Error {
    package let message: String

    package init(_ message: String) { self.message = message }
  }

  /// The name that it takes over.
  package var name: String
  /// Takes it: afterwards the other one has this one's. Returns what is to be told of that.
  package var take: () throws(Failure) -> JSONValue
  /// What is done when it has taken it.
  package var taken: () -> Void
  /// Whether all of it has come as far as it shall.
  package var isDue = false

  package init(name: String, take: @escaping () throws(Failure) -> JSONValue, taken: @escaping () -> Void) {
    self.name = name
    self.take = take
    self.taken = taken
  }
}

/// A supervisor that has stopped all, as another version is being started, and starts it again when that comes to nothing.
struct StandAside {
  /// It lasts as long as whoever asked for it is there.
  let call: ControlCall
  /// What was to run.
  let processes: [Int]
}

// The new version.
extension Supervisor {
  func takeOver(_ call: ControlCall) throws(SysError) {
    guard let succession, succession.isDue else {
      return call.fail(ControlFailure.wrongState, "\(capsule.name) is not about to take the place of another version")
    }
    let told: JSONValue
    do throws(Succession.Failure) {
      told = try succession.take()
    } catch {
      return call.fail(ControlFailure.wrongState, error.message)
    }
    // From here on it needs nobody: whoever has asked may have been killed.
    let last = capsule.name
    capsule.name = succession.name
    self.succession = nil
    try letGo()
    succession.taken()
    Self.askToEnd(last)
    try takeLogs(when: last)
    call.reply(told)
  }

  /// Asks the last version to end, which has the other name now.
  private static func askToEnd(_ name: String) {
    do throws(ControlError) {
      _ = try ControlClient.connect(name).send(.shutdown)
    } catch {
      // It has ended by itself; or it hangs, which whoever looks at what runs will see.
    }
  }

  /// Until the last version is gone, the logs of the name are its alone.
  private func takeLogs(when last: String) throws(SysError) {
    guard Self.isThere(last) else { return try keeper.moveLogs(to: capsule.name) }
    try moments.after(Self.logInterval) { [unowned self] () throws(SysError) in try takeLogs(when: last) }
  }

  private static let logInterval: UInt64 = 50

  private static func isThere(_ name: String) -> Bool {
    do throws(RunFolderError) {
      return try RunFolder.isClaimed(name)
    } catch {
      return true
    }
  }
}

// The last version.
extension Supervisor {
  func standAside(_ call: ControlCall) throws(SysError) {
    guard !capsule.isForeground else {
      return call.fail(ControlFailure.wrongState, "\(capsule.name) runs in the foreground, and would end")
    }
    let processes = lives.indices.filter { process in
      switch machine.status(of: process).state {
      case .completed, .failed, .disabled: lives[process] != nil
      case .pending, .blocked, .starting, .running, .ready, .unhealthy, .stopping, .backoff: true
      }
    }
    standAside = StandAside(call: call, processes: processes)
    call.onGone = { [unowned self] in
      guarding { () throws(SysError) in
        // Not at once, as this may be told while something else is being done.
        try moments.after(1) { [unowned self] () throws(SysError) in
          if standAside?.call === call { try comeBack() }
        }
      }
    }
    let last = generations
    try handle(.stop(nil))
    try wait(call, for: Array(lives.indices), .stoodAside(last: last))
  }

  func resume(_ call: ControlCall) throws(SysError) {
    guard let ended = standAside, !isEnding else { return call.reply([]) }
    let before = ended.processes.map { generations[$0] }
    ended.call.reply([])
    try comeBack()
    try wait(call, for: ended.processes, .restarted(after: before))
  }

  private func comeBack() throws(SysError) {
    guard let ended = standAside else { return }
    standAside = nil
    if !isEnding { try handle(.start(ended.processes)) }
  }
}
