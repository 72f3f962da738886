internal import Diagnostics

/// The signals that a manifest may name.
package enum SignalNames {
  package static let all = [
    "SIGHUP", "SIGINT", "SIGQUIT", "SIGABRT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM",
    "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGWINCH", "SIGIO", "SIGPWR",
  ]

  /// Their numbers on Linux, in the same order; they are the same on x86 and ARM. signal(7)
  private static let numbers: [Int32] = [1, 2, 3, 6, 9, 10, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 23, 28, 29, 30]

  package static func number(of name: String) -> Int32? { all.firstIndex(of: name).map { numbers[$0] } }

  /// The name of a number, or the number itself.
  package static func name(of number: Int32) -> String {
    numbers.firstIndex(of: number).map { all[$0] } ?? "signal \(number)"
  }
}

/// The events at which hooks run and interceptors are asked.
enum Events {
  static let all = [
    "before_load", "after_load", "before_unload", "after_unload", "before_start", "after_start", "before_stop",
    "after_stop", "on_exit", "on_failure", "on_restart", "on_ready", "on_unhealthy", "before_tool_call",
    "after_tool_call", "on_approval", "session_start", "session_end",
  ]

  /// The one spelling of an event, which may be given as `BeforeToolCall` too.
  static func spelling(of text: String) -> String? {
    all.first { $0 == text || camelCase($0) == text }
  }

  private static func camelCase(_ name: String) -> String {
    name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}

/// capabilities(7), without the prefix.
package enum LinuxCapabilityNames {
  package static let all = [
    "AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "CHOWN", "DAC_OVERRIDE",
    "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN",
    "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "PERFMON", "SETFCAP",
    "SETGID",
    "SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT",
    "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "WAKE_ALARM",
  ]
}

/// setrlimit(2), as ulimit and systemd name them.
enum LimitNames {
  static let all = [
    "as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
    "rttime", "sigpending", "stack",
  ]
}

/// The seccomp profiles that come with the program.
package enum ProfileNames {
  package static let all = ["default", "strict", "service", "build", "debug"]

  /// All of them, with commas between. Each start makes this for a help text, and `joined` is generic code that would have to be
  /// set up for it.
  package static var listed: String {
    var text = ""
    for name in all { text += text.isEmpty ? name : ", " + name }
    return text
  }

  /// Whether a text is the path of a profile and not a name.
  package static func isFile(_ text: String) -> Bool {
    text.utf8.count > 5 && text.utf8.suffix(5).elementsEqual(".json".utf8)
  }

  /// What to write in place of an unknown name.
  package static func remedy(for name: String) -> String {
    suggestion(for: name, among: all).map { "did you mean \(quoted($0))?" }
      ?? "known profiles: \(listed); or the path of a JSON file, FILE.json"
  }

  /// Each lets through what the one before it does, and more.
  private static let widening = ["strict", "service", "default"]

  /// Whether a profile lets nothing through that the other one does not.
  package static func narrows(_ name: String, _ whole: String) -> Bool {
    if name == whole { return true }
    guard let own = widening.firstIndex(of: name) else { return false }
    return widening.firstIndex(of: whole).map { own < $0 } ?? all.contains(whole)
  }
}
