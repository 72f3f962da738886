internal import CLinux
internal import Glibc

/// The streams that this process was started with.
package enum StandardStream: CInt, Sendable {
  case input = 0
  case output = 1
  case error = 2

  /// Writes all of a text. write(2)
  package func write(_ text: String) throws(SysError) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = try check(.write, name) {
        rest.withUnsafeBytes { Glibc.write(rawValue, $0.baseAddress, $0.count) }
      }
      rest = rest.dropFirst(written)
    }
  }

  /// Opens /dev/null for each of the three streams that the caller has closed: otherwise the next file that is opened would
  /// become a standard stream, and be handed to the program. open(2)
  package static func openMissing() throws(SysError) {
    while true {
      let number = try check(.open, "/dev/null") { cl_open("/dev/null", O_RDWR, 0) }
      // The three are never close-on-exec: they are the program's.
      if number <= 2 {
        try check(.fcntl, "") { cl_keep_on_exec(number) }
      } else {
        close(number)
        return
      }
    }
  }

  /// Lets go of the caller's input and output, which belong to the program from now on: whoever reads or writes at the
  /// other end shall see it when the program closes them. dup3(2)
  package static func leaveInputAndOutput() throws(SysError) {
    let null = try Descriptor.open("/dev/null", .readAndWrite)
    try input.giveWay(to: null)
    try output.giveWay(to: null)
  }

  /// Lets go of some of them: /dev/null stands in their place.
  package static func leave(_ streams: [StandardStream]) throws(SysError) {
    let null = try Descriptor.open("/dev/null", .readAndWrite)
    for stream in streams { try stream.giveWay(to: null) }
  }

  private func giveWay(to null: borrowing Descriptor) throws(SysError) {
    try check(.dup, "/dev/null") { dup2(null.number, rawValue) }
  }

  /// Another descriptor of what is open as this stream. fcntl(2)
  package func duplicate() throws(SysError) -> Descriptor {
    Descriptor(owning: try check(.dup, name) { cl_duplicate_above(rawValue, 3) })
  }

  /// Puts something open in the place of this stream, for this process and what it executes. dup2(2)
  package func become(_ descriptor: borrowing Descriptor) throws(SysError) {
    // A copy, as the number itself would stay close-on-exec.
    let copy = try descriptor.duplicate()
    try check(.dup, name) { dup2(copy.number, rawValue) }
  }

  /// The name of a standard stream that is a folder, or nil: through one, `..` leads out of any root.
  package static func folder() throws(SysError) -> String? {
    for stream in [input, output, error] {
      var status = stat()
      try check(.fstat, stream.name) { fstat(stream.rawValue, &status) }
      if FileStatus(status).kind == .folder { return stream.name }
    }
    return nil
  }

  /// The name of a standard stream that could send to whom it likes, or nil: a socket for datagrams.
  package static func datagramSocket() throws(SysError) -> String? {
    for stream in [input, output, error] {
      var status = stat()
      try check(.fstat, stream.name) { fstat(stream.rawValue, &status) }
      guard FileStatus(status).kind == .socket else { continue }
      var type: CInt = 0
      var length = socklen_t(MemoryLayout<CInt>.size)
      try check(.socket, stream.name) { getsockopt(stream.rawValue, SOL_SOCKET, SO_TYPE, &type, &length) }
      if type != CInt(SOCK_STREAM.rawValue), type != CInt(SOCK_SEQPACKET.rawValue) { return stream.name }
    }
    return nil
  }

  /// For handing it on.
  package var keptNumber: DescriptorNumber { DescriptorNumber(value: rawValue) }

  package var name: String {
    switch self {
    case .input: "standard input"
    case .output: "standard output"
    case .error: "standard error"
    }
  }

  /// fcntl(2)
  package var isOpen: Bool { cl_access_mode(rawValue) != -1 }

  package var isTerminal: Bool { isatty(rawValue) == 1 }
}
