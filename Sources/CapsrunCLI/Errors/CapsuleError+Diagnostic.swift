internal import CapsuleFormat
internal import Diagnostics
internal import Linux

/// Runs what may fail with capsules, and says it in words.
func capsule<Result: ~Copyable>(_ body: () throws(CapsuleError) -> Result) throws(DiagnosticList) -> Result {
  do throws(CapsuleError) {
    return try body()
  } catch {
    throw DiagnosticList(error.diagnostics)
  }
}

extension CapsuleError {
  var diagnostics: [Diagnostic] {
    if case .badManifest(let problems) = self { return problems }
    return [diagnostic]
  }

  private var diagnostic: Diagnostic {
    switch self {
    case .system(let error, let activity): Self.systemFailure(error, activity)
    case .archive(.changed(let path), _):
      Diagnostic(
        "\(quoted(path)) changed while it was packed", hint: "build again when nothing writes to the folder",
        exitCode: .failed)
    case .archive(let problem, let file):
      Diagnostic(
        "\(quoted(file)) is no capsule to take: \(problem.explanation)", hint: problem.hint, exitCode: .badData)
    case .zip(let problem, let file):
      Diagnostic(
        "the zip archive \(quoted(file)) is not unpacked: \(problem.explanation)", hint: problem.hint,
        exitCode: .badData)
    case .unfit(let problem, let listing): Self.unfit(problem, listing)
    case .badManifest: preconditionFailure("told by its own problems")
    case .storeOfAnother, .storeOpenToOthers, .notAStore, .noRoom, .noRoomInFolder: storeDiagnostic
    case .notEmpty(let path):
      Diagnostic("the folder \(quoted(path)) is not empty", hint: "name a new one", exitCode: .failed)
    case .damaged, .damagedAnswers, .notInstalled, .ambiguous, .inUse, .active, .pinned, .nothingToRollBackTo,
      .unknownName:
      installedDiagnostic
    case .foreignState, .stateInUse, .runningAlone: stateDiagnostic
    case .signedForAnother(let signed, let found, let file):
      Diagnostic(
        "the signature of \(quoted(file)) is one of the capsule \(signed.short), and the file is \(found.short)",
        hint: "get the signature that belongs to the file", exitCode: .badData)
    case .downgrade(let name, let version, let floor):
      Diagnostic(
        "\(name) \(version) is older than \(floor), which was installed before",
        hint: "--allow-downgrade installs it anyway", exitCode: .badData)
    }
  }

  private static func systemFailure(_ error: SysError, _ activity: String) -> Diagnostic {
    let hint: String? =
      switch error.errno {
      case .noSpace: "make room on that file system, or use another one"
      case .accessDenied where activity.hasPrefix("open") || activity.hasPrefix("read"): "make it readable, or use sudo"
      case .accessDenied, .readOnlyFileSystem: "set CAPSRUN_STORE to a folder that you may write to, or use sudo"
      default: nil
      }
    let isMissing = error.errno == .noSuchFile && error.call == .open
    return error.diagnostic(doing: activity, hint: hint, exitCode: isMissing ? .noInput : .failed)
  }

  private static func unfit(_ problem: ArchiveProblem, _ listing: Listing) -> Diagnostic {
    guard case .listing(let line, let what) = problem, listing.entries.indices.contains(line - 2) else {
      return Diagnostic("this cannot be a capsule: \(problem.explanation)", exitCode: .badData)
    }
    return Diagnostic(
      "\(quoted(listing.entries[line - 2].path.text)) cannot be packed: it \(what.explanation)",
      hint: "remove it, or name it in .capsuleignore", exitCode: .badData)
  }

  private var storeDiagnostic: Diagnostic {
    switch self {
    case .storeOfAnother(let path, let owner):
      Diagnostic(
        "the store \(quoted(path)) belongs to user \(owner)", hint: "set CAPSRUN_STORE to a folder of your own",
        exitCode: .failed)
    case .storeOpenToOthers(let path):
      Diagnostic(
        "others can write to the store \(quoted(path))", hint: "take the right away with chmod go-w \(path)",
        exitCode: .failed)
    case .notAStore(let path):
      Diagnostic(
        "\(quoted(path)) is no store of this release, and holds something else",
        hint: "set CAPSRUN_STORE to another folder",
        exitCode: .failed)
    case .noRoom(let needed, let free, let path):
      Diagnostic(
        "there is no room in the store \(quoted(path)): \(ByteText(needed)) are needed, and \(ByteText(free)) are free",
        hint: "capsrun gc removes what is not needed; CAPSRUN_STORE names a store elsewhere", exitCode: .failed)
    case .noRoomInFolder(let needed, let free, let path):
      Diagnostic(
        "there is no room in \(quoted(path)): \(ByteText(needed)) are needed, and \(ByteText(free)) are free",
        hint: "name a folder on another file system", exitCode: .failed)
    default: preconditionFailure("no error of the store")
    }
  }

  private var installedDiagnostic: Diagnostic {
    switch self {
    case .damaged(let id, let path):
      Diagnostic(
        "the installed capsule \(id.short) is damaged: \(quoted(path)) is not as it was",
        hint: "capsrun remove \(id.short), and install it again", exitCode: .badData)
    case .damagedAnswers(let name, let path):
      Diagnostic(
        "what was answered for \(name) cannot be read: \(quoted(path)) is not as it was written",
        hint: "remove the file, and give the values again with capsrun env \(name)", exitCode: .badData)
    case .notInstalled(let word, let known):
      Diagnostic(
        "no capsule \(quoted(word)) is installed",
        hint: suggestion(for: word, among: known).map { "did you mean \(quoted($0))?" } ?? "capsrun list shows them",
        exitCode: .noInput)
    case .ambiguous(let word, let candidates):
      Diagnostic(
        "\(quoted(word)) stands for \(candidates.count) capsules: "
          + candidates.map { "\($0.id.short) (\($0.title))" }.joined(separator: ", "),
        hint: "name one by its id", exitCode: .usage)
    case .inUse(let id):
      Diagnostic("the capsule \(id.short) is running", hint: "stop it first", exitCode: .failed)
    case .active(let id, let name):
      Diagnostic(
        "\(id.short) is what \(quoted(name)) stands for", hint: "activate another one first, or use --force",
        exitCode: .failed)
    case .pinned(let id):
      Diagnostic(
        "\(id.short) is pinned", hint: "capsrun pin \(id.short) --remove, or use --force", exitCode: .failed)
    case .unknownName(let name, let known):
      Diagnostic(
        "no capsule of the name \(quoted(name)) was ever installed",
        hint: suggestion(for: name, among: known).map { "did you mean \(quoted($0))?" } ?? "capsrun list shows what is",
        exitCode: .noInput)
    case .nothingToRollBackTo(let name):
      Diagnostic(
        "\(quoted(name)) never stood for another capsule that is still installed", hint: "capsrun list shows what is",
        exitCode: .noInput)
    default: preconditionFailure("no error of what is installed")
    }
  }
}

extension ArchiveProblem {
  fileprivate var hint: String? {
    switch self {
    case .notOurs, .unknownContainer: "capsrun build makes capsules"
    case .truncated, .headerIsCut, .badPiece, .badChecksum, .wrongContent: "get the file once more"
    case .listing(_, .newerFormat): "install a newer capsrun"
    default: nil
    }
  }
}

extension ZipProblem {
  fileprivate var hint: String? {
    switch self {
    case .truncated, .damaged, .wrongSize, .wrongChecksum: "get the file once more"
    case .unknownEncoding, .unknownMethod: "python3 -m zipfile -c makes archives that are read"
    case .specialBits: "take the bit away with chmod, and make the archive again"
    default: "if it comes from somebody whom you trust, unpack it yourself and build from the folder"
    }
  }
}
