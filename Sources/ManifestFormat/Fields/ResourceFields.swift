extension RightsFields {
  /// Limits of the capsule, or of one process.
  static let resources = Form<Manifest.Resources>.table(cgroupLimits + processLimits, Manifest.Resources()).placed {
    $0.place = $1
  }

  private static let cgroupLimits: [Field<Manifest.Resources>] = [
    Field("cpu_quota", "processor time, in percent of one processor", .cpuQuota, into: \.cpuQuota, use: .planned),
    Field(
      "cpu_weight", "its share of busy processors; others have 100", .integer(1...10000), into: \.cpuWeight,
      use: .planned),
    Field("cpus", "the processors that it may run on", .processorList, into: \.cpus, use: .planned),
    Field("memory_max", "memory, beyond which it is killed", .memory, into: \.memoryMax, use: .planned),
    Field("memory_high", "memory, beyond which it is slowed down", .memory, into: \.memoryHigh, use: .planned),
    Field("swap_max", "swap space; beside memory_max none unless it says so", .swap, into: \.swapMax, use: .planned),
    Field(
      "oom_group", "whether all of it is killed when one process is, for lack of memory", .bool,
      into: \.killsTogether, use: .planned),
    Field("pids_max", "processes and threads", .integer(1...4_194_304), into: \.pidsMax, use: .planned),
    Field(
      "io_weight", "its share of busy disks; others have 100", .integer(1...10000), into: \.ioWeight, use: .planned),
    Field(
      "io_max", "limits per disk, by its device node", .map(keys: devicePath, to: .table(disk, Manifest.DiskLimit())),
      into: \.ioMax, use: .planned),
  ]

  private static let processLimits: [Field<Manifest.Resources>] = [
    Field(
      "rlimits", "limits of each process, as in setrlimit(2)", .map(keys: limitName, to: limit), into: \.rlimits,
      use: .planned),
    Field("nice", "how much it gives way to others", .integer(-20...19), into: \.nice, use: .planned),
    Field(
      "oom_score_adj", "how much sooner than others it is killed for lack of memory", .integer(-1000...1000),
      into: \.outOfMemoryScore, use: .planned),
  ]

  private static let disk: [Field<Manifest.DiskLimit>] = [
    Field("rbps", "bytes read per second", .memory, into: \.readBytes, use: .planned),
    Field("wbps", "bytes written per second", .memory, into: \.writeBytes, use: .planned),
    Field("riops", "reads per second", .integer(1...Int.max), into: \.reads, use: .planned),
    Field("wiops", "writes per second", .integer(1...Int.max), into: \.writes, use: .planned),
  ]

  private static let devicePath = KeyForm(pattern: "^/dev/.") { key in
    key.hasPrefix("/dev/") && key.utf8.count > 5
      ? nil : TextProblem(explanation: "is no device node", hint: "write a path such as /dev/sda")
  }

  private static let limitName = KeyForm(pattern: "^(\(LimitNames.all.joined(separator: "|")))$") { key in
    LimitNames.all.contains(key)
      ? nil
      : TextProblem(explanation: "is no limit", hint: "known limits: \(LimitNames.all.joined(separator: ", "))")
  }

  /// A number for both limits, `unlimited`, or a table with one for each.
  private static let limit = Form<Manifest.ProcessLimit>.short(
    amount, or: .table(ends, Manifest.ProcessLimit()),
    into: { Manifest.ProcessLimit(soft: $0.number, hard: $0.number) },
    back: { $0.soft == $0.hard ? LimitAmount(number: $0.soft) : nil })

  private static let ends: [Field<Manifest.ProcessLimit>] = [
    Field(
      "soft", "the limit that counts", amount, into: \.softAmount, default: LimitAmount(number: nil), use: .planned),
    Field(
      "hard", "how far the process may raise it", amount, into: \.hardAmount, default: LimitAmount(number: nil),
      use: .planned),
  ]

  private static let amount = Form<LimitAmount>(
    shape: .either([.integer(0...Int.max), .words(["unlimited"])]),
    read: { node, decoder in
      if case .scalar(let scalar) = node.content, scalar.kind == .integer {
        return Form<Int>.integer(0...Int.max).read(node, &decoder).map { LimitAmount(number: $0) }
      }
      return Form<String>.word(of: ["unlimited"]).read(node, &decoder).map { _ in LimitAmount(number: nil) }
    },
    write: { $0.number.map { .integer(Int64($0)) } ?? .string("unlimited") })
}

/// A number, or no limit.
private struct LimitAmount: Hashable {
  let number: Int?
}

extension Manifest.ProcessLimit {
  fileprivate var softAmount: LimitAmount {
    get { LimitAmount(number: soft) }
    set { soft = newValue.number }
  }

  fileprivate var hardAmount: LimitAmount {
    get { LimitAmount(number: hard) }
    set { hard = newValue.number }
  }
}
