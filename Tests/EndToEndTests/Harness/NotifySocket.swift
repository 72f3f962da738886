import Foundation

/// A socket that listens as systemd does for what its services tell.
final class NotifySocket {
  private let socket: FileDescriptor
  /// As NOTIFY_SOCKET has it.
  let address: String
  private(set) var messages: [String] = []

  /// At a path, or under an abstract name that begins with `@`.
  init(_ address: String) throws {
    self.address = address
    let number = try Spawn.lock.withLock {
      try FileDescriptor(
        owning: Glibc.socket(
          AF_UNIX,
          Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0), "socket")
    }
    socket = number
    var name = Array(address.utf8)
    if name.first == UInt8(ascii: "@") { name[0] = 0 }
    var bound = sockaddr_un()
    bound.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &bound.sun_path) { $0.copyBytes(from: name) }
    let size = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    let result = withUnsafePointer(to: &bound) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number.number, $0, size) }
    }
    guard result == 0 else { throw HarnessError("bind", errno: errno) }
    if name[0] != 0 { chmod(address, 0o777) }
  }

  /// What has been told by now, each message with its lines.
  @discardableResult
  func receive() throws -> [String] {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(socket.number, &buffer, buffer.count, 0)
      guard count >= 0 else { return messages }
      messages.append(String(decoding: buffer[..<count], as: UTF8.self))
    }
  }

  /// All lines, in their order.
  func lines() throws -> [String] { try receive().flatMap { $0.split(separator: "\n").map(String.init) } }
}
