internal import Linux

extension Denial.Caller {
  /// Whose thread this is, by what /proc says of it; nil when that cannot be read. To be read while the thread waits.
  init?(ofThread thread: CInt) {
    guard thread > 0, let status = Self.status(of: thread) else { return nil }
    var id: Int?
    var name: String?
    for line in status.split(separator: UInt8(ascii: "\n")) {
      // The last number of these is the id in the innermost pid namespace.
      if let rest = Self.value("NStgid:", line) {
        id = rest.split(whereSeparator: { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }).last
          .flatMap { Int(String(decoding: $0, as: UTF8.self)) }
      } else if let rest = Self.value("Name:", line) {
        // The kernel writes a line break in it as \n.
        name = String(decoding: rest.drop { $0 == UInt8(ascii: "\t") }, as: UTF8.self)
      }
    }
    guard let id, let name else { return nil }
    self.init(id: id, name: name)
  }

  private static func status(of thread: CInt) -> [UInt8]? {
    do throws(SysError) {
      return try Descriptor.open("/proc/\(thread)/status", .read).readAll(of: "status", limit: 16384)
    } catch {
      // Gone, or this machine shows no processes here: the refusal is told without its caller.
      return nil
    }
  }

  private static func value(_ key: String, _ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    line.starts(with: key.utf8) ? line.dropFirst(key.utf8.count) : nil
  }
}
