package import Linux

/// Why a supervisor could not be asked, or what it has against it.
package enum ControlError: Error, Hashable, Sendable {
  /// Nobody runs it.
  case notRunning(name: String)
  case folder(RunFolderError)
  /// The answer is an error.
  case refused(ControlFailure)
  /// It has ended before it answered.
  case ended
  /// It does not answer.
  case silent
  /// What it says is not understood.
  case misunderstood(String)
  /// Too slow for the events: those after the last that was received, up to this number, are lost.
  case dropped(sequence: Int)
  case system(SysError, doing: String)
}
