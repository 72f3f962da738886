internal import Cryptography
internal import Diagnostics
internal import Linux

/// Where the password of a secret key comes from: a terminal, a file, or the standard input when that is asked for. Never
/// from the command line or the environment, which others can see.
struct PasswordSource {
  static let file = Option.value("password-file", "FILE", "read the password of the key from this file", .path)
  static let input = Option.flag("password-stdin", "read the password of the key from standard input")
  static let options = [file, input]

  /// What both options and the terminal have in common, for the help of a command.
  static let help = """
    The password is asked for on the terminal, without showing it; --password-file and
    --password-stdin take the one line that the file or standard input holds.
    """

  /// The longest that minisign takes.
  private static let longest = 1023

  private enum Kind {
    case terminal, input
    case file(String)
  }

  private let kind: Kind

  init(_ invocation: Invocation) throws(DiagnosticList) {
    let path = invocation.value(Self.file)
    guard path == nil || !invocation.has(Self.input) else {
      throw Self.failure("the password can come from one place alone", hint: "leave out one of the two options", .usage)
    }
    kind = path.map { .file($0) } ?? (invocation.has(Self.input) ? .input : .terminal)
  }

  /// The password of a key that is there.
  func existing(for key: String) throws(DiagnosticList) -> SecretBytes {
    try read("Password of \(printable(key)): ")
  }

  /// A password for a new key. Where nobody sees what he types, it is asked for twice.
  func new() throws(DiagnosticList) -> SecretBytes {
    let password = try read("Password: ")
    guard password.count > 0 else {
      throw Self.failure("the password is empty", hint: "--no-password makes a key without one", .usage)
    }
    if case .terminal = kind {
      guard try read("Password (one more time): ").equals(password) else {
        throw Self.failure("the two passwords differ", hint: "start again", .usage)
      }
    }
    return password
  }

  private func read(_ prompt: String) throws(DiagnosticList) -> SecretBytes {
    switch kind {
    case .terminal: return try Self.ask(prompt)
    case .file(let path):
      return try Self.line(
        try SecretInput.file(path, "the password file", limit: Self.longest + 2),
        of: "the password file \(quoted(path))")
    case .input:
      guard !StandardInput.isTerminal else {
        throw Self.failure(
          "standard input is a terminal", hint: "leave out --password-stdin, and the password is asked for", .usage)
      }
      let input = try reporting("read the password") { () throws(SysError) in try StandardInput.open() }
      return try Self.line(
        try SecretInput.read(input, named: "standard input", "the password from", limit: Self.longest + 2),
        of: "standard input")
    }
  }

  private static func ask(_ prompt: String) throws(DiagnosticList) -> SecretBytes {
    let terminal = try openTerminal()
    var line = SecretBytes(count: longest + 2)
    let count = try reporting("ask for the password") { () throws(SysError) in
      try line.withMutableBytes { (buffer: UnsafeMutableRawBufferPointer) throws(SysError) in
        try terminal.readHiddenLine(prompt, into: buffer)
      }
    }
    guard count > 0 else { throw failure("no password was given", hint: "type it, and press Enter", .usage) }
    return try Self.line(line.part(0..<count), of: "the terminal")
  }

  private static func openTerminal() throws(DiagnosticList) -> Terminal {
    do throws(SysError) {
      return try Terminal.open()
    } catch {
      throw failure(
        "the key has a password, and there is no terminal to ask for it: \(error.reason)",
        hint: "use --password-file or --password-stdin", .usage)
    }
  }

  /// The one line that a text consists of, without its end.
  private static func line(_ text: borrowing SecretBytes, of place: String) throws(DiagnosticList) -> SecretBytes {
    var end = text.firstIndex(of: UInt8(ascii: "\n")) ?? text.count
    guard end >= text.count - 1 else {
      throw failure("\(place) holds more than one line", hint: "a password is one line", .badData)
    }
    if end > 0, end < text.count, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    guard end <= longest else {
      throw failure("the password has more than \(longest) bytes", hint: "choose a shorter one", .badData)
    }
    guard text.part(0..<end).firstIndex(of: 0) == nil else {
      throw failure("the password holds a zero byte", hint: "a password is one line of text", .badData)
    }
    return text.part(0..<end)
  }

  private static func failure(_ message: String, hint: String, _ code: ExitCode) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: code)])
  }
}
