internal import Diagnostics
internal import Linux
internal import Supervision

/// The logs of one capsule of whoever calls.
struct LogSource {
  let place: LogFolder

  static func root() throws(DiagnosticList) -> String {
    do throws(LogPlaceError) {
      return try LogPlace.root(isRoot: CurrentProcess.user == 0, environment: CurrentProcess.environmentValue)
    } catch {
      throw DiagnosticList([Diagnostic(error.problem, hint: error.fix, exitCode: .usage)])
    }
  }

  static func folder(of capsule: String) throws(DiagnosticList) -> LogSource {
    LogSource(place: LogFolder(root: try root(), capsule: capsule))
  }

  func openWithLogs() throws(DiagnosticList) -> Descriptor {
    let opened = try reporting("open the logs of \(quoted(place.capsule))") { () throws(SysError) in
      try place.open()
    }
    if let opened { return opened }
    let known = try reporting("look for logs") { () throws(SysError) in try LogFolder.capsules(in: place.root) }
    throw unknown("there are no logs of \(quoted(place.capsule))", place.capsule, known, "capsules with logs")
  }

  func reader(_ query: LogQuery) throws(DiagnosticList) -> LogReader {
    let reader = try reporting("read the logs of \(quoted(place.capsule))") { () throws(SysError) in
      try LogReader.open(place, query)
    }
    guard let reader else { throw unknown("there are no logs of \(quoted(place.capsule))", place.capsule, [], "") }
    return reader
  }

  /// All processes that are asked for must have logs.
  func check(_ processes: [String]?, in folder: borrowing Descriptor) throws(DiagnosticList) {
    let known = try names(in: folder)
    for process in processes ?? [] where !known.contains(process) {
      throw unknown(
        "there are no logs of a process \(quoted(process)) of \(quoted(place.capsule))", process, known,
        "processes with logs")
    }
  }

  func widestName(_ processes: [String]?, in folder: borrowing Descriptor) throws(DiagnosticList) -> Int {
    let shown: [String]
    if let processes { shown = processes } else { shown = try names(in: folder) }
    return shown.map(\.count).max() ?? 0
  }

  private func names(in folder: borrowing Descriptor) throws(DiagnosticList) -> [String] {
    do throws(SysError) {
      return try LogFolder.processes(in: folder)
    } catch {
      throw DiagnosticList([error.diagnostic(doing: "look at the logs of \(quoted(place.capsule))")])
    }
  }

  private func unknown(_ message: String, _ word: String, _ known: [String], _ what: String) -> DiagnosticList {
    let near = suggestion(for: word, among: known)
    let list = known.prefix(20).joined(separator: ", ") + (known.count > 20 ? ", ..." : "")
    let hint = near.map { "did you mean \($0)?" } ?? (known.isEmpty ? "there are none yet" : "\(what): \(list)")
    return DiagnosticList([Diagnostic(message, hint: hint, exitCode: .usage)])
  }
}
