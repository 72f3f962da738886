internal import Cryptography
internal import Linux

/// Numbers from which users of the host are taken for what root starts.
package struct ReservedUsers: Sendable {
  package let numbers: Range<UInt32>
  /// How many each capsule gets.
  package let count: UInt32

  /// One for each capsule. Above the users that boxes become by their process's number, and below 2^31, which not every
  /// program takes for a user.
  package static let single = ReservedUsers(numbers: 1_910_000_000..<2_110_000_000, count: 1)
  /// For capsules with a range of users inside, one range behind the other.
  package static let range = ReservedUsers(numbers: 2_110_000_000..<2_110_000_000 + 560 * 65536, count: 65536)

  /// The first of those that begin at the same place for the same text.
  fileprivate func first(for text: String, isFree: (UInt32) -> Bool) -> UInt32 {
    let places = UInt32(numbers.count) / count
    var place = (UInt32(SHA256.digest(of: Array(text.utf8)).hex.prefix(8), radix: 16) ?? 0) % places
    while true {
      let user = numbers.lowerBound + place * count
      if isFree(user) { return user }
      place = (place + 1) % places
    }
  }
}

/// The users of the host that the capsules which root starts become, each its own for good: `users` has a line for each.
extension Store {
  private static let users = "users"
  private static let largestUsers = 16 << 20

  /// The user of a name, or the first of its range, written down when it has none yet. `isTaken` tells which belong to others.
  package func user(
    of name: String, from reserved: ReservedUsers, isTaken: (UInt32) -> Bool
  ) throws(CapsuleError) -> UInt32 {
    if let known = Self.known(name, reserved, try userRecords(), isTaken) { return known }
    let lock = try attempt("lock \"\(path)/users\"") { () throws(SysError) in
      try FileLock.take(.exclusive, on: try root.open(Self.users, .readAndCreate, mode: 0o600), Self.users)
    }
    let records = try userRecords()
    // Somebody else may have been faster.
    if let known = Self.known(name, reserved, records, isTaken) { return known }
    let user = Self.free(name, reserved, in: path, records, isTaken)
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
  package func expectedUser(
    of name: String, from reserved: ReservedUsers, isTaken: (UInt32) -> Bool
  ) throws(CapsuleError) -> UInt32 {
    let records = try userRecords()
    return Self.known(name, reserved, records, isTaken) ?? Self.free(name, reserved, in: path, records, isTaken)
  }

  /// The same where there is no store yet.
  package static func expectedUser(
    of name: String, from reserved: ReservedUsers, in path: String, isTaken: (UInt32) -> Bool
  ) -> UInt32 {
    free(name, reserved, in: path, [], isTaken)
  }

  private struct UserRecord {
    let user: UInt32
    let name: String
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
      guard words.count == 2, let user = UInt32(words[0]) else { continue }
      records.append(UserRecord(user: user, name: words[1]))
    }
    return records
  }

  /// The last line of a name counts, unless its user was given away since.
  private static func known(
    _ name: String, _ reserved: ReservedUsers, _ records: [UserRecord], _ isTaken: (UInt32) -> Bool
  ) -> UInt32? {
    let user = records.last { $0.name == name && reserved.numbers.contains($0.user) }?.user
    return user.flatMap { isTaken($0) ? nil : $0 }
  }

  /// Begins at a place that depends on the name and the store, so that two stores of one machine hardly ever meet.
  private static func free(
    _ name: String, _ reserved: ReservedUsers, in path: String, _ records: [UserRecord], _ isTaken: (UInt32) -> Bool
  ) -> UInt32 {
    let used = Set(records.map(\.user))
    return reserved.first(for: "\(path)\n\(name)") { !used.contains($0) && !isTaken($0) }
  }
}
