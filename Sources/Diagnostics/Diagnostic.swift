/// Something to tell the user: what, on which thing, why, and the one thing to do.
package struct Diagnostic: Error, Hashable, Sendable {
  package enum Severity: String, Hashable, Sendable {
    case error, warning
  }

  package var severity: Severity
  /// Lower case, without a full stop.
  package var message: String
  package var location: SourceLocation?
  /// The one thing to do.
  package var hint: String?
  package var exitCode: ExitCode
  /// Whether the message is a whole line that others look for, and gets nothing before it.
  package var isWordForWord = false

  package init(
    _ message: String, at location: SourceLocation? = nil, hint: String? = nil, severity: Severity = .error,
    exitCode: ExitCode
  ) {
    self.severity = severity
    self.message = message
    self.location = location
    self.hint = hint
    self.exitCode = exitCode
  }
}

/// A place in a text file, counted from 1; columns count Unicode scalars.
package struct SourceLocation: Hashable, Sendable {
  package var file: String
  package var line: Int
  package var column: Int
  /// The text of that line, for the caret line below the message; empty where it is too long to be shown.
  package var lineText: String

  package init(file: String, line: Int, column: Int, lineText: String) {
    self.file = file
    self.line = line
    self.column = column
    self.lineText = lineText
  }
}

/// Several diagnostics that are reported together.
package struct DiagnosticList: Error, Sendable {
  package let all: [Diagnostic]

  /// Of very many diagnostics the first are kept; the last one then says how many are not.
  package init(_ all: [Diagnostic]) {
    guard all.count > Self.most + 1 else {
      self.all = all
      return
    }
    let rest = all[Self.most...]
    let worst = rest.first { $0.severity == .error } ?? all[Self.most]
    self.all =
      all[..<Self.most] + [
        Diagnostic("\(rest.count) problems more", severity: worst.severity, exitCode: worst.exitCode)
      ]
  }

  package static let most = 100
}
