internal import ManifestFormat

/// What the manifest names must be in the capsule.
extension Assembly {
  mutating func check(_ manifest: Manifest, _ entries: [CapsulePath: SourceEntry]) {
    checkFile(manifest.packing.readme?.value, "readme", entries)
    checkFile(manifest.packing.licenseFile?.value, "license-file", entries)
    checkFile(manifest.dependencies.pipRequirements?.value, "dependencies.pip_requirements", entries)
    for security in [manifest.security] + manifest.processes.map(\.security) {
      guard let path = security.seccomp?.value, ProfileNames.isFile(path) else { continue }
      checkFile(path, "security.seccomp", entries)
    }
    if let entrypoint = manifest.entrypoint?.value { checkEntrypoint(entrypoint, entries) }
    for process in manifest.processes { checkCommand(of: process, entries) }
    let isPython = manifest.entrypoint?.value.hasSuffix(".py") ?? false
    if isPython, find("venv/pyvenv.cfg", entries) == nil { warnings.append(.pythonWithoutVirtualEnvironment) }
    if manifest.packing.include != nil, entries.count == 1 { warnings.append(.includesMatchNothing) }
  }

  private func find(_ text: String, _ entries: [CapsulePath: SourceEntry]) -> SourceEntry? {
    let parts = text.split(separator: "/").filter { $0 != "." }
    do throws(CapsulePath.Problem) {
      return entries[try CapsulePath(parts.joined(separator: "/"))]
    } catch {
      return nil
    }
  }

  private mutating func checkFile(_ path: String?, _ key: String, _ entries: [CapsulePath: SourceEntry]) {
    guard let path else { return }
    if case .file? = find(path, entries)?.kind { return }
    problems.append(.missingFile(path: path, key: key))
  }

  private mutating func checkEntrypoint(_ path: String, _ entries: [CapsulePath: SourceEntry]) {
    switch find(path, entries)?.kind {
    case .file(_, let isExecutable)?:
      if !isExecutable, !path.hasSuffix(".py") { warnings.append(.notExecutable(path: path)) }
    case .link?: return
    case .folder?, nil: problems.append(.missingEntrypoint(path: path))
    }
  }

  /// A command with a slash is looked for where the process starts, and then at the root.
  private mutating func checkCommand(of process: Manifest.Process, _ entries: [CapsulePath: SourceEntry]) {
    guard let command = process.command?.value, command.contains("/"), !command.hasPrefix("/") else { return }
    let near = find(Manifest.join(process.folderInCapsule, command), entries)
    let far = find(command, entries)
    if let near, let far, near != far, near.kind != far.kind {
      problems.append(.twoCommands(process: process.name, paths: [near.path.text, far.path.text]))
    }
    guard let found = near ?? far else {
      return problems.append(.missingCommand(process: process.name, command: command))
    }
    if case .file(_, false) = found.kind { warnings.append(.notExecutable(path: found.path.text)) }
  }
}
