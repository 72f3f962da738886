import Foundation

/// A pseudo-terminal: this is the side where a person would sit.
final class Terminal {
  private let keyboard: FileDescriptor
  /// Kept open, so that output stays readable after the last program has closed it.
  private let device: FileDescriptor
  /// The path of the side that programs have.
  let path: String

  init() throws {
    var (near, far): (Int32, Int32) = (-1, -1)
    (keyboard, device, path) = try Spawn.lock.withLock {
      guard openpty(&near, &far, nil, nil, nil) == 0 else { throw HarnessError("openpty", errno: errno) }
      let ends = (try FileDescriptor(owning: near, "pty"), try FileDescriptor(owning: far, "pty"))
      // Under the lock too, as it answers in a place that all threads share.
      guard let name = ptsname(near) else { throw HarnessError("ptsname", errno: errno) }
      return (ends.0, ends.1, String(cString: name))
    }
  }

  func type(_ text: String) throws { try keyboard.write(text) }

  /// Reads what has been shown until it contains `text`.
  func waitFor(_ text: String) throws {
    var shown = ""
    while !shown.contains(text) {
      guard let bytes = try keyboard.readNext(), !bytes.isEmpty else {
        throw HarnessError("the terminal never showed \"\(text)\", but: \(shown)")
      }
      shown += String(decoding: bytes, as: UTF8.self)
    }
  }
}
