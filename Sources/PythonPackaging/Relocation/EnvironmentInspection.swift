/// What a look at a few files of a virtual environment tells, before any is rewritten: its interpreter, and at which
/// paths it was built. They may be several, where a folder was reached through a link, or was moved.
package struct EnvironmentInspection: Sendable {
  package private(set) var interpreter: PackageVersion?
  /// Whether packages of the machine that runs it are seen too.
  package private(set) var usesSystemPackages = false
  private var implementation: String?
  private var home: String?
  private var built: [String] = []
  private var prefixes: [String] = []
  private var packageFolders: Set<String> = []

  package init() {}

  /// Whether a file should be inspected; the others tell nothing.
  package static func matters(_ path: String) -> Bool {
    path == "pyvenv.cfg" || EnvironmentPath.folder(of: path) == "bin" && !Relocation.isInterpreter(path)
  }

  /// Looks at a file, or only at its path where it does not matter.
  package mutating func inspect(_ path: String, _ bytes: [UInt8]) {
    if path == "pyvenv.cfg" {
      inspectConfig(EnvironmentConfig(bytes))
    } else if Self.matters(path) {
      if path == "bin/activate", let folder = Self.variable(in: bytes), !built.contains(folder) { built.append(folder) }
      if let prefix = Shebang(bytes)?.prefix, !prefixes.contains(prefix) { prefixes.append(prefix) }
    }
  }

  /// Notes a folder, for `lib/python3.11`.
  package mutating func note(folder: String) {
    guard EnvironmentPath.folder(of: folder) == "lib", EnvironmentPath.name(of: folder).hasPrefix("python") else {
      return
    }
    packageFolders.insert(folder)
  }

  private mutating func inspectConfig(_ config: EnvironmentConfig) {
    interpreter = config.interpreter
    usesSystemPackages = config.usesSystemPackages
    implementation = config["implementation"]
    home = config["home"]
    if let folder = config.builtAt, !built.contains(folder) { built.append(folder) }
  }

  /// The value of VIRTUAL_ENV in `bin/activate`, in quotation marks or not; lines for other systems compute theirs.
  private static func variable(in bytes: [UInt8]) -> String? {
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(\.trimmed) {
      let assignment = line.hasPrefix("export ") ? line.dropFirst(7) : line[...]
      guard assignment.hasPrefix("VIRTUAL_ENV=") else { continue }
      var value = assignment.dropFirst("VIRTUAL_ENV=".count)
      if let quote = value.first, quote == "\"" || quote == "'" {
        guard value.last == quote, value.count > 1 else { continue }
        value = value.dropFirst().dropLast()
        value = value.split(separator: "'\"'\"'", omittingEmptySubsequences: false).joined(separator: "'")[...]
      }
      if value.hasPrefix("/") { return String(value) }
    }
    return nil
  }

  /// The paths at which it was built. Scripts that a Python of the system runs tell nothing of it.
  package var buildPaths: [String] {
    let system: Set<String> = ["", "/usr", "/usr/local", home.map { EnvironmentPath.folder(of: $0) } ?? ""]
    return built + prefixes.filter { !system.contains($0) && !built.contains($0) }
  }

  /// Whether the environment fits together.
  package var problems: [InterpreterProblem] {
    var problems: [InterpreterProblem] = []
    if let implementation, implementation.lowercased() != "cpython" { problems.append(.notCPython(implementation)) }
    guard let interpreter, let release = InterpreterRelease(interpreter) else { return problems + [.unknown] }
    for folder in packageFolders.sorted() where folder != "lib/python\(release)" {
      problems.append(.mixed(configured: release, folder: folder))
    }
    return problems
  }
}
