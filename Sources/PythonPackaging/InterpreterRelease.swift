/// The release of a Python interpreter as virtual environments name it: `3.11`.
package struct InterpreterRelease: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let major: Int
  package let minor: Int

  package init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// The first two numbers of a version; nil when it has fewer, or none that an interpreter has.
  package init?(_ version: PackageVersion) {
    guard version.epoch == .zero, version.release.count > 1, let major = Int(version.release[0].description),
      let minor = Int(version.release[1].description)
    else { return nil }
    self.init(major: major, minor: minor)
  }

  package var description: String { "\(major).\(minor)" }

  package static func < (one: InterpreterRelease, other: InterpreterRelease) -> Bool {
    (one.major, one.minor) < (other.major, other.minor)
  }
}
