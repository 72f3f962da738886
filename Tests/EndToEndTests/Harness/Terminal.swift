import Foundation

/// A pseudo-terminal: this is the side where a person would sit.
final class Terminal {
  private var keyboard: FileDescriptor
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

  /// How it treats what is typed and shown, whoever has set it so.
  struct Settings: Equatable {
    let input, output, local: tcflag_t
  }

  var settings: Settings {
    get throws {
      var found = termios()
      guard tcgetattr(device.number, &found) == 0 else { throw HarnessError("tcgetattr", errno: errno) }
      return Settings(input: found.c_iflag, output: found.c_oflag, local: found.c_lflag)
    }
  }

  /// The device and the number of its file, by which programs can tell whether a stream is this one.
  var identity: String {
    get throws {
      var status = stat()
      guard fstat(device.number, &status) == 0 else { throw HarnessError("fstat", errno: errno) }
      return "\(status.st_dev):\(status.st_ino)"
    }
  }

  /// Gives its window another size.
  func resize(rows: Int, columns: Int) throws {
    let stty = try Spawn(["/usr/bin/stty", "-F", path, "rows", "\(rows)", "columns", "\(columns)"]).run()
    guard stty.exitCode == 0 else { throw HarnessError(stty.errors) }
  }

  /// Goes away, as a window that is closed.
  func hangUp() throws {
    keyboard = try Spawn.lock.withLock { try FileDescriptor(owning: open("/dev/null", O_RDWR), "/dev/null") }
  }

  /// Reads all that is shown, in portions with pauses, until `text` comes at its end.
  func readSlowly(until text: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var portions = 0
    while !bytes.suffix(text.utf8.count).elementsEqual(text.utf8) {
      guard let next = try keyboard.readNext(), !next.isEmpty else {
        throw HarnessError("after \(bytes.count) bytes the terminal shows nothing more")
      }
      bytes += next
      portions += 1
      if portions.isMultiple(of: 200) { usleep(20_000) }
    }
    return bytes
  }

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
