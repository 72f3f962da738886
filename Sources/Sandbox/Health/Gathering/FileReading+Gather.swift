internal import Linux

extension FileReading {
  /// Files of the system that are read here are short; of a longer one nothing is taken.
  private static let longest = 1 << 20

  /// Reads a file of the system. What cannot be read is an answer as well.
  static func read(_ path: String) -> FileReading {
    do throws(SysError) {
      let bytes = try Descriptor.open(path, .readWithoutWaiting).readAll(of: path, limit: longest)
      return .text(String(decoding: bytes, as: UTF8.self))
    } catch {
      return error.errno == .noSuchFile || error.errno == .notDirectory ? .absent : .unreadable(error.errno)
    }
  }

  /// Whether there is anything at the path, as far as the caller may see.
  static func isThere(_ path: String) -> Bool {
    switch catching({ () throws(SysError) in try Descriptor.open(path, .place).status(of: path) }) {
    case .success: true
    case .failure: false
    }
  }
}
