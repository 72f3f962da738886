internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// `--env KEY=VALUE` sets a variable; `--env KEY` hands on the caller's, which keeps its value out of the command line.
enum EnvironmentOption {
  static func variables(_ options: [String]) throws(DiagnosticList) -> [String: String] {
    var result: [String: String] = [:]
    for option in options {
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

  private static func failure(_ message: String, hint: String) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: .usage)])
  }
}
