/// The ids that a user may give away inside, and the programs that write such maps.
package struct SubordinateIDFacts: Hashable, Sendable {
  package enum Helper: Hashable, Sendable {
    case absent
    case present(path: String, isPrivileged: Bool)
  }

  package var user: UInt32
  /// `/etc/passwd`, which gives the user's name: without one, lines by name do not count.
  package var users: FileReading
  package var userRanges: FileReading
  package var groupRanges: FileReading
  package var userHelper: Helper
  package var groupHelper: Helper

  package init(
    user: UInt32, users: FileReading, userRanges: FileReading, groupRanges: FileReading, userHelper: Helper,
    groupHelper: Helper
  ) {
    self.user = user
    self.users = users
    self.userRanges = userRanges
    self.groupRanges = groupRanges
    self.userHelper = userHelper
    self.groupHelper = groupHelper
  }

  package var verdict: Verdict {
    guard user != 0 else { return .ok("root needs none") }
    for (name, reading) in [("/etc/subuid", userRanges), ("/etc/subgid", groupRanges)] {
      if case .unreadable = reading { return .unknown("\(name) \(reading.problem ?? "")") }
    }
    let (users, groups) = (count(in: userRanges), count(in: groupRanges))
    let seen = "\(users) user ids, \(groups) group ids"
    guard users > 0, groups > 0 else {
      let name = name ?? String(user)
      return .degraded(
        seen, fix: "as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \(name)")
    }
    for (name, helper) in [("newuidmap", userHelper), ("newgidmap", groupHelper)] {
      switch helper {
      case .absent:
        return .degraded("\(seen), but no \(name)", fix: "install the package uidmap (shadow-utils)")
      case .present(let path, false):
        return .degraded(
          "\(seen), but \(path) is neither set-user-id nor has capabilities", fix: "as root: chmod u+s \(path)")
      case .present: continue
      }
    }
    return .ok("\(seen), newuidmap and newgidmap")
  }

  /// The name of the user in `/etc/passwd`.
  package var name: String? {
    for line in users.lines {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      if fields.count > 2, UInt32(fields[2]) == user { return String(fields[0]) }
    }
    return nil
  }

  /// How many ids the lines of this user give: `NAME-OR-NUMBER:START:COUNT`.
  private func count(in reading: FileReading) -> UInt64 {
    var total: UInt64 = 0
    for line in reading.lines {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count == 3, fields[0] == String(user) || (name.map { $0 == fields[0] } ?? false),
        UInt32(fields[1]) != nil, let count = UInt32(fields[2])
      else { continue }
      total += UInt64(count)
    }
    return total
  }
}
