internal import Diagnostics
internal import Linux
internal import Planning
internal import Sandbox

/// The ids of this machine that belong to users to give away. Read without asking any service for names.
enum CallerIDs {
  private static let largest = 4 << 20

  /// Whatever was given to anybody.
  static func allSubordinates() throws(DiagnosticList) -> [SubordinateRange] {
    try ranges(of: "/etc/subuid") + ranges(of: "/etc/subgid")
  }

  /// Those of the caller, which are enough for a range of users and groups together with the caller.
  static func subordinates(isShownOnly: Bool) throws(DiagnosticList) -> SubordinateIDs {
    let name = try name()
    let users = try first(of: "/etc/subuid", name)
    let groups = try first(of: "/etc/subgid", name)
    if !isShownOnly {
      for helper in IDMapHelper.allCases { try check(helper) }
    }
    return SubordinateIDs(firstUser: users, firstGroup: groups)
  }

  private static func first(of path: String, _ name: String?) throws(DiagnosticList) -> UInt32 {
    let user = CurrentProcess.user
    let needed = IdentityRange.count - 1
    for range in try ranges(of: path) where range.belongs(to: user, named: name) {
      guard range.ids.count >= Int(needed), range.ids.upperBound <= UInt64(UInt32.max) else { continue }
      return UInt32(range.ids.lowerBound)
    }
    let whose = name ?? String(user)
    throw DiagnosticList([
      Diagnostic(
        "security.user_range needs \(needed) ids in one line of \(path), and user \(whose) has no such line",
        hint: "as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \(whose)",
        exitCode: .unavailable)
    ])
  }

  private static func check(_ helper: IDMapHelper) throws(DiagnosticList) {
    let path = helper.rawValue
    let problem = try reporting("look at \(quoted(path))") { () throws(SysError) in try helper.problem() }
    let (what, remedy): (String, String)
    switch problem {
    case nil: return
    case .absent: (what, remedy) = ("is not there", "install the package uidmap (shadow-utils)")
    case .powerless:
      (what, remedy) = ("is no set-user-id program of root's, and has no capabilities", "as root: chmod u+s \(path)")
    }
    throw DiagnosticList([
      Diagnostic("security.user_range needs \(path), which \(what)", hint: remedy, exitCode: .unavailable)
    ])
  }

  /// The caller's name in `/etc/passwd`.
  private static func name() throws(DiagnosticList) -> String? {
    let user = String(CurrentProcess.user)
    for line in try text(of: "/etc/passwd").split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      if fields.count > 2, fields[2].elementsEqual(user.utf8) { return String(decoding: fields[0], as: UTF8.self) }
    }
    return nil
  }

  private static func ranges(of path: String) throws(DiagnosticList) -> [SubordinateRange] {
    SubordinateRange.parse(try text(of: path))
  }

  /// A file that is not there gives nobody anything.
  private static func text(of path: String) throws(DiagnosticList) -> [UInt8] {
    try reporting("read \(quoted(path))") { () throws(SysError) -> [UInt8] in
      do throws(SysError) {
        return try Descriptor.open(path, .readWithoutWaiting).readAll(of: path, limit: largest)
      } catch let error where error.errno == .noSuchFile {
        return []
      }
    }
  }
}
