/// What markers see: CPython of one version on Linux.
package struct MarkerEnvironment: Hashable, Sendable {
  /// In full, as `pyvenv.cfg` has it: `3.11.7`.
  package let interpreter: PackageVersion
  package let release: InterpreterRelease
  /// As uname(2) names it: `x86_64`.
  package let machine: String

  /// Nil when the version has no two numbers.
  package init?(interpreter: PackageVersion, machine: String) {
    guard let release = InterpreterRelease(interpreter) else { return nil }
    self.interpreter = interpreter
    self.release = release
    self.machine = machine
  }

  /// Empty for what only the machine that runs the capsule knows.
  func value(of variable: MarkerVariable) -> String {
    switch variable {
    case .implementationName: "cpython"
    case .implementationVersion, .pythonFullVersion: interpreter.description
    case .osName: "posix"
    case .platformMachine: machine
    case .platformPythonImplementation: "CPython"
    case .platformRelease, .platformVersion, .extra: ""
    case .platformSystem: "Linux"
    case .pythonVersion: release.description
    case .sysPlatform: "linux"
    }
  }
}
