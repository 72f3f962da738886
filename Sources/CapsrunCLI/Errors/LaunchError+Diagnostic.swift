internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Planning
internal import Sandbox

extension LaunchError {
  var diagnostic: Diagnostic { diagnostic { FileAccess.isThere($0) } }

  /// `isOnHost` tells whether a path is there outside of the sandbox.
  func diagnostic(isOnHost: (String) -> Bool) -> Diagnostic {
    switch self {
    case .folderAsStream(let name):
      Diagnostic(
        "\(name) is a folder of the host, through which the program could leave the sandbox",
        hint: "redirect it from a file or from /dev/null, and grant the folder with --read", exitCode: .usage)
    case .socketAsStream(name: let name):
      Diagnostic(
        "\(name) is a socket for datagrams, by which the program could reach the network",
        hint: "redirect it from a file, a pipe or /dev/null", exitCode: .unavailable)
    case .unknownProfile(let name):
      Diagnostic(
        "there is no seccomp profile \(quoted(name))",
        hint: ProfileNames.remedy(for: name), exitCode: .badData)
    case .setUp(let failure): failure.diagnostic
    case .program(_, let error, let obstacle?):
      Diagnostic(
        "cannot execute \(quoted(Self.program(error, obstacle))): "
          + "\(obstacle.cause(of: Self.program(error, obstacle))) (\(error.errno.name))",
        hint: obstacle.remedy(isOnHost: isOnHost),
        exitCode: error.errno == .noSuchFile ? .notFound : .notExecutable)
    case .program(let candidates, let error, nil): Self.programDiagnostic(candidates, error)
    case .lost(let ending):
      Diagnostic("the sandbox was lost: its PID 1 ended without a report, with \(ending.text)", exitCode: .failed)
    }
  }

  /// Of several candidates none of which is there, the one that is a link.
  private static func program(_ error: SysError, _ obstacle: ExecutionObstacle) -> String {
    error.call == .access ? obstacle.file : error.subject
  }

  private static func programDiagnostic(_ candidates: [String], _ error: SysError) -> Diagnostic {
    let path = quoted(error.subject)
    switch (error.call, error.errno) {
    case (.access, _):
      return Diagnostic(
        "cannot find the program: \(candidates.count == 1 ? path : candidates.map(quoted).joined(separator: ", ")) "
          + "\(candidates.count == 1 ? "is" : "are") not there inside",
        hint: "grant the folder it lies in, or check the name", exitCode: .notFound)
    case (_, .noSuchFile):
      return Diagnostic(
        "cannot execute \(path): the loader or interpreter that it names is not there inside (ENOENT)",
        hint: "grant the folder of its loader or interpreter", exitCode: .notFound)
    case (_, .accessDenied):
      return Diagnostic(
        "cannot execute \(path): permission denied (EACCES)",
        hint: "make it executable with chmod +x, if it is a program",
        exitCode: .notExecutable)
    case (_, .notExecutableFormat):
      return Diagnostic(
        "cannot execute \(path): it is no program of this machine's kind (ENOEXEC)",
        hint: "start it with its interpreter, or get it for \(Machine.architecture)", exitCode: .notExecutable)
    default:
      return Diagnostic("cannot execute \(path): \(error.reason)", exitCode: .notExecutable)
    }
  }
}

extension Ending {
  fileprivate var text: String {
    switch self {
    case .exited(let code): "exit code \(code)"
    case .killed(let signal): "signal \(signal)"
    }
  }
}

extension SetUpFailure {
  /// Of the start of this process, whose program it may name.
  func diagnostic(of process: PlannedProcess) -> Diagnostic {
    switch stage {
    case .execution: LaunchError.program(candidates: process.candidates, error, obstacle).diagnostic
    default: diagnostic
    }
  }
}
