internal import Diagnostics
internal import Linux
internal import Supervision

/// Asks a supervisor, and says in words what comes of it. `name` is what runs.
func asking<Result: ~Copyable>(
  _ name: String, _ body: () throws(ControlError) -> Result
) throws(DiagnosticList) -> Result {
  do throws(ControlError) {
    return try body()
  } catch {
    throw DiagnosticList([error.diagnostic(of: name)])
  }
}

extension ControlError {
  func diagnostic(of name: String) -> Diagnostic {
    switch self {
    case .notRunning(let name):
      Diagnostic("\(quoted(name)) does not run", hint: "capsrun ps shows what runs", exitCode: .usage)
    case .folder(let error): error.diagnostic
    case .refused(let failure): Self.refusal(failure, name)
    case .ended:
      Diagnostic(
        "the supervisor of \(quoted(name)) ended before it answered", hint: "capsrun status \(name)", exitCode: .failed)
    case .silent:
      Diagnostic(
        "the supervisor of \(quoted(name)) does not answer", hint: "look whether its process is stopped",
        exitCode: .failed)
    case .misunderstood(let explanation):
      Diagnostic(
        "what the supervisor of \(quoted(name)) says is not understood: \(explanation)",
        hint: "it was started by another release of capsrun; use that one, or start it again", exitCode: .failed)
    case .dropped(let sequence):
      Diagnostic(
        "the events of \(quoted(name)) came faster than they were read: those up to number \(sequence) are lost",
        hint: "read them faster; --after goes on behind the last one that was read", exitCode: .failed)
    case .system(let error, let activity): error.diagnostic(doing: "\(activity) \(quoted(name))")
    }
  }

  private static func refusal(_ failure: ControlFailure, _ name: String) -> Diagnostic {
    if failure.code == ControlFailure.notStarted,
      let code = failure.data?["exit_code"]?.integer.flatMap({ Int32(exactly: $0) })
    {
      return Diagnostic("\(quoted(name)): \(failure.message)", exitCode: ExitCode(rawValue: code))
    }
    guard failure.code == ControlFailure.unknownProcess, let word = failure.data?["process"]?.string,
      case .array(let names)? = failure.data?["known"]
    else { return Diagnostic("\(quoted(name)): \(failure.message)", exitCode: .failed) }
    let known = names.compactMap(\.string)
    let all = known.isEmpty ? nil : "it has: \(shortened(known.joined(separator: ", "), to: 400))"
    return Diagnostic(
      "there is no process \(quoted(word)) in \(quoted(name))",
      hint: suggestion(for: word, among: known).map { "did you mean \(quoted($0))?" } ?? all, exitCode: .usage)
  }
}

extension RunFolderError {
  var diagnostic: Diagnostic {
    switch self {
    case .badName(let name):
      Diagnostic(
        "\(quoted(name)) is no name of a running capsule",
        hint: "it has letters, digits and _ + - . in it, begins with none of the last two, and is not longer than "
          + "\(RunName.longest)", exitCode: .usage)
    case .relativePlace(let variable):
      Diagnostic("\(variable) is no absolute path", hint: "set it to one", exitCode: .usage)
    case .notAFolder(let path):
      Diagnostic(
        "\(quoted(path)) is no folder, or a link to one, and is not used", hint: "find out who made it, and remove it",
        exitCode: .failed)
    case .foreign(let path, let owner):
      Diagnostic(
        "\(quoted(path)) belongs to user \(owner), and is not used",
        hint: "set CAPSRUN_RUN to a folder of your own", exitCode: .failed)
    case .openToOthers(let path):
      Diagnostic(
        "others can write to \(quoted(path))", hint: "take the right away with chmod go-w \(path)", exitCode: .failed)
    case .alreadyRunning(let name, let process):
      Diagnostic(
        "\(quoted(name)) runs already, by process \(process)", hint: "capsrun status \(name)", exitCode: .failed)
    case .notListening(let name, let process):
      Diagnostic(
        "\(quoted(name)) runs and does not listen: its supervisor\(process.map { ", process \($0)," } ?? "") is beginning, "
          + "ending or stopped", hint: "try again, or kill that process", exitCode: .failed)
    case .system(let error, let activity): error.diagnostic(doing: activity)
    }
  }
}

/// Looks at the folders of what runs, and says in words what comes of it.
func runFolders<Result: ~Copyable>(
  _ body: () throws(RunFolderError) -> Result
) throws(DiagnosticList) -> Result {
  do throws(RunFolderError) {
    return try body()
  } catch {
    throw DiagnosticList([error.diagnostic])
  }
}
