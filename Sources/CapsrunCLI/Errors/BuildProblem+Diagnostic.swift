internal import CapsuleFormat
internal import Diagnostics

extension BuildProblem {
  var diagnostic: Diagnostic {
    switch self {
    case .badPath(let problem, let path):
      Self.wrong("\(quoted(path)) cannot be packed: its path \(problem.explanation)", hint: "rename it, or ignore it")
    case .notUTF8(let folder):
      Self.wrong(
        "a name in \(quoted(folder.isEmpty ? "." : folder)) is not UTF-8 text", hint: "rename the file, or ignore it")
    case .specialFile(let path):
      Self.wrong(
        "\(quoted(path)) cannot be packed: it is neither a file, nor a folder, nor a link",
        hint: "remove it, or name it in .capsuleignore")
    case .listing(let problem, let path):
      Self.wrong("\(quoted(path)) cannot be packed: it \(problem.explanation)", hint: "remove it, or ignore it")
    case .unreadable(let error, let path):
      error.diagnostic(
        doing: "read \(quoted(path.isEmpty ? "." : path))", hint: "make it readable, or name it in .capsuleignore",
        exitCode: .noInput)
    case .tooManyEntries(let limit):
      Self.wrong(
        "there are more than \(limit) files and folders, which no capsule has",
        hint: "leave out what is not needed by .capsuleignore")
    case .badGlob(let problem, let pattern, let isInclude):
      Self.wrong(
        "the pattern \(quoted(pattern)) of \(isInclude ? "include" : "exclude") \(problem.explanation)",
        hint: "the patterns are those of .gitignore")
    case .mapping(let problem): problem.diagnostic
    case .missingFile(let path, let key):
      Self.wrong("\(key) names \(quoted(path)), which is not in the capsule", hint: "add the file, or remove \(key)")
    case .missingEntrypoint(let path): Self.missingEntrypoint(path)
    case .missingCommand(let process, let command):
      Self.wrong(
        "the process \(quoted(process)) runs \(quoted(command)), which is not in the capsule",
        hint: "it is looked for in the folder of the process, and then at the root; files can place it")
    case .twoCommands(let process, let paths):
      Self.wrong(
        "the process \(quoted(process)) could run \(paths.map(quoted).joined(separator: " or ")), which differ",
        hint: "keep one, or write its path from /capsule")
    }
  }

  static func missingEntrypoint(_ path: String) -> Diagnostic {
    var diagnostic = wrong(
      "ERROR: Entrypoint not found: \(path)",
      hint: "it is a path below the folder that is packed; see --why \(path) when it is there")
    diagnostic.isWordForWord = true
    return diagnostic
  }

  fileprivate static func wrong(_ message: String, hint: String) -> Diagnostic {
    Diagnostic(message, hint: hint, exitCode: .badData)
  }
}

extension MappingProblem {
  fileprivate var diagnostic: Diagnostic {
    switch self {
    case .missing(let mapping):
      BuildProblem.wrong(
        "\(mapping.text) names a source that is not there", hint: "sources are relative to the manifest")
    case .badTarget(let mapping, let problem):
      BuildProblem.wrong("the target of \(mapping.text) \(problem.explanation)", hint: "write a path below /capsule")
    case .badSource(let mapping, let problem):
      BuildProblem.wrong(
        "the source of \(mapping.text) \(problem.explanation)", hint: "sources are relative to the manifest")
    case .leadsOut(let mapping):
      BuildProblem.wrong("the source of \(mapping.text) is a link or lies behind one", hint: "name the file itself")
    case .collides(let mapping, let other):
      BuildProblem.wrong("\(mapping.text) and \(other.text) have the same target", hint: "give one of them another")
    case .taken(let mapping, let path):
      BuildProblem.wrong(
        "\(mapping.text) would replace \(quoted(path)), which is packed already",
        hint: "ignore that one, or choose another target")
    case .unreadable(let mapping, let error):
      error.diagnostic(doing: "pack \(mapping.text)", exitCode: .noInput)
    }
  }
}

extension FileMapping {
  fileprivate var text: String { "\(quoted(source)): \(quoted(target)) of \(place)" }
}

extension BuildWarning {
  var diagnostic: Diagnostic {
    var diagnostic: Diagnostic
    switch self {
    case .pythonWithoutVirtualEnvironment:
      diagnostic = Diagnostic(
        "WARNING: Python entrypoint found but no venv included",
        hint: "include a venv as venv/, or see that the system's Python is the one that it needs",
        exitCode: .badData)
      diagnostic.isWordForWord = true
    case .notExecutable(let path):
      diagnostic = Diagnostic(
        "\(quoted(path)) is run, and is not executable", hint: "chmod +x \(path)", exitCode: .badData)
    case .includesMatchNothing:
      diagnostic = Diagnostic(
        "include matches no file", hint: "the patterns are those of .gitignore", exitCode: .badData)
    }
    diagnostic.severity = .warning
    return diagnostic
  }
}
