import Foundation
import Testing

/// What a test may need of this machine.
enum Requirements {
  /// `CAPSRUN_MUST_WORK=1`: nothing is skipped; what cannot be tested here fails.
  static let mustWork = ProcessInfo.processInfo.environment["CAPSRUN_MUST_WORK"] == "1"
}

extension Trait where Self == ConditionTrait {
  /// For tests that need root whoever the caller is.
  static var needsRoot: Self {
    .enabled(if: Caller.testsRunAsRoot || Requirements.mustWork, "the tests do not run as root")
  }
}

/// Why a test could not do what it wanted to.
struct HarnessError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// With the meaning of `errno`.
  init(_ doing: String, errno: Int32) {
    description = "\(doing): \(String(cString: strerror(errno)))"
  }
}
