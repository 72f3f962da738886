/// The file grants of a capsule or process, asked about a path by name: links and what is missing are not known here.
package struct FileGrants: Hashable, Sendable {
  package enum Access: Hashable, Sendable {
    case read, write
  }

  package enum Decision: Hashable, Sendable {
    /// What is granted for writing is granted for reading too.
    case granted(Access, by: PathGrant)
    case onlyReadable(by: PathGrant)
    case notGranted
  }

  package let read: [PathGrant]
  package let write: [PathGrant]

  package init(read: [PathGrant], write: [PathGrant]) {
    self.read = read
    self.write = write
  }

  /// The grant that lies deepest decides, as its mount lies above the others; of two at one path the one for writing.
  package func decision(for path: AbsolutePath, _ access: Access) -> Decision {
    let reading = deepest(read, above: path)
    let writing = deepest(write, above: path)
    if let writing, reading.map({ depth($0) <= depth(writing) }) ?? true { return .granted(access, by: writing) }
    guard let reading else { return .notGranted }
    return access == .read ? .granted(.read, by: reading) : .onlyReadable(by: reading)
  }

  private func depth(_ grant: PathGrant) -> Int { grant.path.depth }

  private func deepest(_ grants: [PathGrant], above path: AbsolutePath) -> PathGrant? {
    grants.filter { path.isInside($0.path) }.max { depth($0) < depth($1) }
  }
}
