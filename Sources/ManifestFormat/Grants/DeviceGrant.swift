/// A device of the host that a capsule may use, such as `/dev/kvm`; with a trailing `?` it may be missing.
///
/// The name is checked here, so that `check` can tell; a link can still lead to any device. So whoever opens it checks the
/// device itself too, by `refusal(ofBlockDevice:major:minor:)`.
package struct DeviceGrant: Hashable, Sendable {
  package let path: AbsolutePath
  package let mayBeMissing: Bool

  package init(_ text: String) throws(Problem) {
    let given: OptionalPath
    do {
      given = try OptionalPath(text)
    } catch {
      switch error {
      case .path(let problem): throw .path(problem)
      case .questionMark: throw .questionMark
      }
    }
    guard given.path.components.count > 1, given.path.components.first == "dev" else { throw .notBelowDev }
    if let refusal = DeviceRefusal.of(given.path) { throw .refused(refusal) }
    path = given.path
    mayBeMissing = given.mayBeMissing
  }

  /// Why a text is no device grant.
  package enum Problem: Error, Hashable, Sendable {
    case path(AbsolutePath.Problem)
    case questionMark, notBelowDev
    case refused(DeviceRefusal)

    package var explanation: String {
      switch self {
      case .path(let problem): problem.explanation
      case .questionMark: "ends in \"?\", but so does no device"
      case .notBelowDev: "is not below /dev"
      case .refused(.alreadyInside): "needs no grant: every sandbox has its own"
      case .refused(let reason): "is never granted: \(reason.explanation)"
      }
    }

    package var hint: String {
      switch self {
      case .path, .notBelowDev: "write the path of one device, such as /dev/kvm"
      case .questionMark: "write one \"?\" at the end for a device that may be missing"
      case .refused(.alreadyInside): "remove it"
      case .refused(.socket): "grant the socket under unix:"
      case .refused(.blockDevice): "mount the file system on the host and grant folders in it"
      case .refused: "use a helper on the host that does only what is needed"
      }
    }
  }
}

extension DeviceGrant: CustomStringConvertible {
  /// The one text of this grant.
  package var description: String { path.description + (mayBeMissing ? "?" : "") }
}
