package import Linux
package import ManifestFormat

/// All that becomes part of a capsule, put together from its folder and its manifest; and all that is wrong with it.
package struct Assembly: Sendable {
  package var entries: [SourceEntry] = []
  package var problems: [BuildProblem] = []
  package var warnings: [BuildWarning] = []
  package var ignored: [SourceTree.Ignored] = []

  /// Collects from `root`. `manifestName` is the manifest's file there, which is replaced by its canonical form; `outputs`
  /// are names there that the build itself writes to.
  package static func make(
    of manifest: Manifest, in root: borrowing Descriptor, manifestName: String?, outputs: [String] = []
  ) throws(CapsuleError) -> Assembly {
    var assembly = Assembly()
    let globs = assembly.globs(of: manifest)
    var tree = try attempt("open the folder") { () throws(SysError) in
      SourceTree(try root.duplicate(), except: Manifest.fileNames + (manifestName.map { [$0] } ?? []) + outputs)
    }
    do throws(SysError) {
      try tree.collect(globs)
    } catch {
      throw .system(error, while: "read the folder")
    }
    assembly.problems += tree.problems
    assembly.ignored = tree.ignored
    // Before files, so that nothing can be put in its place.
    var mapped = MappedEntries(tree.entries + [Self.manifestEntry(manifest)])
    for mapping in manifest.mappings { mapped.apply(mapping, in: root) }
    assembly.problems += mapped.problems.map { .mapping($0) }
    for folder in manifest.workingFolders { mapped.makeFolder(folder) }
    assembly.entries = mapped.entries.values.sorted { $0.path < $1.path }
    assembly.check(manifest, mapped.entries)
    return assembly
  }

  private mutating func globs(of manifest: Manifest) -> PackageGlobs {
    do throws(PackageGlobs.Refusal) {
      return try PackageGlobs(include: manifest.packing.include ?? [], exclude: manifest.packing.exclude)
    } catch {
      let list = error.isInclude ? manifest.packing.include ?? [] : manifest.packing.exclude
      problems.append(.badGlob(error.problem, pattern: list[error.index], isInclude: error.isInclude))
      return .none
    }
  }

  private static func manifestEntry(_ manifest: Manifest) -> SourceEntry {
    do throws(CapsulePath.Problem) {
      let bytes = Array(manifest.canonicalYAML.utf8)
      return SourceEntry(try CapsulePath(ReservedName.manifest), .file(.made(bytes), isExecutable: false))
    } catch {
      preconditionFailure("\(ReservedName.manifest): \(error)")
    }
  }
}

/// Something to look at that does not stop a build.
package enum BuildWarning: Hashable, Sendable {
  case pythonWithoutVirtualEnvironment
  case notExecutable(path: String)
  case includesMatchNothing
}

extension Manifest {
  /// The lines of `files`, with targets from the capsule's root.
  fileprivate var mappings: [FileMapping] {
    func sorted(_ files: [String: String]) -> [(String, String)] { files.sorted { $0.key < $1.key } }
    var all = sorted(files).map { FileMapping(source: $0.0, target: $0.1, place: "files") }
    for process in processes {
      for (source, target) in sorted(process.files) {
        all.append(
          FileMapping(
            source: source, target: Self.join(process.folderInCapsule, target), place: "processes.\(process.name).files"
          ))
      }
    }
    return all
  }

  /// The folders that processes start in, where they lie in the capsule.
  fileprivate var workingFolders: [CapsulePath] {
    var paths: [CapsulePath] = []
    for process in processes {
      do throws(CapsulePath.Problem) {
        paths.append(try CapsulePath(process.folderInCapsule))
      } catch {
        // It is the root itself, or a folder outside.
        continue
      }
    }
    return paths
  }

  static func join(_ folder: String, _ path: String) -> String { folder.isEmpty ? path : folder + "/" + path }
}

extension Manifest.Process {
  /// The folder that it starts in, from the capsule's root; empty for the root.
  var folderInCapsule: String {
    let folder = workingFolder ?? name
    let parts = folder.split(separator: "/").filter { $0 != "." }
    guard folder.hasPrefix("/") else { return parts.joined(separator: "/") }
    return parts.first == "capsule" ? parts.dropFirst().joined(separator: "/") : folder
  }
}
