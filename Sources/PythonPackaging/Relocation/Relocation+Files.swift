extension Relocation {
  /// Rewrites a file that depends on no other.
  func rewriteAlone(_ path: String, _ bytes: [UInt8]) -> Rewrite {
    switch RelocatedFile(path) {
    case .config: rewriteConfig(bytes)
    case .interpreter: rewriteInterpreter(path)
    case .script: rewriteScript(path, bytes)
    case .compiled: Rewrite(.dropped(.compiled))
    case .origin: rewriteOrigin(bytes)
    case .folders: rewriteFolders(path, bytes)
    case .editable: rewriteEditable(path, bytes)
    case .text: Rewrite(needles.replaced(bytes).map(Rewrite.Content.changed) ?? .kept)
    case .record, .plain: Rewrite(.kept)
    }
  }

  private func rewriteConfig(_ bytes: [UInt8]) -> Rewrite {
    let config = EnvironmentConfig(bytes)
    return Rewrite(
      .changed(config.relocated(to: targets, release)), config.usesSystemPackages ? [.usesSystemPackages] : [])
  }

  /// Scripts to activate the environment, and those that packages installed.
  private func rewriteScript(_ path: String, _ bytes: [UInt8]) -> Rewrite {
    // A program: what it holds is found afterwards.
    guard !bytes.prefix(8192).contains(0) else { return Rewrite(.kept) }
    var script = needles.replaced(bytes) ?? bytes
    if Self.activations.contains(path) { script = withoutQuotes(script) }
    var problems: [RelocationProblem] = []
    if let shebang = Shebang(script) {
      let python = targets.environment + "/bin/python"
      if shebang.prefix == targets.environment {
        // Whatever name the interpreter had, this one is there.
        script.replaceSubrange(shebang.range, with: python.utf8)
      } else if !isInSandbox(shebang.interpreter) {
        problems.append(.foreignInterpreter(file: path, interpreter: shebang.interpreter))
      }
    }
    return Rewrite(script == bytes ? .kept : .changed(script), problems)
  }

  private static let activations: Set = ["bin/activate", "bin/activate.csh", "bin/activate.fish"]

  /// A script of a shell that has the new path without quotation marks: whether the old one needed them tells of the
  /// machine that built it.
  private func withoutQuotes(_ script: [UInt8]) -> [UInt8] {
    let path = Array(targets.environment.utf8)
    let isPlain = path.allSatisfy { $0.isAlphanumeric || $0.isSeparator || $0 == UInt8(ascii: "/") }
    let quoted = Array("'\(targets.environment)'".utf8)
    return isPlain ? script.replacing(quoted, with: path) : script
  }

  /// Whether the sandbox has a program by itself, or the capsule brings it; a shell finds what is not absolute.
  private func isInSandbox(_ program: String) -> Bool {
    !program.hasPrefix("/") || ["/usr/", "/bin/", "/sbin/", targets.tree + "/"].contains { program.hasPrefix($0) }
  }

  private func rewriteOrigin(_ bytes: [UInt8]) -> Rewrite {
    let isLocal = String(decoding: bytes, as: UTF8.self).contains("file:")
    return Rewrite(isLocal ? .dropped(.origin) : .kept)
  }

  /// Each line is a folder, or Python that begins with `import`.
  private func rewriteFolders(_ path: String, _ bytes: [UInt8]) -> Rewrite {
    let changed = needles.replaced(bytes)
    let lines = String(decoding: changed ?? bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var problems: [RelocationProblem] = []
    for (index, line) in lines.enumerated() {
      let target = line.trimmed
      let isCode = target.hasPrefix("import ") || target.hasPrefix("import\t")
      guard !target.isEmpty, !target.hasPrefix("#"), !isCode, !isInTree(target, from: path) else { continue }
      problems.append(.leavesTree(file: path, line: index + 1, target: target))
    }
    return Rewrite(changed.map(Rewrite.Content.changed) ?? .kept, problems)
  }

  /// Lines `MAPPING` and `NAMESPACES` have the folders as texts of Python.
  private func rewriteEditable(_ path: String, _ bytes: [UInt8]) -> Rewrite {
    let changed = needles.replaced(bytes)
    let lines = String(decoding: changed ?? bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var problems: [RelocationProblem] = []
    for (index, line) in lines.enumerated() where line.hasPrefix("MAPPING") || line.hasPrefix("NAMESPACES") {
      for text in line.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "'" || $0 == "\"" })
      where text.hasPrefix("/") && !isInTree(String(text), from: path) {
        problems.append(.leavesTree(file: path, line: index + 1, target: String(text)))
      }
    }
    return Rewrite(changed.map(Rewrite.Content.changed) ?? .kept, problems)
  }

  /// Whether a folder is in the tree that is packed, seen from the folder of a file of the environment.
  private func isInTree(_ target: String, from path: String) -> Bool {
    if target.hasPrefix("/") {
      guard target == targets.tree || target.hasPrefix(targets.tree + "/") else { return false }
      let below = target.dropFirst(targets.tree.utf8.count).drop { $0 == "/" }
      return EnvironmentPath.resolve("./" + below, from: "") != nil
    }
    let root = EnvironmentPath.name(of: targets.environment)
    return EnvironmentPath.resolve(target, from: root + "/" + EnvironmentPath.folder(of: path)) != nil
  }

  /// Gives changed files their new hash and size, and leaves out what is not packed.
  func rewriteRecord<Failure: Error>(
    _ path: String, _ bytes: [UInt8], _ reading: (String) throws(Failure) -> [UInt8]?
  ) throws(Failure) -> Rewrite {
    guard let entries = RecordEntry.read(bytes) else { return Rewrite(.kept, [.brokenRecord(file: path)]) }
    let root = EnvironmentPath.folder(of: EnvironmentPath.folder(of: path))
    var rewritten: [RecordEntry] = []
    for entry in entries {
      guard let file = EnvironmentPath.resolve(entry.path, from: root) else {
        rewritten.append(entry)
        continue
      }
      if let entry = try rewriteEntry(entry, file, reading) { rewritten.append(entry) }
    }
    return Rewrite(rewritten == entries ? .kept : .changed(Array(RecordEntry.text(rewritten).utf8)))
  }

  private func rewriteEntry<Failure: Error>(
    _ entry: RecordEntry, _ file: String, _ reading: (String) throws(Failure) -> [UInt8]?
  ) throws(Failure) -> RecordEntry? {
    let kind = RelocatedFile(file)
    if kind == .compiled { return nil }
    guard kind != .plain, kind != .record, let bytes = try reading(file) else { return entry }
    switch rewriteAlone(file, bytes).content {
    case .changed(let changed): return RecordEntry(path: entry.path, digest: sha256(changed), size: changed.count)
    case .dropped: return nil
    case .kept, .link: return entry
    }
  }
}
