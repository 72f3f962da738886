internal import Cryptography
internal import Linux

/// The users of the host that the capsules which root starts become, each its own for good: `users` has a line for each.
extension Store {
  /// Above the users that boxes become by their process's number, and below 2^31, which not every program takes for a user.
  package static let reservedUsers: Range<UInt32> = 1_910_000_000..<2_110_000_000

  private static let users = "users"
  private static let largestUsers = 16 << 20

  /// The user of a name, written down when it has none yet. `isTaken` tells which numbers belong to others.
  package func user(of name: String, isTaken: (UInt32) -> Bool) throws(CapsuleError) -> UInt32 {
    if let known = try recordedUser(of: name, isTaken: isTaken) { return known }
    let lock = try attempt("lock \"\(path)/users\"") { () throws(SysError) in
      try FileLock.take(.exclusive, on: try root.open(Self.users, .readAndCreate, mode: 0o600), Self.users)
    }
    let records = try userRecords()
    // Somebody else may have been faster.
    if let known = records.last(where: { $0.name == name })?.user, !isTaken(known) { return known }
    let user = Self.freeUser(for: name, in: path, records, isTaken)
    try attempt("write \"\(path)/users\"") { () throws(SysError) in
      let file = try root.open(Self.users, .append, mode: 0o600)
      // A line that somebody could not finish stays a line of its own, and is none.
      try file.write(Array("\n\(user) \(name)\n".utf8), to: Self.users)
      try file.synchronize(Self.users)
    }
    lock.release()
    return user
  }

  /// The user that a name has, or would get now.
  package func expectedUser(of name: String, isTaken: (UInt32) -> Bool) throws(CapsuleError) -> UInt32 {
    let records = try userRecords()
    if let known = records.last(where: { $0.name == name })?.user, !isTaken(known) { return known }
    return Self.freeUser(for: name, in: path, records, isTaken)
  }

  /// The same where there is no store yet.
  package static func expectedUser(of name: String, in path: String, isTaken: (UInt32) -> Bool) -> UInt32 {
    freeUser(for: name, in: path, [], isTaken)
  }

  private struct UserRecord {
    let user: UInt32
    let name: String
  }

  private func recordedUser(of name: String, isTaken: (UInt32) -> Bool) throws(CapsuleError) -> UInt32? {
    guard let user = try userRecords().last(where: { $0.name == name })?.user, !isTaken(user) else { return nil }
    return user
  }

  private func userRecords() throws(CapsuleError) -> [UserRecord] {
    let bytes = try attempt("read \"\(path)/users\"") { () throws(SysError) in
      do throws(SysError) {
        return try root.open(Self.users, .fileItself).readAll(of: Self.users, limit: Self.largestUsers)
      } catch let error where error.errno == .noSuchFile {
        return []
      }
    }
    var records: [UserRecord] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
      guard words.count == 2, let user = UInt32(words[0]), reservedUsersContain(user) else { continue }
      records.append(UserRecord(user: user, name: words[1]))
    }
    return records
  }

  private func reservedUsersContain(_ user: UInt32) -> Bool { Self.reservedUsers.contains(user) }

  /// Begins at a place that depends on the name and the store, so that two stores of one machine hardly ever meet.
  private static func freeUser(
    for name: String, in path: String, _ records: [UserRecord], _ isTaken: (UInt32) -> Bool
  ) -> UInt32 {
    let used = Set(records.map(\.user))
    let digest = SHA256.digest(of: Array("\(path)\n\(name)".utf8)).hex
    let count = UInt32(reservedUsers.count)
    var offset = (UInt32(digest.prefix(8), radix: 16) ?? 0) % count
    while true {
      let user = reservedUsers.lowerBound + offset
      if !used.contains(user), !isTaken(user) { return user }
      offset = (offset + 1) % count
    }
  }
}
