package import Linux

/// A line of a manifest's `files`: what of the source comes where in the capsule.
package struct FileMapping: Hashable, Sendable {
  /// Relative to the folder that is packed.
  package let source: String
  /// Relative to the capsule's root.
  package let target: String
  /// Where the manifest says so, for people: `processes.web.files`.
  package let place: String

  package init(source: String, target: String, place: String) {
    self.source = source
    self.target = target
    self.place = place
  }
}

/// Why a mapping cannot be followed.
package enum MappingProblem: Error, Hashable, Sendable {
  case missing(FileMapping)
  case badTarget(FileMapping, CapsulePath.Problem)
  case badSource(FileMapping, CapsulePath.Problem)
  case leadsOut(FileMapping)
  case collides(FileMapping, with: FileMapping)
  /// Something of another content, or no folder, is packed under this name anyway.
  case taken(FileMapping, path: String)
  case unreadable(FileMapping, SysError)
}

/// Puts together what is packed of a folder, and what the manifest's `files` put elsewhere.
package struct MappedEntries {
  private(set) package var entries: [CapsulePath: SourceEntry]
  private(set) package var problems: [MappingProblem] = []
  private var origins: [CapsulePath: FileMapping] = [:]

  package init(_ entries: [SourceEntry]) {
    self.entries = Dictionary(entries.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
  }

  /// Adds a file, or a folder with all that is in it. A source need not be packed itself.
  package mutating func apply(_ mapping: FileMapping, in root: borrowing Descriptor) {
    do {
      let target = try path(mapping.target) { .badTarget(mapping, $0) }
      let source = try path(mapping.source) { .badSource(mapping, $0) }
      try add(source.text, as: target, mapping, in: root)
      try addFolders(above: target, mapping)
    } catch let problem {
      problems.append(problem)
    }
  }

  private func path(
    _ text: String, _ problem: (CapsulePath.Problem) -> MappingProblem
  ) throws(MappingProblem) -> CapsulePath {
    let parts = text.split(separator: "/").filter { $0 != "." }
    do throws(CapsulePath.Problem) {
      return try CapsulePath(text.utf8.first == UInt8(ascii: "/") ? text : parts.joined(separator: "/"))
    } catch {
      throw problem(error)
    }
  }

  private mutating func add(
    _ source: String, as target: CapsulePath, _ mapping: FileMapping, in root: borrowing Descriptor
  ) throws(MappingProblem) {
    do throws(SysError) {
      let file = try root.openBeneath(source, .placeOfLink)
      let status = try file.status(of: source)
      switch status.kind {
      case .file:
        let origin = SourceEntry.Origin.source(source, size: status.size)
        put(SourceEntry(target, .file(origin, isExecutable: status.mode & 0o111 != 0)), mapping)
      case .folder:
        put(SourceEntry(target, .folder), mapping)
        let names = try root.openBeneath(source, .folderItself).entries().sorted()
        for name in names {
          let inner: CapsulePath
          do throws(CapsulePath.Problem) {
            inner = try target.appending(name)
          } catch {
            problems.append(.badTarget(mapping, error))
            continue
          }
          do throws(MappingProblem) {
            try add(source + "/" + name, as: inner, mapping, in: root)
          } catch {
            problems.append(error)
          }
        }
      default: problems.append(.unreadable(mapping, SysError(.open, source, .notSupported)))
      }
    } catch let error where error.errno == .noSuchFile || error.errno == .notDirectory {
      throw .missing(mapping)
    } catch let error where error.errno == .tooManyLinks || error.errno == .crossesDevice {
      throw .leadsOut(mapping)
    } catch {
      throw .unreadable(mapping, error)
    }
  }

  private mutating func put(_ entry: SourceEntry, _ mapping: FileMapping) {
    if let other = origins[entry.path] {
      if entry.kind != .folder || entries[entry.path]?.kind != .folder {
        problems.append(.collides(mapping, with: other))
      }
    } else if let there = entries[entry.path], there.kind != entry.kind {
      problems.append(.taken(mapping, path: entry.path.text))
    }
    entries[entry.path] = entry
    origins[entry.path] = mapping
  }

  private mutating func addFolders(above target: CapsulePath, _ mapping: FileMapping) throws(MappingProblem) {
    var folder = target.parent
    while let path = folder {
      switch entries[path]?.kind {
      case nil: entries[path] = SourceEntry(path, .folder)
      case .folder: return
      default: throw .taken(mapping, path: path.text)
      }
      folder = path.parent
    }
  }

  /// A folder that must be there, empty or not.
  package mutating func makeFolder(_ path: CapsulePath) {
    if entries[path] == nil { entries[path] = SourceEntry(path, .folder) }
    if let parent = path.parent { makeFolder(parent) }
  }
}
