internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// `--env KEY=VALUE` sets a variable; `--env KEY` hands on the caller's, which keeps its value out of the command line.
enum EnvironmentOption {
  static func variables(_ options: [String]) throws(DiagnosticList) -> [String: String] {
    var result: [String: String] = [:]
    for option in options {
      let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard isVariableName(parts[0]) else {
        throw failure("--env \(quoted(parts[0])) is no name of a variable", hint: "use letters, digits and _")
      }
      guard let value = parts.count == 2 ? parts[1] : CurrentProcess.environmentValue(parts[0]) else {
        throw failure("the variable \(parts[0]) is not set", hint: "set it, or write --env \(parts[0])=VALUE")
      }
      result[parts[0]] = value
    }
    return result
  }

  private static func failure(_ message: String, hint: String) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: .usage)])
  }
}
