internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import Sandbox

/// The store of whoever calls.
enum OpenStore {
  static func open() throws(DiagnosticList) -> Store {
    let path = try path()
    return try capsule { () throws(CapsuleError) in try Store.open(path) }
  }

  /// Nil when there is none yet, which is not changed.
  static func openIfThere() throws(DiagnosticList) -> Store? {
    let path = try path()
    let isThere = try reporting("look at the store \(quoted(path))") { () throws(SysError) in
      do throws(SysError) {
        _ = try Descriptor.open(path, .place)
        return true
      } catch let error where error.errno == .noSuchFile || error.errno == .notDirectory {
        return false
      }
    }
    return isThere ? try open() : nil
  }

  static func path() throws(DiagnosticList) -> String {
    switch StoreLocation.path(isRoot: CurrentProcess.user == 0, environment: CurrentProcess.environmentValue) {
    case .success(let path): return path
    case .failure(let error): throw DiagnosticList([Diagnostic(error.problem, hint: error.fix, exitCode: .usage)])
    }
  }

  /// A lock of the store; who has to wait for it is told why.
  static func lock(_ store: Store, _ kind: FileLock.Kind, _ output: Output) throws(DiagnosticList) -> FileLock {
    try capsule { () throws(CapsuleError) in
      try store.lock(kind) { output.note("waiting for another capsrun, which works on the store") }
    }
  }
}
