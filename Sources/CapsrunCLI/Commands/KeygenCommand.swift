internal import CapsuleFormat
internal import Cryptography
internal import Diagnostics
internal import Linux

/// `capsrun keygen`
enum KeygenCommand {
  private static let base = Option.value("output", "BASE", "write BASE.key and BASE.pub; -o for short", .path)
  private static let noPassword = Option.flag("no-password", "protect the secret key by its file's mode alone")

  static let command = Command(
    name: "keygen", summary: "make a key pair for signing",
    description: """
      Writes the secret key BASE.key, which nobody else can read, and the public key BASE.pub,
      in the format of minisign. Files that are there already are never replaced.

      \(PasswordSource.help) \
      Making the key from the password takes a second or two and 1 GiB of memory.
      """,
    options: [base, noPassword] + PasswordSource.options, operands: .none,
    examples: [
      ("capsrun keygen -o release", "Make release.key and release.pub"),
      ("capsrun keygen -o ci --no-password", "Make a pair for a machine that keeps secrets itself"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    guard let base = invocation.value(base) else {
      throw failure("no name is given for the key", hint: "capsrun keygen -o NAME", .usage)
    }
    let password = try PasswordSource(invocation)
    let (secretPath, publicPath) = (base + ".key", base + ".pub")
    // Before anybody has thought of a password.
    for path in [secretPath, publicPath] where try exists(path) { throw thereAlready(path) }
    let key = SecretKey()
    let text = try text(of: key, noPassword: invocation.has(noPassword), password, secretPath)
    try write(text, key.publicKey, secretPath, publicPath)
    let output = Output(isJSON: invocation.has(.json))
    if output.isJSON {
      try output.result(
        .object([
          .init("key_id", .string(key.id.description)), .init("secret_key", .string(secretPath)),
          .init("public_key", .string(publicPath)), .init("exit_code", .integer(0)),
        ]))
    } else {
      try output.result(
        """
        made key \(key.id)
        secret:    \(printable(secretPath)) (show it to nobody)
        public:    \(printable(publicPath))
        trust it:  capsrun trust add \(printable(publicPath))

        """)
    }
    return .success
  }

  private static func text(
    of key: borrowing SecretKey, noPassword: Bool, _ source: PasswordSource, _ path: String
  ) throws(DiagnosticList) -> SecretBytes {
    guard !noPassword else { return SecretKeyFile.text(of: key) }
    let password = try source.new()
    do {
      return try SecretKeyFile.text(of: key, protectedBy: password)
    } catch {
      throw DiagnosticList([error.diagnostic(of: path)])
    }
  }

  private static func exists(_ path: String) throws(DiagnosticList) -> Bool {
    try reporting("look for \(quoted(path))") { () throws(SysError) in
      do throws(SysError) {
        let place = try Descriptor.open(path, .placeOfLink)
        return try place.status(of: path).identity.inode != 0
      } catch let error where error.errno == .noSuchFile {
        return false
      }
    }
  }

  /// The secret key first; without it, a public key would be of no use.
  private static func write(
    _ secret: borrowing SecretBytes, _ key: PublicKey, _ secretPath: String, _ publicPath: String
  ) throws(DiagnosticList) {
    do throws(SysError) {
      try WholeFile.create(secretPath, [], mode: 0o600) { (file: borrowing Descriptor) throws(SysError) in
        // The bytes of the secret are wiped with their owner, and copied nowhere.
        try secret.withBytes { (bytes: UnsafeRawBufferPointer) throws(SysError) in
          try file.write(bytes, to: secretPath)
        }
        try WholeFile.create(publicPath, key.file, mode: 0o644)
      }
    } catch let error where error.errno == .fileExists {
      throw thereAlready(error.subject)
    } catch {
      throw DiagnosticList([error.diagnostic(doing: "write \(quoted(error.subject))")])
    }
  }

  private static func thereAlready(_ path: String) -> DiagnosticList {
    failure("\(quoted(path)) is there already", hint: "a key is never replaced: choose another name", .usage)
  }

  private static func failure(_ message: String, hint: String, _ code: ExitCode) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: code)])
  }
}
