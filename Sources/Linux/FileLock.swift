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
    if let lock = try take(kind, file.number, subject, waits: false) { return FileLock(file: file, lock) }
    whenBusy()
    guard let lock = try take(kind, file.number, subject, waits: true) else {
      throw SysError(.flock, subject, .tryAgain)
    }
    return FileLock(file: file, lock)
  }

  private struct Taken {}

  private init(file: consuming Descriptor, _: Taken) { self.file = file }

  private static func take(_ kind: Kind, _ number: CInt, _ subject: String, waits: Bool) throws(SysError) -> Taken? {
    do throws(SysError) {
      try check(.flock, subject) {
        flock(number, (kind == .shared ? LOCK_SH : LOCK_EX) | (waits ? 0 : LOCK_NB))
      }
      return Taken()
    } catch let error where error.errno == .tryAgain {
      return nil
    }
  }
}
