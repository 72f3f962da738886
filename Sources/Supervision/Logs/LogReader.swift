package import Linux

/// Reads the logs of a capsule, whether it runs or not: the records of its processes in the order of their times.
///
/// It reads files and asks nobody, so that whoever is slow to read them makes nobody wait.
package final class LogReader {
  private let folder: OpenPlace
  private let query: LogQuery
  private var tails: [(process: String, tail: LogTail)] = []
  /// The last ones of the beginning, where only so many are wanted.
  private var ready: [LogRecord] = []
  private var given = 0

  /// Begins to read; nil where there are no logs.
  package static func open(_ folder: LogFolder, _ query: LogQuery) throws(SysError) -> LogReader? {
    guard let opened = try folder.open() else { return nil }
    return try LogReader(opened, path: folder.path, query)
  }

  init(_ folder: consuming Descriptor, path: String, _ query: LogQuery) throws(SysError) {
    self.folder = OpenPlace(folder, path: path)
    self.query = query
    // Where a text is looked for, nobody knows how far back its last lines are.
    try addTails(tail: query.text == nil ? query.tail : nil)
    guard let count = query.tail else { return }
    var last: [LogRecord] = []
    while let record = try nextOfFiles() {
      last.append(record)
      if last.count >= 2 * count + 1024 { last.removeFirst(last.count - count) }
    }
    ready = last.suffix(count)
  }

  /// The next record; nil when there is none yet.
  package func next() throws(SysError) -> LogRecord? {
    if given < ready.count {
      defer { given += 1 }
      return ready[given]
    }
    ready = []
    given = 0
    return try nextOfFiles()
  }

  /// How often records were removed before they could be read.
  package var gaps: Int { tails.reduce(0) { $0 + $1.tail.gaps } }

  /// Looks for records that have come since `next` had none, also of processes that had written nothing yet.
  package func lookAgain() throws(SysError) {
    for (_, tail) in tails where tail.next == nil { try tail.advance() }
    try addTails(tail: nil)
  }

  private func addTails(tail count: Int?) throws(SysError) {
    for process in try LogFolder.processes(in: folder.descriptor) {
      if let wanted = query.processes, !wanted.contains(process) { continue }
      if tails.contains(where: { $0.process == process }) { continue }
      let tail = LogTail(of: process, in: folder)
      try tail.begin(tail: count, since: query.since)
      tails.append((process, tail))
    }
  }

  private func nextOfFiles() throws(SysError) -> LogRecord? {
    while let (record, tail) = earliest() {
      try tail.advance()
      if query.wants(record) { return record }
    }
    return nil
  }

  private func earliest() -> (LogRecord, LogTail)? {
    var best: (LogRecord, LogTail)?
    for (_, tail) in tails {
      guard let record = tail.next else { continue }
      if let found = best, found.0.time <= record.time { continue }
      best = (record, tail)
    }
    return best
  }

  /// A watch of the folder, to wait with until there may be more. It is to be made before the last look.
  package func watch() throws(SysError) -> FolderWatch { try FolderWatch(folder.descriptor, folder.path) }

  /// The last records of some processes, to be shown when a start has failed; none where nothing was written.
  package static func last(
    lines count: Int, of processes: [String], in folder: LogFolder
  ) throws(SysError) -> [LogRecord] {
    guard let reader = try open(folder, LogQuery(processes: processes, tail: count)) else { return [] }
    var records: [LogRecord] = []
    while let record = try reader.next() { records.append(record) }
    return records
  }
}
