package import Linux

/// The standard streams of a process that joins a sandbox.
///
/// They may be closed here when the process has begun.
package final class JoinStreams {
  /// Nil for /dev/null.
  private let input: Descriptor?
  private let output: Descriptor?
  private let errors: Descriptor?
  /// What a private terminal is like that takes their place; nil without one.
  let terminal: TerminalModel?

  /// With nil in the place of a stream it is /dev/null: nothing is read, and what is written is gone.
  package init(input: consuming Descriptor?, output: consuming Descriptor?, errors: consuming Descriptor?) {
    self.input = input
    self.output = output
    self.errors = errors
    terminal = nil
  }

  /// A terminal of the process's own, whose other end `JoinedProcess.terminal` is. With `errors` standard error is no part of it.
  /// `isTypedInto` says whether somebody types, whose keys are to be shown.
  package init(terminalOf size: WindowSize?, isTypedInto: Bool, errors: consuming Descriptor? = nil) {
    input = nil
    output = nil
    switch errors {
    case .some: terminal = TerminalModel(isTypedInto: isTypedInto, size: size, as: .terminalButErrors)
    case .none: terminal = TerminalModel(isTypedInto: isTypedInto, size: size, as: .terminal)
    }
    self.errors = errors
  }

  /// /dev/null for all three.
  package static var null: JoinStreams { JoinStreams(input: nil, output: nil, errors: nil) }

  /// A folder of the host would lead out of any root.
  func requireNoFolder() throws(SetUpFailure) {
    try SetUpFailure.catching(.joining, "take over its standard streams") { () throws(SysError) in
      try Self.requireNoFolder(input, .input)
      try Self.requireNoFolder(output, .output)
      try Self.requireNoFolder(errors, .error)
    }
  }

  private static func requireNoFolder(
    _ descriptor: borrowing Descriptor?, _ stream: StandardStream
  ) throws(SysError) {
    guard try descriptor.isFolder(stream.name) else { return }
    throw SysError(.fstat, stream.name, .isFolder)
  }

  /// Puts them in the place of those of this process.
  func takePlace() throws(SysError) {
    let null = try Descriptor.open("/dev/null", .readAndWrite)
    try Self.put(input, .input, null)
    try Self.put(output, .output, null)
    try Self.put(errors, .error, null)
  }

  private static func put(
    _ descriptor: borrowing Descriptor?, _ stream: StandardStream, _ null: borrowing Descriptor
  ) throws(SysError) {
    switch descriptor {
    case .some(let open): try stream.become(open)
    case .none: try stream.become(null)
    }
  }
}

extension Optional where Wrapped == Descriptor {
  fileprivate borrowing func isFolder(_ subject: String) throws(SysError) -> Bool {
    switch self {
    case .some(let open): try open.status(of: subject).kind == .folder
    case .none: false
    }
  }
}
