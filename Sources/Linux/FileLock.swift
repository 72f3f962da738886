internal import Glibc

/// A lock on a file that holds as long as this value, and not longer than the process. flock(2)
package struct FileLock: ~Copyable {
  private let file: Descriptor

  package enum Kind: Sendable {
    /// Many may hold it at once.
    case shared
    case exclusive
  }

  /// Waits until the lock is free. `whenBusy` is called once, before waiting.
  package static func take(
    _ kind: Kind, on file: consuming Descriptor, _ subject: String, whenBusy: () -> Void = {}
  ) throws(SysError) -> FileLock {
    if try isTaken(kind, file.number, subject, waits: false) { return FileLock(file: file) }
    whenBusy()
    guard try isTaken(kind, file.number, subject, waits: true) else { throw SysError(.flock, subject, .tryAgain) }
    return FileLock(file: file)
  }

  /// Takes the lock, or returns nil when another process holds it.
  package static func takeIfFree(
    _ kind: Kind, on file: consuming Descriptor, _ subject: String
  ) throws(SysError) -> FileLock? {
    guard try isTaken(kind, file.number, subject, waits: false) else { return nil }
    return FileLock(file: file)
  }

  private init(file: consuming Descriptor) { self.file = file }

  /// Which file it is on.
  package func identity(_ subject: String) throws(SysError) -> FileStatus.Identity {
    try file.status(of: subject).identity
  }

  package var keptNumber: DescriptorNumber { file.keptNumber }

  /// Lets go of it here, and not earlier.
  package consuming func release() {}

  private static func isTaken(_ kind: Kind, _ number: CInt, _ subject: String, waits: Bool) throws(SysError) -> Bool {
    do throws(SysError) {
      try check(.flock, subject) { flock(number, (kind == .shared ? LOCK_SH : LOCK_EX) | (waits ? 0 : LOCK_NB)) }
      return true
    } catch let error where error.errno == .tryAgain {
      return false
    }
  }
}
