internal import Diagnostics
internal import ManifestFormat
internal import Planning

/// `--memory`, `--cpu` and `--pids`: the limits that are asked for most, in the units of manifests.
enum LimitOptions {
  private static let memory = Option.value("memory", "SIZE", "all of it together gets so much memory, such as 512M")
  private static let cpu = Option.value("cpu", "QUOTA", "and so much processor time, such as 80% of one, or 250%")
  private static let pids = Option.value("pids", "N", "and so many processes and threads")

  static let all = [memory, cpu, pids]
  private static let mostPids = 4_194_304

  static func limits(_ invocation: Invocation) throws(DiagnosticList) -> CallerLimits {
    var limits = CallerLimits()
    if let text = invocation.value(memory) {
      limits.memory = try read("--memory", text) { () throws(TextProblem) in try MemoryAmount(text) }
      guard limits.memory != .unlimited else {
        throw usage("--memory max limits nothing", hint: "leave the option away to set no limit")
      }
    }
    if let text = invocation.value(cpu) {
      limits.cpuQuota = try read("--cpu", text) { () throws(TextProblem) in try CPUQuota(text) }
    }
    if let text = invocation.value(pids) {
      guard let count = Int(text), (1...mostPids).contains(count) else {
        throw usage("--pids \(quoted(text)) is no number from 1 to \(mostPids)", hint: "write, for example, --pids 100")
      }
      limits.pids = count
    }
    return limits
  }

  private static func read<Value>(
    _ option: String, _ text: String, _ body: () throws(TextProblem) -> Value
  ) throws(DiagnosticList) -> Value {
    do {
      return try body()
    } catch {
      throw usage("\(option) \(quoted(text)) \(error.explanation)", hint: error.hint)
    }
  }

  private static func usage(_ message: String, hint: String) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: .usage)])
  }
}

extension LimitName {
  /// The option that sets it too.
  var option: String? {
    switch self {
    case .memoryMax: "--memory"
    case .cpuQuota: "--cpu"
    case .pidsMax: "--pids"
    case .cpuWeight, .processors, .memoryHigh, .swapMax, .killsTogether, .diskWeight, .diskMax: nil
    }
  }
}
