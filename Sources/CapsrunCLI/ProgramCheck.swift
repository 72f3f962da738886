internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Planning
internal import Sandbox

/// Looks whether the programs of a capsule's folder would start on this machine, without starting any: warnings, as another
/// machine may have what this one lacks. Links are not followed, and what is found by PATH or placed by `files` is not looked at.
struct ProgramCheck: ~Copyable {
  private let manifest: Manifest
  private let folder: Descriptor

  /// Of what the caller names; of a manifest without its folder nothing is known.
  static func warnings(of manifest: Manifest, at path: String) throws(DiagnosticList) -> [Diagnostic] {
    guard manifest.rootfs.base == nil || manifest.rootfs.base == "host" else { return [] }
    return try reporting("look at the programs of \(quoted(path))", exitCode: .noInput) { () throws(SysError) in
      guard try Descriptor.open(path, .place).status(of: path).kind == .folder else { return [] }
      let check = ProgramCheck(manifest: manifest, folder: try Descriptor.open(path, .folder))
      return try check.warnings()
    }
  }

  private func warnings() throws(SysError) -> [Diagnostic] {
    var warnings: [Diagnostic] = []
    for (process, candidates) in programs {
      for program in candidates {
        guard let file = try file(program) else { continue }
        if let obstacle = try obstacle(program, file) {
          warnings.append(
            Diagnostic(
              "the program \(quoted(program)) of the process \(quoted(process)) would not start here: "
                + obstacle.cause(of: program), hint: obstacle.remedy { FileAccess.isThere($0) },
              severity: .warning, exitCode: .badData))
        }
        break
      }
    }
    return warnings
  }

  /// The processes, and where in the folder the program of each may be, in the order of a start.
  private var programs: [(process: String, candidates: [String])] {
    if let entrypoint = manifest.entrypoint?.value {
      return entrypoint.hasSuffix(".py") ? [] : [("main", [entrypoint])]
    }
    return manifest.processes.compactMap { process in
      guard let command = process.command?.value, command.contains("/"), !command.hasPrefix("/") else { return nil }
      return (process.name, ["\(process.workingFolder ?? process.name)/\(command)", command])
    }
  }

  /// A file of the capsule by its path in it; nil for what is none, or is not there.
  private func file(_ path: String) throws(SysError) -> Descriptor? {
    do throws(SysError) {
      guard try folder.openInside(path, .placeOfLink).status(of: path).kind == .file else { return nil }
      return try folder.openInside(path, .fileItself)
    } catch let error where Self.isAbsence(error) {
      return nil
    }
  }

  private static func isAbsence(_ error: SysError) -> Bool {
    [.noSuchFile, .notDirectory, .tooManyLinks, .accessDenied].contains(error.errno)
  }
}

// What stands in the way.
extension ProgramCheck {
  private func obstacle(_ path: String, _ file: borrowing Descriptor) throws(SysError) -> ExecutionObstacle? {
    func program(_ problem: ExecutionObstacle.Problem, _ detail: String = "") -> ExecutionObstacle {
      ExecutionObstacle(problem, of: .program, path, namedBy: path, detail: detail)
    }
    let status = try file.status(of: path)
    if status.mode & 0o111 == 0 { return program(.notExecutable, String(status.mode, radix: 8)) }
    let head = try file.part(0..<min(status.size, ScriptLine.longest), of: path)
    func read(_ range: Range<Int>) throws(SysError) -> [UInt8] { try file.part(range, of: path) }
    if let elf = try ELFProgram.read(header: head, size: status.size, read) {
      if elf.machine != Machine.architecture { return program(.otherMachine, elf.machine) }
      guard elf.loader != .unreadable else { return program(.damaged) }
      guard elf.isProgram else { return program(.noProgram) }
      guard case .named(let loader) = elf.loader else { return nil }
      return try missing(loader, .loader, namedBy: path)
    }
    switch ScriptLine(head) {
    case .interpreter(let name, argument: let argument):
      if let obstacle = try missing(name, .interpreter, namedBy: path) { return obstacle }
      guard name == "/usr/bin/env", let argument, !argument.contains(" "), !argument.hasPrefix("-") else { return nil }
      return try missing(byName: argument, namedBy: path)
    case .nameless: return program(.nameless)
    case .cut: return program(.cutName)
    case nil: return program(head.isEmpty ? .empty : .unknownFormat)
    }
  }

  private func missing(
    _ name: String, _ role: ExecutionObstacle.Role, namedBy path: String
  ) throws(SysError) -> ExecutionObstacle? {
    func obstacle(_ problem: ExecutionObstacle.Problem) -> ExecutionObstacle {
      ExecutionObstacle(problem, of: role, name, namedBy: path)
    }
    if name.utf8.last == 0x0D { return obstacle(.carriageReturn) }
    guard name.hasPrefix("/") else { return obstacle(.relative) }
    return try isInside(name) ? nil : obstacle(.missing)
  }

  /// What env would look for, unless the manifest says where.
  private func missing(byName name: String, namedBy path: String) throws(SysError) -> ExecutionObstacle? {
    guard manifest.environment["PATH"] == nil, !name.contains("/") else { return nil }
    for folder in ["/capsule/venv/bin", "/capsule/bin", "/usr/bin", "/bin"] where try isInside("\(folder)/\(name)") {
      return nil
    }
    return name.utf8.last == 0x0D
      ? ExecutionObstacle(.carriageReturn, of: .interpreter, name, namedBy: path)
      : ExecutionObstacle(.missing, of: .interpreter, name, namedBy: path)
  }

  /// Whether something would be there, as far as it can be told without a sandbox.
  private func isInside(_ path: String) throws(SysError) -> Bool {
    if path.hasPrefix("/capsule/") {
      do throws(SysError) {
        try folder.openInside(String(path.dropFirst("/capsule".count)), .placeOfLink).status(of: path)
        return true
      } catch let error where Self.isAbsence(error) {
        return false
      }
    }
    let isShown = (["/usr"] + BaseRoot.systemFolders).contains { path.hasPrefix($0 + "/") }
    if isShown { return FileAccess.isThere(path) }
    let grants = (manifest.capabilities.read + manifest.capabilities.write).map { $0.value.path.description }
    return grants.contains { path == $0 || path.hasPrefix($0 + "/") }
  }
}
