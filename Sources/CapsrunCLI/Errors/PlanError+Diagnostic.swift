internal import Diagnostics
internal import ManifestFormat
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
    case .unheldGrant(let source, let writable):
      Diagnostic(
        "\(quoted(source)) shall only be read, and is not there: in \(quoted(writable)), which may be written, the program could make it",
        hint: "create it, or remove the grant", exitCode: .noInput)
    case .badWorkingFolder(let process, let folder, let problem):
      Diagnostic("the cwd \(quoted(folder)) of process \(quoted(process)) \(problem)", exitCode: .badData)
    case .emptyCommand:
      Diagnostic("the name of the program is empty", exitCode: .usage)
    case .unknownProcess(let name, let known):
      Diagnostic(
        "there is no process \(quoted(name)) in this capsule",
        hint: suggestion(for: name, among: known).map { "did you mean \(quoted($0))?" }
          ?? "its processes: \(known.joined(separator: ", "))", exitCode: .usage)
    case .missingVariables(let variables):
      variables.diagnostic()
    case .badVariable(let name, let value, let problem):
      Diagnostic(
        "the variable \(name)\(value.map { " = " + quoted($0) } ?? "") \(problem)", hint: "give another value",
        exitCode: .usage)
    case .unknownProfile(let name):
      Diagnostic(
        "there is no seccomp profile \(quoted(name))",
        hint: ProfileNames.remedy(for: name),
        exitCode: .badData)
    case .missingBase(let name):
      Diagnostic(
        "the base \(quoted(name)) is not there", hint: "capsrun list shows what is installed", exitCode: .noInput)
    case .raisedLimit(let name, let asked, let allowed):
      Diagnostic(
        "\(name.option ?? "") \(asked) is more than the manifest allows, whose \(name.rawValue) is \(allowed)",
        hint: "the option may only lower it; change resources.\(name.rawValue) in the manifest to raise it",
        exitCode: .usage)
    case .wrongPython(let wanted, let found):
      Diagnostic(
        "the capsule needs Python \(wanted), and its venv has Python \(found)",
        hint: "make the venv anew with python\(wanted) -m venv, or correct dependencies.python", exitCode: .badData)
    case .missingPython(let missing):
      Diagnostic(
        "the capsule\(missing.isOfEnvironment ? "'s venv" : "") needs Python \(missing.needed), and this machine has "
          + (missing.found.map { "Python \($0)" } ?? "none"),
        hint: "install python\(missing.needed), or build the capsule for the Python that is there", exitCode: .notFound)
    case .missingLayer(let lack):
      Diagnostic(
        "\(lack.layer.rawValue) is missing here: \(lack.cause)",
        hint: "\(lack.fix); or do without it: --allow-degraded=\(lack.layer.rawValue)", exitCode: .unavailable)
    case .weakTier(let reached, let wanted, let lack):
      Diagnostic(
        "only the tier \(reached.rawValue) can be had here, and \(wanted.rawValue) is the least that will do: "
          + "\(lack.layer.rawValue) is missing: \(lack.cause)",
        hint: lack.fix, exitCode: .unavailable)
    case .nothingHolds(let lack):
      Diagnostic(
        "\(lack.layer.rawValue) and landlock are both missing here, and one of them must hold: \(lack.cause)",
        hint: lack.fix, exitCode: .unavailable)
    case .needsLandlock(let process):
      Diagnostic(
        "the process \(quoted(process)) has less than its capsule, to which Landlock alone would hold it",
        hint: "take its own capabilities out of the manifest, or start it where there is Landlock",
        exitCode: .unavailable)
    case .needsNamespaces(let what):
      Diagnostic(
        "\(what): that cannot be had without namespaces",
        hint: what == "a terminal of its own"
          ? "--no-terminal hands on the one that is there, or let capsrun make namespaces; capsrun doctor tells how"
          : "take it away, or let capsrun make namespaces; capsrun doctor tells how", exitCode: .unavailable)
    case .noPrivateFolder:
      Diagnostic(
        "there is no place for the program's own folder: /tmp, /var/tmp, /run and /dev/shm cannot be written to",
        hint: "give the container a tmpfs: --tmpfs /tmp", exitCode: .unavailable)
    }
  }
}

extension [PlanError.MissingVariable] {
  /// `furtherWay` is what the command takes beside the options that `run` has as well; `keeping` keeps the values.
  func diagnostic(furtherWay: String = "", keeping: String? = nil) -> Diagnostic {
    let names = map { variable in variable.name + (variable.request.map { " (\($0))" } ?? "") }
    let options = map { $0.isSecret ? "--env \($0.name)" : "--env \($0.name)=VALUE" }
    let note =
      (contains(where: \.isSecret) ? ", with secrets in your environment; or use --env-file\(furtherWay)" : "")
      + (keeping.map { "; \($0) keeps them" } ?? "")
    return Diagnostic(
      "no value for \(names.joined(separator: ", "))", hint: "add \(options.joined(separator: " "))\(note)",
      exitCode: .badData)
  }
}
