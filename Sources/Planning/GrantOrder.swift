internal import ManifestFormat

extension Planner {
  /// Paths that belong to the sandbox: what is put there by a grant would break it, or reach around it.
  private static let reserved = [processes] + ["/dev", "/capsule"].map(sandboxPath)
  private static let processes = sandboxPath("/proc")

  /// Checks grants against each other, and puts each behind those that it lies inside.
  static func grants(_ grants: [FileGrant]) throws(PlanError) -> [FileGrant] {
    for grant in grants { try check(grant) }
    let result = grants.count > 1 ? try merged(grants, in: order(grants)) : grants
    for grant in result { try checkHolds(grant, among: result) }
    return result
  }

  /// By depth, then by path, then as they were given. The paths are written out once, and not for each comparison.
  private static func order(_ grants: [FileGrant]) -> [Int] {
    let paths = grants.map { $0.target.description }
    let depths = grants.map { $0.target.depth }
    return grants.indices.sorted {
      if depths[$0] != depths[$1] { return depths[$0] < depths[$1] }
      if paths[$0] != paths[$1] { return paths[$0] < paths[$1] }
      // What is one text in two spellings is two files.
      if grants[$0].target != grants[$1].target { return paths[$0].utf8.lexicographicallyPrecedes(paths[$1].utf8) }
      return $0 < $1
    }
  }

  /// In that order, in which grants with one target follow each other.
  private static func merged(_ grants: [FileGrant], in order: [Int]) throws(PlanError) -> [FileGrant] {
    var result: [FileGrant] = []
    for index in order {
      if let last = result.indices.last, result[last].target == grants[index].target {
        result[last] = try merge(result[last], grants[index])
      } else {
        result.append(grants[index])
      }
    }
    return result
  }

  /// Those in which grants to read can lie.
  static func writable(of grants: [FileGrant]) -> [FileGrant] {
    var writable: [FileGrant] = []
    for grant in grants where grant.access == .write && grant.isShown { writable.append(grant) }
    return writable
  }

  /// The folders between a grant and the write grant that it lies in, from the outside in. Whatever lies at a path that is
  /// granted in another way must stay there, so these must not be moved.
  static func foldersToHold(around grant: FileGrant, among writable: [FileGrant]) -> [AbsolutePath] {
    guard !writable.isEmpty, grant.access == .read, grant.isShown,
      let outer = writable.last(where: { $0.target != grant.target && grant.target.isInside($0.target) })
    else { return [] }
    var folders: [AbsolutePath] = []
    var folder = grant.target.parent
    while folder != outer.target {
      folders.append(folder)
      folder = folder.parent
    }
    return folders.reversed()
  }

  /// What may only be read, inside of what may be written, is held by a mount of its own; where it is not there yet, nothing
  /// holds it, and the program could make it.
  private static func checkHolds(_ grant: FileGrant, among all: [FileGrant]) throws(PlanError) {
    guard grant.access == .read, grant.mayBeMissing, grant.identity == nil,
      let writable = all.first(where: { $0.access == .write && grant.target.isInside($0.target) })
    else { return }
    throw .unheldGrant(source: grant.source.description, writable: writable.source.description)
  }

  private static func check(_ grant: FileGrant) throws(PlanError) {
    guard grant.source != .root, grant.target != .root else {
      throw .grantOfEverything(source: grant.source.description)
    }
    guard !grant.source.isInside(processes) else {
      throw .grantOfProcesses(source: grant.source.description)
    }
    // A device grant names a device of its own: the grammar refuses those that every sandbox has.
    if grant.access == .device, grant.target.components.first == "dev" { return }
    if let reserved = reserved.first(where: { grant.target.isInside($0) }) {
      throw .grantOnReservedPath(target: grant.target.description, reserved: reserved.description)
    }
  }

  /// The wider of two grants of the same thing; two different things at one path are a contradiction.
  private static func merge(_ first: FileGrant, _ second: FileGrant) throws(PlanError) -> FileGrant {
    guard first.source == second.source else {
      throw .conflictingGrants(
        target: first.target.description, first: first.source.description, second: second.source.description)
    }
    var result = first
    result.access = max(first.access, second.access)
    result.mayBeMissing = first.mayBeMissing && second.mayBeMissing
    return result
  }
}

/// A path that this module itself writes down.
func sandboxPath(_ text: String) -> AbsolutePath {
  do {
    return try AbsolutePath(text)
  } catch {
    preconditionFailure("\(text) \(error.explanation)")
  }
}
