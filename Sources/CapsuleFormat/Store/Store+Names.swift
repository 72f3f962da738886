internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// Which capsule a name stands for, now and before.
extension Store {
  private static let current = "current"
  private static let journal = "journal"
  private static let largestJournal = 8 << 20

  /// The capsule that a name stands for; nil when none is active.
  package func current(of name: String) throws(CapsuleError) -> CapsuleID? {
    let target = try attempt("read \"\(path)/names/\(name)/current\"") { () throws(SysError) -> String? in
      do throws(SysError) {
        return try names.open(name, .folderItself).target(ofLink: Self.current)
      } catch let error where error.errno == .noSuchFile {
        return nil
      }
    }
    return target.flatMap { CapsuleID($0.split(separator: "/").last ?? "") }
  }

  /// Lets a name stand for a capsule. It is one rename: before it the old one is active, and after it the new one.
  @discardableResult
  package func activate(_ capsule: InstalledCapsule, now: Int) throws(CapsuleError) -> JournalEntry {
    try flip(capsule.name, to: capsule.id, .activated, now: now)
  }

  /// Lets a name stand for the capsule again that it stood for before.
  @discardableResult
  package func rollBack(_ name: String, now: Int) throws(CapsuleError) -> JournalEntry {
    guard let previous = try previous(of: name, count: 1).first else { throw .nothingToRollBackTo(name: name) }
    return try flip(name, to: previous, .rolledBack, now: now)
  }

  private func flip(
    _ name: String, to id: CapsuleID, _ action: JournalEntry.Action, now: Int
  ) throws(CapsuleError) -> JournalEntry {
    try catchUp(name, now: now)
    let from = try current(of: name)
    let entry = JournalEntry(time: now, user: CurrentProcess.user, action: action, id: id, from: from)
    guard from != id else { return entry }
    try attempt("activate \(id)") { () throws(SysError) in
      try names.makeFolder(name, mode: 0o755)
      let folder = try names.open(name, .folderItself)
      let new = "\(Self.current).new"
      try folder.removeTree(new)
      try folder.makeLink(new, to: "../../capsules/\(id)")
      try folder.rename(new, to: folder, replacing: Self.current)
      try folder.synchronize(name)
    }
    try append(entry, to: name)
    return entry
  }

  /// Writes down what was done by somebody who was killed before he could.
  private func catchUp(_ name: String, now: Int) throws(CapsuleError) {
    guard let current = try current(of: name) else { return }
    let last = try history(of: name).last
    guard last?.id != current else { return }
    try append(
      JournalEntry(time: now, user: CurrentProcess.user, action: .found, id: current, from: last?.id), to: name)
  }

  private func append(_ entry: JournalEntry, to name: String) throws(CapsuleError) {
    try attempt("write the journal of \"\(name)\"") { () throws(SysError) in
      let folder = try names.open(name, .folderItself)
      let file = try folder.open(Self.journal, .append, mode: 0o644)
      // A line that somebody could not finish stays a line of its own.
      try file.write(Array((entry.json.text(isIndented: false) + "\n").utf8), to: Self.journal)
      try file.synchronize(Self.journal)
    }
  }

  /// The journal of a name, the oldest entry first. A line that was not finished is left out.
  package func history(of name: String) throws(CapsuleError) -> [JournalEntry] {
    let bytes = try attempt("read the journal of \"\(name)\"") { () throws(SysError) in
      do throws(SysError) {
        let folder = try names.open(name, .folderItself)
        return try folder.open(Self.journal, .fileItself).readAll(of: Self.journal, limit: Self.largestJournal)
      } catch let error where error.errno == .noSuchFile {
        return []
      }
    }
    var entries: [JournalEntry] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      do throws(Diagnostic) {
        if let entry = JournalEntry(try JSONValue.parse(Array(line), file: Self.journal)) { entries.append(entry) }
      } catch {
        continue
      }
    }
    return entries
  }

  /// The last capsules, other than the present one, that a name stood for and that are still installed, the newest first.
  package func previous(of name: String, count: Int) throws(CapsuleError) -> [CapsuleID] {
    let current = try current(of: name)
    var found: [CapsuleID] = []
    for entry in try history(of: name).reversed() {
      for id in [entry.id, entry.from].compactMap({ $0 }) where id != current && !found.contains(id) {
        guard found.count < count else { return found }
        if try isInstalled(id) { found.append(id) }
      }
    }
    return found
  }

  /// All names that something is known of.
  package func knownNames() throws(CapsuleError) -> [String] {
    try attempt("read \"\(path)/names\"") { () throws(SysError) in try names.entries().sorted() }
  }
}
