/// Makes a virtual environment independent of where it was built, and at home at `/capsule/venv`, where each capsule is
/// shown. Nothing is rewritten when it is installed, so that it stays what was signed.
///
/// Each file is rewritten by itself, in any order, and only one need be in memory; RECORD also reads again what it
/// lists and what may be changed. Compiled files in `__pycache__` are left out: they hold the time and path of their
/// sources, and would differ from build to build.
package struct Relocation: Sendable {
  let needles: PathNeedles
  let targets: RelocationTargets
  let release: InterpreterRelease
  let sha256: @Sendable ([UInt8]) -> [UInt8]

  /// What becomes of a file or link.
  package struct Rewrite: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
      case kept
      case changed([UInt8])
      case link(to: String)
      case dropped(Reason)
    }

    /// Why something is not packed.
    package enum Reason: Hashable, Sendable {
      /// A compiled file holds the time and path of its source.
      case compiled
      /// `direct_url.json` tells a folder of the building machine, which only an installer reads.
      case origin
      /// An interpreter of another name than those that the links give.
      case interpreter
    }

    package let content: Content
    package let problems: [RelocationProblem]

    init(_ content: Content, _ problems: [RelocationProblem] = []) {
      self.content = content
      self.problems = problems
    }
  }

  /// - Parameters:
  ///   - buildPaths: where the environment was built, by an `EnvironmentInspection`, and where it lies now.
  ///   - treePaths: where the folder lies that is packed; what leads there is led to `/capsule`.
  package init(
    buildPaths: [String], treePaths: [String], release: InterpreterRelease,
    sha256: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) {
    self.init(buildPaths, treePaths, release, RelocationTargets(), sha256)
  }

  init(
    _ buildPaths: [String], _ treePaths: [String], _ release: InterpreterRelease, _ targets: RelocationTargets,
    _ sha256: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) {
    needles = PathNeedles(buildPaths: buildPaths, treePaths: treePaths, targets: targets)
    self.targets = targets
    self.release = release
    self.sha256 = sha256
  }

  /// The one link that leaves the tree, and those that lead to it, by their paths in the environment.
  package var interpreterLinks: [(path: String, target: String)] {
    [
      ("bin/python", "\(targets.home)/python\(release)"), ("bin/python\(release.major)", "python"),
      ("bin/python\(release)", "python"),
    ]
  }

  /// Whether a path is that of an interpreter: `bin/python`, `bin/python3`, `bin/python3.11`.
  package static func isInterpreter(_ path: String) -> Bool {
    guard EnvironmentPath.folder(of: path) == "bin", EnvironmentPath.name(of: path).hasPrefix("python") else {
      return false
    }
    return path.dropFirst("bin/python".count).utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
  }

  /// Rewrites a regular file, by its path below the root of the environment; the closure gives others of its files.
  package func rewrite<Failure: Error>(
    _ path: String, _ bytes: [UInt8], reading: (_ path: String) throws(Failure) -> [UInt8]?
  ) throws(Failure) -> Rewrite {
    let rewrite =
      RelocatedFile(path) == .record ? try rewriteRecord(path, bytes, reading) : rewriteAlone(path, bytes)
    let final: [UInt8]
    switch rewrite.content {
    case .kept: final = bytes
    case .changed(let changed): final = changed
    case .link, .dropped: return rewrite
    }
    return Rewrite(rewrite.content, rewrite.problems + leftover(path, final))
  }

  /// A file that still holds a path of the building machine.
  private func leftover(_ path: String, _ bytes: [UInt8]) -> [RelocationProblem] {
    guard let found = needles.leftover(in: bytes) else { return [] }
    return [.left(in: path, at: found.offset, buildPath: found.path, isProgram: RelocationProblem.isProgram(bytes))]
  }

  /// Rewrites a link. One that leads to another place of the environment by an absolute path is made relative.
  package func rewriteLink(_ path: String, target: String) -> Rewrite {
    if Self.isInterpreter(path) { return rewriteInterpreter(path) }
    let moved = needles.replaced(Array(target.utf8)).map { String(decoding: $0, as: UTF8.self) } ?? target
    let root = targets.environment.split(separator: "/").last.map(String.init) ?? ""
    if moved.hasPrefix(targets.tree + "/") {
      let depth = path.split(separator: "/").count
      let below = moved.dropFirst(targets.tree.utf8.count + 1)
      return Rewrite(.link(to: String(repeating: "../", count: depth) + below))
    }
    let folder = root + "/" + EnvironmentPath.folder(of: path)
    guard EnvironmentPath.resolve(moved, from: folder) != nil else {
      return Rewrite(.kept, [.linkLeavesTree(file: path, target: target)])
    }
    return Rewrite(.kept)
  }

  func rewriteInterpreter(_ path: String) -> Rewrite {
    guard let link = interpreterLinks.first(where: { $0.path == path }) else { return Rewrite(.dropped(.interpreter)) }
    return Rewrite(.link(to: link.target))
  }
}
