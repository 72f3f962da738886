/// Why something cannot be planned.
package enum PlanError: Error, Hashable, Sendable {
  /// A grant of the whole root, which would leave no sandbox.
  case grantOfEverything(source: String)
  /// A grant of the host's process list.
  case grantOfProcesses(source: String)
  /// A grant on a path that belongs to the sandbox itself.
  case grantOnReservedPath(target: String, reserved: String)
  /// Two grants that show different things at one path.
  case conflictingGrants(target: String, first: String, second: String)
  /// A process's working folder is no path.
  case badWorkingFolder(process: String, folder: String, problem: String)
  /// The program's name is empty.
  case emptyCommand
  /// A feature of the manifest that this release does not execute yet.
  case notYet(feature: String, hint: String)
}
