internal import Diagnostics
internal import Linux
internal import Planning
internal import Sandbox

/// `--result FILE`: what became of a run, as one JSON document, which is there when it is whole.
///
/// One of an earlier run goes when this one begins: a run that was killed with all of capsrun leaves none.
final class ResultFile {
  static let option = Option.value("result", "FILE", "write what became of it to FILE, as JSON", .path)

  private enum Target: ~Copyable {
    /// A file that gets its name at the end.
    case pending(PendingFile)
    /// Something that is there already: a pipe, a terminal, or what a link leads to. It is written at its end.
    case stream(Descriptor)
  }

  private let path: String
  private var target: Target?

  /// Opens what the caller has named, before anything is run; nil without the option.
  static func begin(_ invocation: Invocation) throws(DiagnosticList) -> ResultFile? {
    guard let path = invocation.value(option) else { return nil }
    do {
      return ResultFile(path, try target(path))
    } catch {
      throw DiagnosticList([error.diagnostic(doing: "open the file for the result")])
    }
  }

  private init(_ path: String, _ target: consuming Target) {
    self.path = path
    self.target = consume target
  }

  private static func target(_ path: String) throws(SysError) -> Target {
    switch try kind(of: path) {
    // A link is followed, and never replaced: /dev/stderr is one.
    case .link, .characterDevice, .socket, .other: return .stream(try Descriptor.open(path, .writeAtEnd))
    case .folder: throw SysError(.open, path, .isFolder)
    case .blockDevice: throw SysError(.open, path, .notPermitted)
    case .file, nil:
      let file = try PendingFile.begin(path)
      try file.removeOld()
      return .pending(file)
    }
  }

  /// nil when nothing is there.
  private static func kind(of path: String) throws(SysError) -> FileStatus.Kind? {
    do throws(SysError) {
      return try Descriptor.open(path, .placeOfLink).status(of: path).kind
    } catch let error where error.errno == .noSuchFile {
      return nil
    }
  }

  /// Writes what became of a program that has run.
  func write(_ result: RunResult, of plan: Plan, warnings: [Diagnostic]) throws(DiagnosticList) {
    try write(ResultDocument(plan: plan, result: result, problems: DiagnosticList(warnings)))
  }

  /// Writes why nothing has run; `plan` is nil where it did not even come to that.
  func write(_ problems: DiagnosticList, of plan: Plan?) throws(DiagnosticList) {
    try write(ResultDocument(plan: plan, result: nil, problems: problems))
  }

  private func write(_ document: ResultDocument) throws(DiagnosticList) {
    guard let target = target.take() else { return }
    let bytes = Array((document.json.text(isIndented: true) + "\n").utf8)
    do throws(SysError) {
      switch consume target {
      case .pending(let file):
        try file.file.write(bytes, to: path)
        try file.finish()
      case .stream(let open): try open.write(bytes, to: path)
      }
    } catch {
      throw DiagnosticList([error.diagnostic(doing: "write the result")])
    }
  }
}

/// The content of a result file. Each member is always there; null is what is not known.
private struct ResultDocument {
  let plan: Plan?
  let result: RunResult?
  let problems: DiagnosticList

  var json: JSONValue {
    .object([
      .init("format", .integer(1)),
      .init("name", plan.map { .string($0.name) } ?? .null),
      .init("cause", .string((result?.cause ?? .setup).rawValue)),
      .init("code", code.map { .integer(Int64($0)) } ?? .null),
      .init("signal", signal.map { .integer(Int64($0)) } ?? .null),
      .init("exit_code", .integer(Int64(exitCode))),
      .init("wall_us", result.map { .integer(Int64($0.wallMicroseconds)) } ?? .null),
      .init("cpu_user_us", result.map { .integer(Int64($0.usage.userMicroseconds)) } ?? .null),
      .init("cpu_system_us", result.map { .integer(Int64($0.usage.systemMicroseconds)) } ?? .null),
      .init("largest_process", result.map { .integer(Int64($0.usage.largestKilobytes * 1024)) } ?? .null),
      .init("cpu_us", counted(\.processorTime)),
      .init("peak_memory", counted(\.peakMemory)),
      .init("throttled_periods", counted(\.throttledPeriods)),
      .init("throttled_us", counted(\.throttledTime)),
      .init("oom_kills", counted(\.killedForMemory)),
      .init("refused_processes", counted(\.refusedProcesses)),
      .init("waited_for_cpu_us", counted(\.waited?.processor)),
      .init("waited_for_memory_us", counted(\.waited?.memory)),
      .init("waited_for_io_us", counted(\.waited?.disks)),
      .init("denials", result?.denials.map(\.json) ?? .null),
      .init("tier", plan.map { .string($0.tier.rawValue) } ?? .null),
      .init("degraded", .array(plan?.degraded.map { .string($0.layer.rawValue) } ?? [])),
      .init("policy", policy.map { .string($0) } ?? .null),
      .init("problems", .array(problems.all.map(\.json))),
    ])
  }

  /// What only control groups count, and so only a run with limits.
  private func counted(_ number: (GroupUsage) -> UInt64?) -> JSONValue {
    result?.groups.flatMap(number).map { .integer(Int64(clamping: $0)) } ?? .null
  }

  private var code: Int32? {
    if case .exited(let code) = result?.ending { return code }
    return nil
  }

  private var signal: Int32? {
    if case .killed(let signal) = result?.ending { return signal }
    return nil
  }

  private var exitCode: Int32 { result?.ending.exitCode ?? problems.exitCode.rawValue }

  /// nil for what names a profile that there is none of, which is among the problems.
  private var policy: String? {
    guard let plan else { return nil }
    do {
      return try plan.policyHash
    } catch {
      return nil
    }
  }
}
