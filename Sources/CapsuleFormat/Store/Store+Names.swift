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
    try rollBack(try capsuleBefore(name), now: now)
  }

  /// The same where it has been looked up before.
  package func rollBack(_ capsule: InstalledCapsule, now: Int) throws(CapsuleError) -> JournalEntry {
    try flip(capsule.name, to: capsule.id, .rolledBack, now: now)
  }

  /// What a name stood for before.
  package func capsuleBefore(_ name: String) throws(CapsuleError) -> InstalledCapsule {
    guard try knownNames().contains(name), let previous = try previous(of: name, count: 1).first else {
      throw .nothingToRollBackTo(name: name)
    }
    return try record(of: previous)
  }

  /// Lets a name stand for no capsule.
  func deactivate(_ name: String, now: Int) throws(CapsuleError) {
    let lock = try lock(name)
    try catchUp(name, now: now)
    guard let id = try current(of: name) else { return }
    try attempt("deactivate \(id)") { () throws(SysError) in
      let folder = try names.open(name, .folderItself)
      try folder.remove(Self.current)
      try folder.synchronize(name)
    }
    try append(JournalEntry(time: now, user: CurrentProcess.user, action: .deactivated, id: id, from: id), to: name)
    lock.release()
  }

  /// Keeps others from changing what a name stands for.
  func lock(_ name: String) throws(CapsuleError) -> FileLock {
    try attempt("lock \"\(path)/names/\(name)\"") { () throws(SysError) in
      try names.makeFolder(name, mode: 0o755)
      return try FileLock.take(.exclusive, on: try names.open(name, .folderItself), name)
    }
  }

  private func flip(
    _ name: String, to id: CapsuleID, _ action: JournalEntry.Action, now: Int
  ) throws(CapsuleError) -> JournalEntry {
    let lock = try lock(name)
    try catchUp(name, now: now)
    let from = try current(of: name)
    let entry = JournalEntry(time: now, user: CurrentProcess.user, action: action, id: id, from: from)
    guard from != id else { return entry }
    try attempt("activate \(id)") { () throws(SysError) in
      let folder = try names.open(name, .folderItself)
      let new = "\(Self.current).new"
      try folder.removeTree(new)
      try folder.makeLink(new, to: "../../capsules/\(id)")
      try folder.rename(new, to: folder, replacing: Self.current)
      try folder.synchronize(name)
    }
    try append(entry, to: name)
    lock.release()
    return entry
  }

  /// Writes down what was done by somebody who was killed before he could.
  private func catchUp(_ name: String, now: Int) throws(CapsuleError) {
    let current = try current(of: name)
    let last = try history(of: name).last
    let lastActive = last?.action == .deactivated ? nil : last?.id
    guard lastActive != current else { return }
    let entry =
      switch (current, lastActive) {
      case (let id?, let from): JournalEntry(time: now, user: CurrentProcess.user, action: .found, id: id, from: from)
      case (nil, let id?):
        JournalEntry(time: now, user: CurrentProcess.user, action: .deactivated, id: id, from: id)
      case (nil, nil): preconditionFailure("they are not the same")
      }
    try append(entry, to: name)
  }

  private func append(_ entry: JournalEntry, to name: String) throws(CapsuleError) {
    try attempt("write the journal of \"\(name)\"") { () throws(SysError) in
      let folder = try names.open(name, .folderItself)
      let file = try folder.open(Self.journal, .append, mode: 0o644)
      // A line that somebody could not finish stays a line of its own.
      let isUnfinished = try Self.endsWithinLine(try folder.open(Self.journal, .fileItself))
      let line = (isUnfinished ? "\n" : "") + entry.json.text(isIndented: false) + "\n"
      try file.write(Array(line.utf8), to: Self.journal)
      try file.synchronize(Self.journal)
    }
  }

  private static func endsWithinLine(_ file: borrowing Descriptor) throws(SysError) -> Bool {
    let bytes = try file.readAll(of: journal, limit: largestJournal)
    return !bytes.isEmpty && bytes.last != UInt8(ascii: "\n")
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

  /// The names that stand for a capsule.
  func names(standingFor id: CapsuleID) throws(CapsuleError) -> [String] {
    var found: [String] = []
    for name in try knownNames() where try current(of: name) == id { found.append(name) }
    return found
  }

  /// The name that a word is, or the name of the capsule that it stands for.
  package func findName(_ word: String) throws(CapsuleError) -> String {
    let known = try knownNames()
    if known.contains(word) { return word }
    do throws(CapsuleError) {
      return try find(word).name
    } catch .notInstalled {
      throw .unknownName(word, known: known)
    }
  }

  /// All names that something is known of.
  package func knownNames() throws(CapsuleError) -> [String] {
    try attempt("read \"\(path)/names\"") { () throws(SysError) in try names.entries().sorted() }
  }
}
