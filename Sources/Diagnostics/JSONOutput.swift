/// Diagnostics as a JSON document for programs.
extension DiagnosticList {
  /// `{"diagnostics": [{severity, message, file, line, column, hint}], "exit_code": N}`
  package var json: JSONValue {
    .object([
      .init("diagnostics", .array(all.map(\.json))),
      .init("exit_code", .integer(Int64(exitCode.rawValue))),
    ])
  }

  /// The exit code of the first error; success when there are only warnings.
  package var exitCode: ExitCode {
    all.first { $0.severity == .error }?.exitCode ?? .success
  }
}

extension Diagnostic {
  package var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("severity", .string(severity.rawValue)),
      .init("message", .string(message)),
    ]
    if let location {
      members.append(.init("file", .string(location.file)))
      members.append(.init("line", .integer(Int64(location.line))))
      members.append(.init("column", .integer(Int64(location.column))))
    }
    if let hint { members.append(.init("hint", .string(hint))) }
    return .object(members)
  }
}
