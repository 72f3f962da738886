package import Linux

/// A scope of the user's own systemd, whose control group is given to whoever runs in it.
package enum UserScope {
  /// Starts this program again, in a scope and in this very process; returns only by throwing.
  package static func enter() throws(SysError) -> Never {
    guard let arguments = CurrentProcess.arguments, let program = try linkTarget(of: "/proc/self/exe") else {
      throw SysError(.readlink, "/proc/self/exe", .noSuchFile)
    }
    let command =
      ["systemd-run", "--user", "--scope", "--quiet", "--collect", "--property=Delegate=yes", "--", program]
      + arguments.dropFirst()
    // Told to this process alone, whose number stays: nobody else can take it for a word to himself, and there is no second time.
    try CurrentProcess.setEnvironmentValue(GroupGround.scopeVariable, String(CurrentProcess.id))
    if CurrentProcess.environmentValue("XDG_RUNTIME_DIR") == nil {
      try CurrentProcess.setEnvironmentValue("XDG_RUNTIME_DIR", "/run/user/\(CurrentProcess.user)")
    }
    try Program(arguments: command).executeFirst(of: ["/usr/bin/systemd-run", "/bin/systemd-run"])
  }
}
