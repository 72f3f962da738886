/// Why the interpreter that a capsule would run with is not the one that it needs.
package enum InterpreterProblem: Error, Hashable, Sendable {
  /// Where an interpreter was found.
  package enum Origin: Hashable, Sendable {
    case environment, system
  }

  /// The entrypoint is Python, and no virtual environment is packed.
  case noEnvironment
  case differs(declared: InterpreterRelease, found: InterpreterRelease, Origin)
  /// `pyvenv.cfg` and the folder of the packages name different releases.
  case mixed(configured: InterpreterRelease, folder: String)
  case unknown
  case notCPython(String)

  /// Compares what the manifest declares with what is there.
  package static func check(
    declared: InterpreterRelease?, found: InterpreterRelease, in origin: Origin
  ) -> InterpreterProblem? {
    guard let declared, declared != found else { return nil }
    return .differs(declared: declared, found: found, origin)
  }

  package var isWarning: Bool { self == .noEnvironment }

  package var explanation: String {
    switch self {
    case .noEnvironment: "Python entrypoint found but no venv included"
    case .differs(let declared, let found, .environment):
      "the virtual environment is of Python \(found), and dependencies.python is \(declared)"
    case .differs(let declared, let found, .system):
      "the system has Python \(found), and dependencies.python is \(declared)"
    case .mixed(let configured, let folder):
      "the virtual environment is of Python \(configured), and its packages lie in \(quoted(folder))"
    case .unknown: "cannot tell the version of the virtual environment: its pyvenv.cfg names none"
    case .notCPython(let name): "the virtual environment is made for \(quoted(name)), not for CPython"
    }
  }

  package var hint: String {
    switch self {
    case .noEnvironment: "include a venv, or ensure that the system's Python matches"
    case .differs(let declared, _, .environment):
      "make it anew with python\(declared) -m venv, or change dependencies.python"
    case .differs(let declared, _, .system): "include a venv, or install python\(declared)"
    case .mixed(let configured, _): "make it anew with python\(configured) -m venv"
    case .unknown: "make it anew with python3 -m venv"
    case .notCPython: "make it anew with CPython's python3 -m venv"
    }
  }
}
