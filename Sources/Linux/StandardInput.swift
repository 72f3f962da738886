internal import CLinux
internal import Glibc

/// The stream that this process reads from.
package enum StandardInput {
  package static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  /// Another descriptor of it. fcntl(2)
  package static func open() throws(SysError) -> Descriptor {
    Descriptor(owning: try check(.dup, "standard input") { cl_duplicate_above(STDIN_FILENO, 3) })
  }
}
