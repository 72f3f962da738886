internal import Linux

/// What the kernel tells of one process. proc(5)
struct ProcessFigures: Hashable {
  var cpuMicroseconds: UInt64 = 0
  var memoryBytes: UInt64 = 0
  /// Nil where they are hidden.
  var readBytes: UInt64?
  var writtenBytes: UInt64?
  /// Whether it has ended, and only waits to be reaped.
  var isZombie = false

  /// From the texts of its files.
  init?(stat: String, statm: String, io: FileReading, ticksPerSecond: UInt64, pageSize: UInt64) {
    guard let fields = Self.fields(ofStat: stat), fields.count > 14 else { return nil }
    isZombie = Self.isZombie(fields[0])
    // Of itself, and of the children that it has reaped.
    let ticks = fields[11...14].compactMap { UInt64($0) }.reduce(0, &+)
    cpuMicroseconds = ticks * 1_000_000 / ticksPerSecond
    let pages = statm.split(separator: " ").dropFirst().first.flatMap { UInt64($0) } ?? 0
    memoryBytes = pages * pageSize
    for line in io.lines {
      if line.hasPrefix("read_bytes: ") { readBytes = UInt64(line.dropFirst(12)) }
      if line.hasPrefix("write_bytes: ") { writtenBytes = UInt64(line.dropFirst(13)) }
    }
  }

  /// What follows the name of the program, which may be anything, also a parenthesis.
  private static func fields(ofStat stat: String) -> [Substring]? {
    guard let end = stat.utf8.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    return stat[stat.utf8.index(after: end)...].split(whereSeparator: \.isWhitespace)
  }

  private static func isZombie(_ state: Substring) -> Bool { state == "Z" || state == "X" }

  /// Whether a process lives, by the text of its `stat`.
  static func lives(stat: String) -> Bool {
    guard let state = fields(ofStat: stat)?.first else { return false }
    return !isZombie(state)
  }

  /// Whether a process is on its way out, by the text of its `stat`: as PID 1 of a namespace it has killed all others by then.
  static func isLeaving(stat: String) -> Bool {
    guard let fields = fields(ofStat: stat), fields.count > 6, let flags = UInt64(fields[6]) else { return false }
    return isZombie(fields[0]) || flags & exiting != 0
  }

  /// PF_EXITING
  private static let exiting: UInt64 = 4
}

extension ProcessFigures {
  /// Looks at a process; nil when it is gone.
  init?(of id: CInt) {
    guard case .text(let stat) = FileReading.read("/proc/\(id)/stat"),
      case .text(let statm) = FileReading.read("/proc/\(id)/statm")
    else { return nil }
    self.init(
      stat: stat, statm: statm, io: .read("/proc/\(id)/io"), ticksPerSecond: Machine.ticksPerSecond,
      pageSize: Machine.pageSize)
  }

  static func lives(_ id: CInt) -> Bool {
    guard case .text(let stat) = FileReading.read("/proc/\(id)/stat") else { return false }
    return lives(stat: stat)
  }

  /// One that is gone is no more on its way.
  static func isLeaving(_ id: CInt) -> Bool {
    guard case .text(let stat) = FileReading.read("/proc/\(id)/stat") else { return false }
    return isLeaving(stat: stat)
  }
}

extension TreeUsage {
  static let hidden = "the kernel hides the /proc/PID/io of these processes"

  /// Adds up what processes tell.
  init(sumOf figures: [ProcessFigures]) {
    let living = figures.filter { !$0.isZombie }
    processes = living.count
    cpuMicroseconds = figures.reduce(0) { $0 + $1.cpuMicroseconds }
    memoryBytes = living.reduce(0) { $0 + $1.memoryBytes }
    guard living.allSatisfy({ $0.readBytes != nil && $0.writtenBytes != nil }) else {
      whyNoIO = Self.hidden
      return
    }
    readBytes = living.reduce(0) { $0 + ($1.readBytes ?? 0) }
    writtenBytes = living.reduce(0) { $0 + ($1.writtenBytes ?? 0) }
  }
}
