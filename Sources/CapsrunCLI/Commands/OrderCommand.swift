internal import Diagnostics
internal import ManifestFormat
internal import Planning

/// `capsrun order`
enum OrderCommand {
  static let command = Command(
    name: "order", summary: "show in which order capsules would be started",
    description: """
      Reads the manifest of each PATH and prints the names of the capsules, each behind all
      that provide what it requires. A requirement that none of them provides is a warning;
      capsules that wait for each other are an error, which names them and one way around.
      With --json each name has the PATH of its manifest beside it.
      """,
    options: [], operands: .many("PATH", .path),
    examples: [("capsrun order examples/hello", "The order of one capsule is that capsule")], run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    let output = Output(isJSON: invocation.has(.json))
    var problems: [Diagnostic] = []
    var capsules: [Entry] = []
    for path in invocation.operands {
      do {
        capsules.append(Entry(path: path, dependencies: try dependencies(at: path)))
      } catch {
        problems += error.all
      }
    }
    guard problems.isEmpty else { throw DiagnosticList(problems) }
    let order = try order(capsules.map(\.dependencies))
    let warnings = order.warnings.map { Diagnostic($0.message, severity: .warning, exitCode: .success) }
    if output.isJSON {
      try output.result(
        .object([
          .init("order", .array(order.names.map { .string($0) })),
          .init("capsules", .array(order.arranged(capsules).map(\.json))), .init("relaxed", .bool(order.isRelaxed)),
          .init("warnings", .array(order.warnings.map(\.json))),
        ]))
    } else {
      if !warnings.isEmpty { output.diagnostics(DiagnosticList(warnings)) }
      try output.result(order.names.map { printable($0) + "\n" }.joined())
    }
    return .success
  }

  /// A capsule and the path that the caller gave for it, by which those with the same name are told apart.
  private struct Entry {
    let path: String
    let dependencies: CapsuleDependencies

    var json: JSONValue { .object([.init("name", .string(dependencies.name)), .init("path", .string(path))]) }
  }

  static func order(_ capsules: [CapsuleDependencies]) throws(DiagnosticList) -> CapsuleOrder {
    do {
      return try CapsuleOrder(capsules)
    } catch {
      throw DiagnosticList([
        Diagnostic(error.message, hint: "remove one of the requirements on that way", exitCode: .badData)
      ])
    }
  }

  private static func dependencies(at path: String) throws(DiagnosticList) -> CapsuleDependencies {
    try dependencies(of: try ManifestFile.at(path).manifest, path)
  }

  /// Of a manifest that the caller has named by this word.
  static func dependencies(of manifest: Manifest, _ path: String) throws(DiagnosticList) -> CapsuleDependencies {
    do {
      return try CapsuleDependencies(of: manifest)
    } catch {
      throw DiagnosticList([
        Diagnostic("a name in the manifest of \(quoted(path)) \(error.explanation)", exitCode: .badData)
      ])
    }
  }
}

extension OrderWarning {
  /// A record with a fixed text, and in fields of their own what it is about.
  fileprivate var json: JSONValue {
    let (requirement, capsules) =
      switch self {
      case .unprovided(let name, let capsule), .providedOnlyByItself(let name, let capsule): (name, [capsule])
      case .relaxed(let name, let need): (name, need.early)
      }
    return .object([
      .init("text", .string(logMessage)), .init("capsule", .string(capsules.joined(separator: ", "))),
      .init("requirement", .string(requirement.text)), .init("message", .string(message)),
    ])
  }
}
