import Foundation
import Testing

/// Who calls capsrun in a test.
enum Caller: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case root
  /// An ordinary user: number 1500 without further groups when the tests run as root, else whoever runs them.
  case user

  static let testsRunAsRoot = geteuid() == 0

  /// The callers that the tests can be; `CAPSRUN_MUST_WORK=1` makes it an error when one is missing.
  static let reachable = testsRunAsRoot || Requirements.mustWork ? allCases : [.user]

  var id: UInt32 {
    switch self {
    case .root: 0
    case .user: Self.testsRunAsRoot ? 1500 : geteuid()
    }
  }

  /// The command line that runs `command` as this caller; the process keeps its number all the way.
  func commandLine(_ command: [String]) throws -> [String] {
    switch self {
    case .root where !Self.testsRunAsRoot: throw HarnessError("this test needs root, and the tests do not run as root")
    case .user where Self.testsRunAsRoot:
      ["/usr/bin/setpriv", "--reuid", "\(id)", "--regid", "\(id)", "--clear-groups", "--"] + command
    case .root, .user: command
    }
  }

  var testDescription: String { rawValue }
}
