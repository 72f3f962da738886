internal import CapsuleFormat
internal import Cryptography
internal import Linux
internal import PythonPackaging

/// A virtual environment as it becomes part of a capsule. Each file is read once, and only those that are rewritten are
/// kept in memory.
struct RelocatedEnvironment {
  private let environment: PackedEnvironment
  private let relocation: Relocation

  private(set) var entries: [SourceEntry] = []
  private(set) var leftOut: [(entry: SourceEntry, reason: Relocation.Rewrite.Reason)] = []
  private(set) var problems: [RelocationProblem] = []
  /// Of the files as they were installed, by their paths in the environment.
  private(set) var digests: [String: Digest] = [:]

  init(_ environment: PackedEnvironment, by relocation: Relocation) throws(SysError) {
    self.environment = environment
    self.relocation = relocation
    for entry in environment.entries { try add(entry) }
    addInterpreter()
  }

  private mutating func add(_ entry: PackedEnvironment.Entry) throws(SysError) {
    switch entry.packed.kind {
    case .folder where Relocation.isCompiled(entry.path): leftOut.append((entry.packed, .compiled))
    case .folder: entries.append(entry.packed)
    case .link where Relocation.isCompiled(entry.path): leftOut.append((entry.packed, .compiled))
    case .link(let target): take(relocation.rewriteLink(entry.path, target: target), entry)
    case .file(let origin, _):
      switch Relocation.need(of: entry.path) {
      case .path: take(try rewrite(entry.path, []), entry)
      case .search: try search(entry, origin)
      case .content:
        if let content = try environment.files.content(origin) {
          digests[entry.path] = SHA256.digest(of: content)
          take(try rewrite(entry.path, content), entry)
        } else {
          try search(entry, origin)
        }
      }
    }
  }

  private func rewrite(_ path: String, _ content: [UInt8]) throws(SysError) -> Relocation.Rewrite {
    try relocation.rewrite(path, content) { (other) throws(SysError) in
      try environment.files.content(PackedEnvironment.folder + "/" + other)
    }
  }

  /// Takes a file as it is, unless it holds a path of this machine.
  private mutating func search(_ entry: PackedEnvironment.Entry, _ origin: SourceEntry.Origin) throws(SysError) {
    var search = PathSearch(for: entry.path, by: relocation)
    var hash = SHA256()
    try environment.files.pieces(of: origin) { piece in
      hash.add(piece)
      search.add(piece)
      return true
    }
    digests[entry.path] = hash.digest
    if let problem = search.finish() { problems.append(problem) }
    entries.append(entry.packed)
  }

  private mutating func take(_ rewrite: Relocation.Rewrite, _ entry: PackedEnvironment.Entry) {
    problems += rewrite.problems
    switch rewrite.content {
    case .kept: entries.append(entry.packed)
    case .link(let target): entries.append(SourceEntry(entry.packed.path, .link(target: target)))
    case .dropped(let reason): leftOut.append((entry.packed, reason))
    case .changed(let bytes):
      guard case .file(_, let isExecutable) = entry.packed.kind else { return }
      entries.append(SourceEntry(entry.packed.path, .file(.made(bytes), isExecutable: isExecutable)))
    }
  }

  /// All names of the interpreter are there, whichever of them the environment had.
  private mutating func addInterpreter() {
    let links = relocation.interpreterLinks.map { link in
      SourceEntry(Self.path(link.path), .link(target: link.target))
    }
    let names = Set(links.map(\.path))
    entries.removeAll { names.contains($0.path) }
    for folder in [Self.path(), Self.path("bin")] where !entries.contains(where: { $0.path == folder }) {
      entries.append(SourceEntry(folder, .folder))
    }
    entries += links
  }

  /// A path that is known to be one of a capsule.
  private static func path(_ below: String = "") -> CapsulePath {
    let text = below.isEmpty ? PackedEnvironment.folder : PackedEnvironment.folder + "/" + below
    do throws(CapsulePath.Problem) {
      return try CapsulePath(text)
    } catch {
      preconditionFailure("\(text): \(error)")
    }
  }
}
