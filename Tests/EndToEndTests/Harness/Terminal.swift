import Foundation

/// A pseudo-terminal: this is the side where a person would sit.
final class Terminal {
  private let keyboard: FileDescriptor
  /// Kept open, so that output stays readable after the last program has closed it.
  private let device: FileDescriptor
  private var unread = ""
  /// The path of the side that programs have.
  let path: String

  init() throws {
    var (near, far): (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 128)
    (keyboard, device) = try Spawn.lock.withLock {
      guard openpty(&near, &far, &name, nil, nil) == 0 else { throw HarnessError("openpty", errno: errno) }
      return (try FileDescriptor(owning: near, "pty"), try FileDescriptor(owning: far, "pty"))
    }
    path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  func type(_ text: String) throws { try keyboard.write(text) }

  /// Reads what is shown until `text` has come, and returns what came before it; what comes behind is left for the next call.
  @discardableResult
  func waitFor(_ text: String) throws -> String {
    while true {
      if let found = unread.range(of: text) {
        let before = String(unread[..<found.lowerBound])
        unread = String(unread[found.upperBound...])
        return before
      }
      guard let bytes = try keyboard.readNext(), !bytes.isEmpty else {
        throw HarnessError("the terminal never showed \"\(text)\", but: \(unread)")
      }
      unread += String(decoding: bytes, as: UTF8.self)
    }
  }
}
