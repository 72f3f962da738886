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
    let group = number("SUDO_GID") ?? user
    try reporting("become user \(user)") { () throws(SysError) in
      // That user may look into this process from now on: nothing of root's must be left in it.
      try Descriptor.closeAll(except: [])
      try CurrentProcess.leaveSupplementaryGroups()
      try CurrentProcess.become(user: user, group: group)
      // Usually they are gone with the user, but the securebits can keep them.
      try CurrentProcess.giveUpCapabilities()
      // Changing the user has closed /proc/PID of this process and its children, where the id maps are written.
      try CurrentProcess.setInspectable(true)
    }
  }

  /// The user who called sudo, if that was not root.
  static var sudoUser: UInt32? { number("SUDO_UID") }

  /// A number above 0 that sudo has left in the environment.
  private static func number(_ key: String) -> UInt32? {
    CurrentProcess.environmentValue(key).flatMap { UInt32($0) }.flatMap { $0 == 0 || $0 == .max ? nil : $0 }
  }
}
