internal import Diagnostics
internal import Planning

extension PlanError {
  var diagnostic: Diagnostic {
    switch self {
    case .grantOfEverything:
      Diagnostic("a grant of \"/\" would leave no sandbox", hint: "name the folders that are needed", exitCode: .usage)
    case .grantOfProcesses(let source):
      Diagnostic(
        "a grant of \(quoted(source)) would show the processes of the host", hint: "the sandbox has a /proc of its own",
        exitCode: .usage)
    case .grantOnReservedPath(let target, let reserved):
      Diagnostic(
        "cannot show anything at \(quoted(target)): \(reserved) belongs to the sandbox itself",
        hint: "choose another path inside, with --bind SOURCE:TARGET", exitCode: .usage)
    case .conflictingGrants(let target, let first, let second):
      Diagnostic(
        "two grants want to be at \(quoted(target)): \(quoted(first)) and \(quoted(second))", hint: "remove one",
        exitCode: .usage)
    case .badWorkingFolder(let process, let folder, let problem):
      Diagnostic("the cwd \(quoted(folder)) of process \(quoted(process)) \(problem)", exitCode: .badData)
    case .emptyCommand:
      Diagnostic("the name of the program is empty", exitCode: .usage)
    case .notYet(let feature, let hint):
      Diagnostic("this release does not support \(feature) yet", hint: hint, exitCode: .unavailable)
    }
  }
}
