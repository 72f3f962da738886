internal import Diagnostics
internal import Linux
internal import Planning
internal import Sandbox

/// `--user` given to root: from here on this process has no more rights than the user it becomes.
enum UserSwitch {
  /// Becomes the user who called sudo, else the first reserved user. For any other caller this changes nothing.
  static func leaveRoot() throws(DiagnosticList) {
    guard CurrentProcess.user == 0 else { return }
    let user = sudoUser ?? HostFacts.firstReservedUser
    try become(user, number("SUDO_GID") ?? user)
  }

  /// Becomes a reserved user that no other process has; where this is root of a user namespace without them, its last user.
  static func leaveRootForGood() throws(DiagnosticList) {
    let wanted = HostFacts.firstReservedUser + UInt32(CurrentProcess.id)
    let user = try reporting("look at the users of this container") { () throws(SysError) in
      try CurrentProcess.emptyBoundingSet()
      return try UserMap.has(wanted) ? wanted : UserMap.lastOrdinary()
    }
    guard let user else {
      throw DiagnosticList([
        Diagnostic(
          "root has no other user to become here, and no capsule is run as root",
          hint: "start the container as a user: --user 1000", exitCode: .unavailable)
      ])
    }
    try become(user, user)
  }

  private static func become(_ user: UInt32, _ group: UInt32) throws(DiagnosticList) {
    do throws(SysError) {
      try change(to: user, group)
    } catch let error where error.errno == .notPermitted {
      throw DiagnosticList([
        error.diagnostic(
          doing: "become user \(user)",
          hint: "start the container as a user (--user 1000), or leave it the capabilities SETUID and SETGID",
          exitCode: .unavailable)
      ])
    } catch {
      throw DiagnosticList([error.diagnostic(doing: "become user \(user)")])
    }
  }

  private static func change(to user: UInt32, _ group: UInt32) throws(SysError) {
    // That user may look into this process from now on: nothing of root's must be left in it.
    try Descriptor.closeAll()
    try CurrentProcess.leaveSupplementaryGroups()
    try CurrentProcess.become(user: user, group: group)
    // Usually they are gone with the user, but the securebits can keep them.
    try CurrentProcess.giveUpCapabilities()
    // Changing the user has closed /proc/PID of this process and its children, where the id maps are written.
    try CurrentProcess.setInspectable(true)
  }

  /// The user who called sudo, if that was not root.
  static var sudoUser: UInt32? { number("SUDO_UID") }

  /// A number above 0 that sudo has left in the environment.
  private static func number(_ key: String) -> UInt32? {
    CurrentProcess.environmentValue(key).flatMap { UInt32($0) }.flatMap { $0 == 0 || $0 == .max ? nil : $0 }
  }
}

/// The users that there are in this user namespace. user_namespaces(7)
private enum UserMap {
  static func has(_ user: UInt32) throws(SysError) -> Bool {
    for name in ["uid_map", "gid_map"] {
      let ranges = try ranges(name)
      guard ranges.contains(where: { $0.contains(Int(user)) }) else { return false }
    }
    return true
  }

  /// The last one that is not the user for what belongs to nobody.
  static func lastOrdinary() throws(SysError) -> UInt32? {
    var last: Int?
    for range in try ranges("uid_map") {
      let candidate = min(range.upperBound - 1, 65533)
      guard range.contains(candidate), candidate >= 1000, try has(UInt32(candidate)) else { continue }
      last = max(last ?? 0, candidate)
    }
    return last.map { UInt32($0) }
  }

  private static func ranges(_ name: String) throws(SysError) -> [Range<Int>] {
    let path = "/proc/self/" + name
    let bytes = try Descriptor.open(path, .read).readAll(of: path, limit: 65536)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      let numbers = line.split(separator: " ").compactMap { Int($0) }
      return numbers.count == 3 ? numbers[0]..<(numbers[0] + numbers[2]) : nil
    }
  }
}
