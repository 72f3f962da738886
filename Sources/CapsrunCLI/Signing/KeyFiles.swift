internal import CapsuleFormat
internal import Cryptography
internal import Diagnostics
internal import Linux

/// Files of keys, as commands name them.
enum KeyFiles {
  static func publicKey(_ path: String) throws(DiagnosticList) -> PublicKey {
    guard let bytes = try content(of: path, "the public key") else {
      throw failure("there is no public key \(quoted(path))", hint: "capsrun keygen makes one", .noInput)
    }
    do {
      return try PublicKey(file: bytes)
    } catch {
      throw failure(
        "\(quoted(path)) is no public key: it \(error.explanation)", hint: "name a .pub file of minisign", .badData)
    }
  }

  /// The signature that lies beside a file; nil when there is none.
  static func signature(of path: String) throws(DiagnosticList) -> Signature? {
    let path = path + Signature.suffix
    guard let bytes = try content(of: path, "the signature") else { return nil }
    do {
      return try Signature(file: bytes)
    } catch {
      throw DiagnosticList([
        Diagnostic(
          "\(quoted(path)) is no signature: it \(error.explanation)", hint: "get it again", exitCode: .badData)
      ])
    }
  }

  /// Reads a secret key, and asks for its password if it has one.
  static func secretKey(_ path: String, _ source: PasswordSource) throws(DiagnosticList) -> SecretKey {
    let file = try secretKeyFile(path)
    guard file.isProtected else { return try using(path) { () throws(SecretKeyFile.Failure) in try file.open() } }
    let password = try source.existing(for: path)
    return try using(path) { () throws(SecretKeyFile.Failure) in try file.unlock(password) }
  }

  private static func secretKeyFile(_ path: String) throws(DiagnosticList) -> SecretKeyFile {
    let bytes = try SecretInput.file(path, "the secret key", limit: SecretKeyFile.largest)
    do throws(MinisignError) {
      return try SecretKeyFile.read(bytes)
    } catch {
      throw failure(
        "\(quoted(path)) is no secret key: it \(error.explanation)", hint: "name a .key file of minisign", .badData)
    }
  }

  private static func using(
    _ path: String, _ body: () throws(SecretKeyFile.Failure) -> SecretKey
  ) throws(DiagnosticList) -> SecretKey {
    do throws(SecretKeyFile.Failure) {
      return try body()
    } catch {
      throw DiagnosticList([error.diagnostic(of: path)])
    }
  }

  /// The content of a small file; nil when there is none. A FIFO or a device could keep one waiting, and is refused.
  static func content(of path: String, _ what: String) throws(DiagnosticList) -> [UInt8]? {
    guard let file = try open(path, what) else { return nil }
    let doing = "read \(what) \(quoted(path))"
    guard try reporting(doing, { () throws(SysError) in try file.status(of: path).kind }) == .file else {
      throw failure("\(what) \(quoted(path)) is no file", hint: "name the file", .noInput)
    }
    return try reporting(doing, exitCode: .badData) { () throws(SysError) in
      try file.readAll(of: path, limit: Signature.largest)
    }
  }

  private static func open(_ path: String, _ what: String) throws(DiagnosticList) -> Descriptor? {
    do throws(SysError) {
      return try Descriptor.open(path, .readWithoutWaiting)
    } catch let error where error.errno == .noSuchFile {
      return nil
    } catch {
      throw DiagnosticList([error.diagnostic(doing: "open \(what) \(quoted(path))", exitCode: .noInput)])
    }
  }

  private static func failure(_ message: String, hint: String, _ code: ExitCode) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: code)])
  }
}
