internal import CapsuleFormat
internal import Diagnostics

extension CapsuleError {
  /// What can be wrong with what a capsule keeps.
  var stateDiagnostic: Diagnostic {
    switch self {
    case .foreignState(let path, let problem):
      Diagnostic(
        "\(quoted(path)) is not taken for a folder of state: \(problem.explanation)",
        hint: problem.hint(for: path), exitCode: .failed)
    case .stateInUse(let name):
      Diagnostic("the state of \(name) is in use", hint: "stop what runs under that name first", exitCode: .failed)
    case .runningAlone(let name, let process):
      Diagnostic(
        "\(name) runs already\(process.map { ", as process \($0)" } ?? ""), and with writable: persistent only one at a time can",
        hint: "stop that one first\(process.map { ", for example with kill \($0)" } ?? "")", exitCode: .failed)
    default: preconditionFailure("no error of state")
    }
  }
}

extension StateProblem {
  fileprivate var explanation: String {
    switch self {
    case .noFolder: "it is a link or a file"
    case .owner(let owner): "it belongs to user \(owner)"
    case .mode(let mode): "others may enter it (its mode is \(String(mode, radix: 8)))"
    }
  }

  fileprivate func hint(for path: String) -> String {
    switch self {
    case .noFolder, .owner: "look who put it there, and move it away"
    case .mode: "chmod 700 \(path)"
    }
  }
}
