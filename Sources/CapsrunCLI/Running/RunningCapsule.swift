internal import CapsuleFormat
internal import Diagnostics
internal import Supervision

/// Finding what runs by what a person calls it.
enum RunningCapsule {
  /// How long something that costs a supervisor nothing may take it.
  static let patience = 10_000

  /// The supervisor of what runs under this name, or of the capsule that it stands for.
  static func connect(_ word: String) throws(DiagnosticList) -> ControlClient {
    guard RunName.isValid(word) else { throw DiagnosticList([RunFolderError.badName(word).diagnostic]) }
    if let client = try connectIfRunning(word) { return client }
    throw DiagnosticList([try notRunning(word)])
  }

  /// The same; nil when it does not run.
  static func connectIfRunning(_ word: String) throws(DiagnosticList) -> ControlClient? {
    guard RunName.isValid(word) else { return nil }
    if let client = try connectByName(word) { return client }
    guard let name = installedName(word), name != word else { return nil }
    return try connectByName(name)
  }

  private static func connectByName(_ name: String) throws(DiagnosticList) -> ControlClient? {
    do throws(ControlError) {
      return try ControlClient.connect(name)
    } catch .notRunning {
      return nil
    } catch {
      throw DiagnosticList([error.diagnostic(of: name)])
    }
  }

  /// What to say of a name that nothing runs under.
  static func notRunning(_ word: String) throws(DiagnosticList) -> Diagnostic {
    if let name = installedName(word) {
      return Diagnostic("\(name) does not run", hint: "capsrun start \(name) starts it", exitCode: .usage)
    }
    let running = try runFolders { () throws(RunFolderError) in try RunFolder.names() }
    let near = suggestion(for: word, among: running + installedNames())
    return Diagnostic(
      "nothing of the name \(quoted(word)) runs or is installed",
      hint: near.map { "did you mean \(quoted($0))?" } ?? "capsrun ps shows what runs", exitCode: .usage)
  }

  /// The name of the installed capsule that a person means. A store that cannot be looked at is no reason not to ask what runs.
  private static func installedName(_ word: String) -> String? {
    do {
      guard let store = try OpenStore.openIfThere() else { return nil }
      return try store.findName(word)
    } catch {
      return nil
    }
  }

  private static func installedNames() -> [String] {
    do {
      return try OpenStore.openIfThere()?.knownNames() ?? []
    } catch {
      return []
    }
  }
}
