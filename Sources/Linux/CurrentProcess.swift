internal import CLinux
internal import Glibc

/// The calling process: who it is and what it gives up.
package enum CurrentProcess {
  /// The effective user and group.
  package static var user: UInt32 { geteuid() }
  package static var group: UInt32 { getegid() }
  package static var id: CInt { getpid() }

  /// One variable of this process's environment; nil also when it is no UTF-8.
  package static func environmentValue(_ key: String) -> String? {
    getenv(key).flatMap { String(validatingCString: $0) }
  }

  /// Sets one variable of this process's environment, for a program that it becomes. setenv(3)
  package static func setEnvironmentValue(_ key: String, _ value: String) throws(SysError) {
    try check(.execve, key) { setenv(key, value, 1) }
  }

  /// The arguments of this process, or nil when one of them is no UTF-8 and could not be passed on unchanged.
  package static var arguments: [String]? {
    var result: [String] = []
    guard let all = cl_arguments() else { return nil }
    for index in 0..<Int(cl_argument_count()) {
      guard let argument = all[index], let text = String(validatingCString: argument) else {
        return nil
      }
      result.append(text)
    }
    return result
  }

  /// Empties all five capability sets and locks them empty. capabilities(7)
  package static func dropAllCapabilities() throws(SysError) {
    try check(.capset, "all capabilities") { cl_drop_all_capabilities() }
  }

  /// Lets go of the keys of the caller's session. keyctl(2), KEYCTL_JOIN_SESSION_KEYRING
  ///
  /// A kernel without keys has none to let go of, and an outer filter that refuses the call here refuses all inside.
  package static func leaveSessionKeyring() throws(SysError) {
    do throws(SysError) {
      try check(.keyctl, "a session keyring") { cl_join_new_session_keyring() }
    } catch let error where error.errno == .notImplemented || error.errno == .notPermitted {
      return
    }
  }

  /// Sets a limit of this process and what it executes; nil is none. setrlimit(2)
  package static func setLimit(_ name: String, soft: UInt64?, hard: UInt64?) throws(SysError) {
    try check(.setrlimit, name) { cl_set_limit(name, soft ?? .max, hard ?? .max) }
  }

  /// Gives way to others, more the higher the number. setpriority(2)
  package static func setNiceness(_ niceness: Int) throws(SysError) {
    try check(.setpriority, "\(niceness)") { cl_set_niceness(CInt(niceness)) }
  }

  /// Lets this process and its children be killed sooner for lack of memory the higher the score. proc_pid_oom_score_adj(5)
  package static func setOutOfMemoryScore(_ score: Int) throws(SysError) {
    let path = "/proc/self/oom_score_adj"
    try Descriptor.open(path, .write).write(Array(String(score).utf8), to: path)
  }

  /// Throws EXDEV when the current folder is one that no path leads to, as it lies outside of the root. getcwd(2)
  package static func requireReachableFolder(_ subject: String) throws(SysError) {
    try check(.getcwd, subject) { cl_require_reachable_folder() }
  }

  /// Empties the set of capabilities that executing a file could give, as far as this process has the right to: an ordinary user
  /// has not. PR_CAPBSET_DROP
  package static func emptyBoundingSet() throws(SysError) {
    do throws(SysError) {
      try check(.prctl, "the bounding set") { cl_empty_bounding_set() }
    } catch let error where error.errno == .notPermitted {
      return
    }
  }

  /// Whether this process has CAP_SYS_ADMIN, which mounting takes. capget(2)
  package static var mayAdministrate: Bool { cl_may_administrate() == 1 }

  /// Empties the effective, permitted and inheritable capability sets. capset(2)
  package static func giveUpCapabilities() throws(SysError) {
    try check(.capset, "the own capabilities") { cl_give_up_capabilities() }
  }

  /// From now on executing a set-user-id file gains nothing. PR_SET_NO_NEW_PRIVS
  package static func forbidNewPrivileges() throws(SysError) {
    try check(.prctl, "no_new_privs") { cl_set_no_new_privileges() }
  }

  /// Whether processes of the same user may trace this one and read its memory. PR_SET_DUMPABLE
  package static func setInspectable(_ isInspectable: Bool) throws(SysError) {
    try check(.prctl, "dumpable") { cl_set_dumpable(isInspectable ? 1 : 0) }
  }

  /// This process and its children leave no core files. setrlimit(2)
  package static func forbidCoreFiles() throws(SysError) {
    try check(.setrlimit, "core files") { cl_forbid_core_files() }
  }

  /// No signal reaches this process any more but SIGKILL, SIGSTOP and those of its own faults. sigprocmask(2)
  package static func blockSignals() throws(SysError) {
    try check(.sigprocmask, "all signals") { cl_block_signals() }
  }

  /// From now on as many files may be open as this process may ask for; returns how many it were before. setrlimit(2)
  @discardableResult
  package static func raiseFileLimit() throws(SysError) -> UInt64 {
    var before: UInt64 = 0
    try check(.setrlimit, "open files") { cl_raise_file_limit(&before) }
    return before
  }

  /// From now on no more files may be open than so many. setrlimit(2)
  package static func setFileLimit(_ most: UInt64) throws(SysError) {
    try check(.setrlimit, "open files") { cl_set_file_limit(most) }
  }

  /// Becomes another user and group, with all three ids of each. setresuid(2)
  package static func become(user: UInt32, group: UInt32) throws(SysError) {
    try check(.setresuid, "user \(user), group \(group)") { cl_become(user, group) }
  }

  /// The supplementary groups. getgroups(2)
  package static func supplementaryGroups() throws(SysError) -> [UInt32] {
    let count = try check(.getgroups, "") { getgroups(0, nil) }
    var groups = [UInt32](repeating: 0, count: Int(count))
    try check(.getgroups, "") { getgroups(count, &groups) }
    return groups
  }

  /// Leaves all supplementary groups. setgroups(2)
  package static func leaveSupplementaryGroups() throws(SysError) {
    try check(.setgroups, "no groups") { cl_clear_supplementary_groups() }
  }

  /// Starts a session without a controlling terminal. setsid(2)
  package static func startSession() throws(SysError) {
    try check(.setsid, "") { cl_new_session() }
  }

  /// Leads a process group of its own from now on. setpgid(2)
  package static func startGroup() throws(SysError) {
    try check(.setpgid, "") { setpgid(0, 0) }
  }

  /// Files that this process makes have exactly the mode asked for. umask(2)
  package static func setFileCreationMask(_ mask: UInt32) {
    umask(mask)
  }

  /// Installs a seccomp filter of encoded BPF instructions; needs `forbidNewPrivileges` before. seccomp(2)
  package static func install(filter: [UInt]) throws(SysError) {
    try check(.seccomp, "a filter of \(filter.count) instructions") {
      filter.withUnsafeBytes { cl_install_seccomp_filter($0.baseAddress, filter.count) }
    }
  }

  /// Installs a filter with a listener, which is sent through a socket with a message and is open nowhere here any more; needs
  /// `forbidNewPrivileges` before. `allowsFutex` says whether the filter lets futex(2) through. SECCOMP_FILTER_FLAG_NEW_LISTENER
  package static func install(
    filter: [UInt], allowsFutex: Bool, handingListenerTo socket: borrowing MessageSocket, as message: [UInt8]
  ) throws(SysError) {
    let number = socket.keptNumber.value
    try check(.seccomp, "a filter of \(filter.count) instructions with a listener") {
      filter.withUnsafeBytes { program in
        message.withUnsafeBytes { text in
          cl_install_listened_filter(
            program.baseAddress, filter.count, allowsFutex, number, text.baseAddress, text.count)
        }
      }
    }
  }

  /// Overwrites the arguments and the environment, which /proc/PID shows even of a process that cannot be traced.
  package static func wipeCommandLine() {
    cl_wipe_command_line(cl_arguments(), environ)
  }

  package static func exit(_ code: CInt) -> Never { _exit(code) }
}
