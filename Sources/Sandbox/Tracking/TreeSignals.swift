internal import Linux

/// Signals to processes that may make others meanwhile.
struct TreeSignals {
  /// All of them at this moment, and maybe some that have ended.
  let list: () throws(SysError) -> [CInt]
  /// Whether the process that has this number now is one of them.
  let belongs: (CInt) throws(SysError) -> Bool

  var longestMilliseconds = 5000

  /// Returns when each has got the signal that it cannot survive, and none could make another one any more.
  func kill() throws(SysError) {
    // What is stopped makes no others, so that the second round has an end; and it ends them as fast. What cannot be stopped, as
    // others come faster, is killed all the same, as far as that goes.
    switch catching({ () throws(SysError) in try sendToAll(.stop) }) {
    case .success, .failure: try sendToAll(.kill)
    }
  }

  /// Whatever goes wrong with one of them, the others get it; that is told in the end.
  private func sendToAll(_ signal: Signal) throws(SysError) {
    let deadline = Clock.milliseconds + longestMilliseconds
    var told: Set<CInt> = []
    var failure: SysError?
    while true {
      let found = try list().filter { !told.contains($0) }
      if found.isEmpty { break }
      guard Clock.milliseconds < deadline else {
        throw SysError(.pidfd_send_signal, "processes that make others", .busy)
      }
      for id in found {
        do throws(SysError) {
          try send([signal], to: id)
        } catch {
          failure = failure ?? error
        }
        told.insert(id)
      }
    }
    if let failure { throw failure }
  }

  func send(_ signals: [Signal], to id: CInt) throws(SysError) {
    guard let process = try ProcessHandle.open(id) else { return }
    // Only now: nobody else can get the number of a process that is held and still there.
    guard try belongs(id) else { return }
    for signal in signals { try process.send(signal) }
  }
}
