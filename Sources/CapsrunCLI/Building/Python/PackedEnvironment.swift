internal import CapsuleFormat
internal import Linux
internal import PythonPackaging

/// The virtual environment of a capsule, the folder `venv` at its root: what is packed of it, by paths below it.
struct PackedEnvironment {
  static let folder = "venv"

  struct Entry {
    /// Below the environment.
    let path: String
    let packed: SourceEntry
  }

  let entries: [Entry]
  let files: PackedFiles

  /// Nil when there is no such folder, or it is no virtual environment.
  init?(of assembly: Assembly, _ files: PackedFiles) {
    let start = Self.folder + "/"
    entries = assembly.entries.filter { $0.path.text.hasPrefix(start) }.map {
      Entry(path: String($0.path.text.dropFirst(start.count)), packed: $0)
    }
    self.files = files
    guard entries.contains(where: { $0.path == "pyvenv.cfg" || Relocation.isInterpreter($0.path) }) else { return nil }
  }

  /// What its own files tell of it.
  func inspection() throws(SysError) -> EnvironmentInspection {
    var inspection = EnvironmentInspection()
    for entry in entries {
      switch entry.packed.kind {
      case .folder: inspection.note(folder: entry.path)
      case .file(let origin, _) where EnvironmentInspection.matters(entry.path):
        inspection.inspect(entry.path, try files.head(origin))
      case .file, .link: continue
      }
    }
    return inspection
  }

  /// The distributions that are installed, and what is wrong with their metadata.
  func distributions() throws(SysError) -> (all: [InstalledDistribution], problems: [InstallationProblem]) {
    var all: [InstalledDistribution] = []
    var problems: [InstallationProblem] = []
    for entry in entries where entry.packed.kind == .folder && InstalledDistribution.isMetadata(entry.path) {
      let reading = try InstalledDistribution.read(entry.path) { (name) throws(SysError) in
        try files.content(entry.packed.path.text + "/" + name)
      }
      if let distribution = reading.distribution { all.append(distribution) }
      problems += reading.problems
    }
    return (all, problems)
  }

  /// Where the environment lies now, which `files` of the manifest may have moved, from the folder that is packed.
  var origin: String {
    let config = files.kind(Self.folder + "/pyvenv.cfg")
    guard case .file(.source(let path, _), _)? = config, path.hasSuffix("/pyvenv.cfg") else { return Self.folder }
    return String(path.dropLast("/pyvenv.cfg".count))
  }
}
