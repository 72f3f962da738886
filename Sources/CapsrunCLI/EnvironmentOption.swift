internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// `--env KEY=VALUE` sets a variable; `--env KEY` hands on the caller's, and `--env-file` reads a file, which both keep a
/// value out of the command line.
enum EnvironmentOption {
  private static let single = Option.list(
    "env", "KEY[=VALUE]", "set a variable, or hand on the caller's", .variable)
  private static let file = Option.list(
    "env-file", "FILE", "set the variables of a file with lines KEY=VALUE; --env wins", .path)

  static let all = [single, file]

  /// The variables that the caller gives. Of several files the later ones win.
  static func variables(_ invocation: Invocation) throws(DiagnosticList) -> [String: String] {
    var result: [String: String] = [:]
    for path in invocation.list(file) { result.merge(try EnvironmentFile.read(path)) { _, later in later } }
    for option in invocation.list(single) {
      let (name, given) = splitOnce(option, at: UInt8(ascii: "="))
      guard isVariableName(name) else {
        throw failure("--env \(quoted(name)) is no name of a variable", hint: "use letters, digits and _")
      }
      guard let value = given ?? CurrentProcess.environmentValue(name) else {
        throw failure("the variable \(name) is not set to UTF-8 text", hint: "set it, or write --env \(name)=VALUE")
      }
      result[name] = value
    }
    return result
  }

  /// The variables that are named by --env.
  static func names(_ invocation: Invocation) -> Set<String> {
    Set(invocation.list(single).map { splitOnce($0, at: UInt8(ascii: "=")).0 })
  }

  /// A warning for each secret of a manifest whose value stands in the command line.
  static func warnings(_ invocation: Invocation, for manifest: Manifest) -> [Diagnostic] {
    let secrets = manifest.secretVariables
    var told: Set<String> = []
    var warnings: [Diagnostic] = []
    for option in invocation.list(single) {
      let (name, value) = splitOnce(option, at: UInt8(ascii: "="))
      guard value != nil, secrets.contains(name), told.insert(name).inserted else { continue }
      warnings.append(
        Diagnostic(
          "the value of the secret \(name) stands in the command line, where others can read it",
          hint: "hand on a variable of yours by --env \(name), or write it into a file for --env-file",
          severity: .warning, exitCode: .success))
    }
    return warnings
  }

  private static func failure(_ message: String, hint: String) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: .usage)])
  }
}

extension Manifest {
  /// The names of the variables that the capsule, or a process of it, declares to be secrets.
  fileprivate var secretVariables: Set<String> {
    var names: Set<String> = []
    for variables in [environment] + processes.map(\.environment) {
      for (name, variable) in variables where variable.kind == .secret { names.insert(name) }
    }
    return names
  }
}
