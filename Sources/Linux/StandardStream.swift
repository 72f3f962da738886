internal import Glibc

/// The streams that this process was started with.
package enum StandardStream: CInt, Sendable {
  case output = 1
  case error = 2

  /// Writes all of a text. write(2)
  package func write(_ text: String) throws(SysError) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = try check(.write, self == .output ? "standard output" : "standard error") {
        rest.withUnsafeBytes { Glibc.write(rawValue, $0.baseAddress, $0.count) }
      }
      rest = rest.dropFirst(written)
    }
  }

  package var isTerminal: Bool { isatty(rawValue) == 1 }
}
