internal import Diagnostics
internal import Linux

/// Runs `body` and reports a failing system call as `cannot ACTIVITY: …`.
func reporting<Result: ~Copyable>(
  _ activity: String, exitCode: ExitCode = .failed, _ body: () throws(SysError) -> Result
) throws(DiagnosticList) -> Result {
  do throws(SysError) {
    return try body()
  } catch {
    throw DiagnosticList([error.diagnostic(doing: activity, exitCode: exitCode)])
  }
}

extension SysError {
  /// `cannot ACTIVITY: SUBJECT: no such file or directory (ENOENT)`
  func diagnostic(doing activity: String, hint: String? = nil, exitCode: ExitCode = .failed) -> Diagnostic {
    Diagnostic("cannot \(activity): \(reason)", hint: hint, exitCode: exitCode)
  }

  /// The reason in words, with the call, what it was called for, and the error's name.
  var reason: String {
    let what = subject.isEmpty ? "" : " \(quoted(subject))"
    return "\(errno.meaning) (\(call.rawValue)\(what): \(errno.name))"
  }
}
