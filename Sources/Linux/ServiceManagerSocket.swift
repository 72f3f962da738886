internal import CLinux

/// Where the service manager listens that has started this process. sd_notify(3)
package struct ServiceManagerSocket: Hashable, Sendable {
  /// A path, or an abstract name with `@` before it.
  package let address: String

  /// Nil for what the kernel knows no such socket by, as that of another family.
  package init?(address: String) {
    guard let first = address.utf8.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@") else { return nil }
    self.address = address
  }

  /// Sends lines, each `KEY=value`, and does not wait; false when nobody takes them now. sendto(2)
  package func send(_ lines: [String]) throws(SysError) -> Bool {
    let bytes = Array(lines.joined(separator: "\n").utf8)
    do throws(SysError) {
      try check(.send, address) { bytes.withUnsafeBytes { cl_tell_manager(address, $0.baseAddress, $0.count) } }
      return true
    } catch let error where error.errno == .tryAgain {
      return false
    }
  }
}
