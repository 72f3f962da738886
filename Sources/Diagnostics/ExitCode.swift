/// What this program's exit codes mean. A workload's own code, or 128 and its signal, passes through unchanged.
package struct ExitCode: RawRepresentable, Hashable, Sendable {
  package let rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }

  package static let success = ExitCode(rawValue: 0)
  /// The answer to a question is no.
  package static let no = ExitCode(rawValue: 1)
  /// What was asked about does not run.
  package static let notRunning = ExitCode(rawValue: 3)
  /// The command line is wrong.
  package static let usage = ExitCode(rawValue: 64)
  /// A manifest or a signature is wrong.
  package static let badData = ExitCode(rawValue: 65)
  /// An input file or folder is missing.
  package static let noInput = ExitCode(rawValue: 66)
  /// This machine cannot enforce what was asked for.
  package static let unavailable = ExitCode(rawValue: 69)
  /// The password is wrong.
  package static let wrongPassword = ExitCode(rawValue: 77)
  /// capsrun itself failed.
  package static let failed = ExitCode(rawValue: 125)
  /// The program was found and cannot be executed.
  package static let notExecutable = ExitCode(rawValue: 126)
  /// The program was not found.
  package static let notFound = ExitCode(rawValue: 127)
}
