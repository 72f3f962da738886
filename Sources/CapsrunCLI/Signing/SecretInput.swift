internal import Cryptography
internal import Diagnostics
internal import Linux

/// Files that hold a secret.
enum SecretInput {
  /// All of a file, which nobody but its owner may be able to read; more than `limit` bytes are refused.
  static func file(_ path: String, _ what: String, limit: Int) throws(DiagnosticList) -> SecretBytes {
    let file = try reporting("open \(what) \(quoted(path))", exitCode: .noInput) { () throws(SysError) in
      try Descriptor.open(path, .read)
    }
    let status = try reporting("look at \(what) \(quoted(path))") { () throws(SysError) in try file.status(of: path) }
    guard status.kind != .folder else {
      throw failure("\(what) \(quoted(path)) is a folder", hint: "name the file", .noInput)
    }
    // A pipe is nobody else's, whatever its mode says.
    guard status.kind != .file || status.mode & 0o077 == 0 else {
      let mode = String(status.mode, radix: 8)
      throw failure(
        "\(what) \(quoted(path)) may be read or changed by others (mode \(mode))", hint: "chmod 600 \(path)", .badData)
    }
    return try read(file, named: path, what, limit: limit)
  }

  /// Reads to the end. The bytes are nowhere else in this process.
  static func read(
    _ file: borrowing Descriptor, named path: String, _ what: String, limit: Int
  ) throws(DiagnosticList) -> SecretBytes {
    var bytes = SecretBytes(count: limit + 1)
    var count = 0
    while count <= limit {
      let start = count
      let read = try reporting("read \(what) \(quoted(path))") { () throws(SysError) in
        try bytes.withMutableBytes { (buffer: UnsafeMutableRawBufferPointer) throws(SysError) in
          try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[start...]), of: path)
        }
      }
      if read == 0 { return bytes.part(0..<count) }
      count += read
    }
    throw failure("\(what) \(quoted(path)) has more than \(limit) bytes", hint: "name the right file", .badData)
  }

  private static func failure(_ message: String, hint: String, _ code: ExitCode) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: code)])
  }
}
