internal import CapsuleFormat
internal import Diagnostics
internal import Linux

/// `capsrun extract`
enum ExtractCommand {
  private static let directory = Option.value(
    "directory", "DIR", "where to; -C DIR is the same. A new or an empty folder", .folder)

  static let command = Command(
    name: "extract", summary: "verify a capsule and unpack it into a folder",
    description: """
      Verifies FILE as install does, and unpacks it into DIR, with the permissions that it
      declares, for you to look at or to try out. Nothing is installed.
      """,
    options: [directory, InstallCommand.allowUnsigned], operands: .one("FILE", .path),
    examples: [
      ("capsrun extract capsule-hello-3193ce5d7087.tar.gz -C hello", "Unpack a signed capsule"),
      ("capsrun extract --allow-unsigned app.tar.gz -C app", "Unpack one that nobody vouches for"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    guard let folder = invocation.value(directory) else {
      throw DiagnosticList([Diagnostic("DIR is missing", hint: "say where to with -C DIR", exitCode: .usage)])
    }
    let output = Output(isJSON: invocation.has(.json))
    let capsule = try extract(invocation.operands[0], into: folder, invocation, output)
    let id = capsule.head.id
    if output.isJSON {
      try output.result(
        .object([
          .init("id", .string(id.description)), .init("folder", .string(folder)),
          .init("files", .integer(Int64(capsule.metadata.files))),
          .init("bytes", .integer(Int64(capsule.metadata.size))), .init("exit_code", .integer(0)),
        ]))
    } else {
      try output.result("Extracted: \(printable(folder))\nID: \(id)\n")
    }
    return .success
  }

  private static func extract(
    _ path: String, into folder: String, _ invocation: Invocation, _ output: Output
  ) throws(DiagnosticList) -> CapsuleFile {
    let store = try OpenStore.open()
    // The copy that is verified lies there.
    let lock = try OpenStore.lock(store, .shared, output)
    defer { withExtendedLifetime(lock) {} }
    let verified = try Installation(allowsUnsigned: invocation.has(InstallCommand.allowUnsigned), output: output)
      .verified(path, in: store)
    let target = try reporting("make the folder \(quoted(folder))") { () throws(SysError) in
      try WholeFile.makeFolder(folder)
      return try Descriptor.open(folder, .folder)
    }
    return try unpack(verified, into: target, named: folder)
  }

  private static func unpack(
    _ verified: consuming Installation.VerifiedCopy, into target: borrowing Descriptor, named folder: String
  ) throws(DiagnosticList) -> CapsuleFile {
    let request = verified.request
    do throws(CapsuleError) {
      return try Extraction.extract(verified.copy, request, into: target, named: folder)
    } catch {
      throw DiagnosticList(error.diagnostics)
    }
  }
}
