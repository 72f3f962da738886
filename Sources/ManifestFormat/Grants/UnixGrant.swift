/// A socket of the host that a capsule may connect to, such as `/run/postgresql/.s.PGSQL.5432`; with a trailing `?` it may
/// be missing.
package struct UnixGrant: Hashable, Sendable {
  package let path: AbsolutePath
  package let mayBeMissing: Bool

  package init(_ text: String) throws(Problem) {
    guard text.utf8.first != UInt8(ascii: "@") else { throw .abstract }
    let given: OptionalPath
    do {
      given = try OptionalPath(text)
    } catch {
      switch error {
      case .path(let problem): throw .path(problem)
      case .questionMark: throw .questionMark
      }
    }
    guard given.path != .root else { throw .root }
    guard given.path.description.utf8.count <= Self.longest else { throw .tooLong }
    path = given.path
    mayBeMissing = given.mayBeMissing
  }

  /// `sun_path` of unix(7) has 108 bytes with the zero at its end; the socket is at the same path inside.
  private static let longest = 107

  /// What whoever speaks to this socket controls besides; nil when none is known. It is a matter of the caller whether
  /// that is allowed: a manifest alone must not be enough.
  package var danger: SocketDanger? { SocketDanger.of(path) }

  /// Whether whoever speaks to this socket can become root on the host.
  package var isRootEquivalent: Bool { danger?.reach == .host }

  /// Why a text is no unix grant.
  package enum Problem: Error, Hashable, Sendable {
    case path(AbsolutePath.Problem)
    case questionMark, root, tooLong, abstract

    package var explanation: String {
      switch self {
      case .path(let problem): problem.explanation
      case .questionMark: "ends in \"?\" even without the one that says that it may be missing"
      case .root: "is the root folder"
      case .tooLong: "is longer than 107 bytes, so no program can connect to it"
      case .abstract: "names an abstract socket, and those belong to a network: the sandbox has its own"
      }
    }

    package var hint: String {
      switch self {
      case .path, .root, .abstract: "write the absolute path of a socket, such as /run/postgresql/.s.PGSQL.5432"
      case .questionMark: "rename the socket"
      case .tooLong: "let the service listen on a shorter path"
      }
    }
  }
}

extension UnixGrant: CustomStringConvertible {
  /// The one text of this grant.
  package var description: String { path.description + (mayBeMissing ? "?" : "") }
}
