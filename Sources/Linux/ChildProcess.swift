internal import CLinux
internal import Glibc

/// How a process ended.
package enum Ending: Hashable, Sendable {
  case exited(code: CInt)
  case killed(signal: CInt)

  init(code: CInt, status: CInt) {
    self = code == CInt(CLD_EXITED) ? .exited(code: status) : .killed(signal: status)
  }

  /// What a shell would show: the exit code, or 128 and the signal's number.
  package var exitCode: CInt {
    switch self {
    case .exited(let code): code
    case .killed(let signal): 128 + signal
    }
  }
}

/// What processes used until they ended. getrusage(2)
package struct ProcessUsage: Hashable, Sendable {
  package var userMicroseconds: UInt64 = 0
  package var systemMicroseconds: UInt64 = 0
  /// The most memory that one of them had at a time.
  package var largestKilobytes: UInt64 = 0

  package init() {}

  init(_ used: cl_usage) {
    userMicroseconds = used.user_time
    systemMicroseconds = used.system_time
    largestKilobytes = used.largest_kilobytes
  }
}

/// A child of this process, held by a descriptor so that no other process can be taken for it.
package struct ChildProcess: ~Copyable {
  /// The id in the pid namespace of this process; good for /proc while the child is not reaped.
  package let id: CInt
  private let descriptor: Descriptor

  private init(id: CInt, descriptor: consuming Descriptor) {
    self.id = id
    self.descriptor = descriptor
  }

  /// Makes a copy of this process, in new namespaces; nil is returned in the copy. clone3(2)
  ///
  /// The copy may run Swift because only one thread was there to be copied: that is checked, as a second thread
  /// would leave locks held for ever in the child.
  package static func clone(into namespaces: Namespaces) throws(SysError) -> ChildProcess? {
    try clone("a process in new namespaces") { cl_clone3(namespaces.rawValue, -1, &$0) }
  }

  /// Makes a copy of this process in the control group whose folder is open; nil is returned in the copy. clone3(2)
  package static func clone(intoControlGroup folder: borrowing Descriptor) throws(SysError) -> ChildProcess? {
    let number = folder.number
    return try clone("a process in its control group") { cl_clone3(0, number, &$0) }
  }

  /// Makes a copy of this process whose parent is this one's parent; nil is returned in the copy. CLONE_PARENT
  package static func cloneSibling() throws(SysError) -> ChildProcess? {
    try clone("a process for the program") { cl_clone3_sibling(&$0) }
  }

  private static func clone(_ subject: String, _ call: (inout CInt) -> CInt) throws(SysError) -> ChildProcess? {
    requireSingleThread()
    var pidfd: CInt = -1
    let id = try check(.clone3, subject) { call(&pidfd) }
    return id == 0 ? nil : ChildProcess(id: id, descriptor: Descriptor(owning: pidfd))
  }

  /// Hands a child of the other side's over to it: its id and its descriptor.
  package func send(to socket: borrowing MessageSocket, as message: [UInt8]) throws(SysError) {
    try socket.send(message, with: descriptor)
  }

  /// A child that somebody else made for this process.
  package init(id: CInt, received descriptor: consuming Descriptor) {
    self.init(id: id, descriptor: descriptor)
  }

  /// Runs `body` in a child that shares this process's memory, while this process sleeps: until the child executes a
  /// program or ends. No page table is copied and no page is faulted in twice, which halves the cost of a fork. clone(2)
  ///
  /// The child may run Swift, as the parent is suspended in this very call and no other thread of it does. It must hold no
  /// dynamic exclusivity access when it executes: what the child leaves open stays open in the parent.
  package static func spawn(_ body: @escaping () -> Never) throws(SysError) -> ChildProcess {
    if !SetUpHelper.hasBegun { requireSingleThread() }
    var body = body
    var pidfd: CInt = -1
    let id = try check(.clone, "a process for the program") {
      withUnsafeMutablePointer(to: &body) { place in
        cl_spawn_in_same_memory(
          { context in context?.assumingMemoryBound(to: (() -> Never).self).pointee() }, place, &pidfd)
      }
    }
    return ChildProcess(id: id, descriptor: Descriptor(owning: pidfd))
  }

  static func requireSingleThread() {
    precondition(cl_require_single_thread() == 0, "shared memory in a program of several threads")
  }

  /// Writes the id maps of a child in a new user namespace. user_namespaces(7)
  package func setIDMaps(user: IDMap, group: IDMap, denySetgroups: Bool) throws(SysError) {
    try Self.write(user.line, to: "/proc/\(id)/uid_map")
    if denySetgroups { try Self.write("deny", to: "/proc/\(id)/setgroups") }
    try Self.write(group.line, to: "/proc/\(id)/gid_map")
  }

  /// Writes maps of many ids, which takes the right to map others than one's own.
  package func setIDMaps(users: [IDMap], groups: [IDMap]) throws(SysError) {
    try Self.write(users.map(\.line).joined(), to: "/proc/\(id)/uid_map")
    try Self.write(groups.map(\.line).joined(), to: "/proc/\(id)/gid_map")
  }

  /// Forbids the child to change its supplementary groups; to be done before its groups are mapped.
  package func denySetgroups() throws(SysError) {
    try Self.write("deny", to: "/proc/\(id)/setgroups")
  }

  /// Lets it be killed sooner for lack of memory the higher the score, and its children too. proc_pid_oom_score_adj(5)
  package func setOutOfMemoryScore(_ score: Int) throws(SysError) {
    try Self.write(String(score), to: "/proc/\(id)/oom_score_adj")
  }

  private static func write(_ text: String, to path: String) throws(SysError) {
    try Descriptor.open(path, .write).write(Array(text.utf8), to: path)
  }

  /// Sends a signal; a child that has ended already is no error. pidfd_send_signal(2)
  package func send(_ signal: Signal) throws(SysError) {
    do throws(SysError) {
      try check(.pidfd_send_signal, "\(signal)") { cl_pidfd_send_signal(descriptor.number, signal.rawValue) }
    } catch let error where error.errno.rawValue == ESRCH {
      return
    }
  }

  /// Waits until the child has ended, and reaps it. waitid(2)
  @discardableResult
  package func wait() throws(SysError) -> Ending {
    var usage = ProcessUsage()
    return try wait(&usage)
  }

  /// The same; `usage` gets what the child and those used that it has reaped itself.
  package func wait(_ usage: inout ProcessUsage) throws(SysError) -> Ending {
    guard let ending = try wait(isPatient: true, &usage) else { preconditionFailure("a wait that did not wait") }
    return ending
  }

  /// Reaps the child if that can be done now, else nil. waitid(2), WNOHANG
  package func waitIfReapable() throws(SysError) -> Ending? {
    var usage = ProcessUsage()
    return try wait(isPatient: false, &usage)
  }

  private func wait(isPatient: Bool, _ usage: inout ProcessUsage) throws(SysError) -> Ending? {
    var code: CInt = 0
    var status: CInt = 0
    var used = cl_usage()
    let found = try check(.waitid, "process \(id)") {
      cl_wait_pidfd(descriptor.number, isPatient, &code, &status, &used)
    }
    guard found == 1 else { return nil }
    usage = ProcessUsage(used)
    return Ending(code: code, status: status)
  }

  /// Whether it has ended, reaped or not. poll(2)
  package func hasEnded() throws(SysError) -> Bool {
    try check(.poll, "process \(id)") { cl_wait_readable(descriptor.number, 0) } == 1
  }

  /// Waits until the child has ended, and does not reap it: its number stays its own. poll(2)
  package func waitForEnd() throws(SysError) {
    try check(.poll, "process \(id)") { cl_wait_readable(descriptor.number, -1) }
  }

  /// Ends a child that may have ended, or even been reaped, already. waitid(2)
  package func killAndReap() throws(SysError) {
    do throws(SysError) {
      try send(.kill)
      try wait()
    } catch let error where error.errno == .noChild {
      return
    }
  }

  /// Sends a signal to every process of the group that the child leads. kill(2)
  ///
  /// Only for the parent that reaps the child: until then the number cannot belong to anybody else.
  package func sendToGroup(_ signal: Signal) throws(SysError) {
    do throws(SysError) {
      try check(.pidfd_send_signal, "\(signal)") { kill(-id, signal.rawValue) }
    } catch let error where error.errno.rawValue == ESRCH {
      return
    }
  }

  /// Passes on what this process has got: what a terminal sends goes to the whole group of the child, as it would from a
  /// terminal, the rest to the child alone.
  package func pass(_ signal: Signal) throws(SysError) {
    switch signal {
    case .interrupt, .quit, .hangUp, .windowChange: try sendToGroup(signal)
    default: try send(signal)
    }
  }

  package var keptNumber: DescriptorNumber { descriptor.keptNumber }

  /// The same process for somebody who is not its parent.
  package func handle() throws(SysError) -> ProcessHandle { ProcessHandle(try descriptor.duplicate(), id: id) }

  /// Becomes readable when the child has ended.
  package func watch(in polling: inout PollSet) -> PollSet.Entry { polling.add(descriptor) }
}

/// What has become of a child of this process.
package enum ChildChange: Hashable, Sendable {
  /// It has ended, and is reaped.
  case ended(id: CInt, Ending)
  case stopped(id: CInt, Signal)
}

/// Reaps one child of this process that has ended, or nil when none has; with `orStopped` it may also be one that was stopped.
/// ECHILD is thrown when there is none at all. waitid(2)
package func reapAnyChild(orStopped: Bool = false) throws(SysError) -> ChildChange? {
  var code: CInt = 0
  var status: CInt = 0
  let id = try check(.waitid, "any child") { cl_wait_any(orStopped, &code, &status) }
  if id == 0 { return nil }
  if code == CInt(CLD_STOPPED) { return .stopped(id: id, Signal(rawValue: status)) }
  return .ended(id: id, Ending(code: code, status: status))
}

/// Reaps all children of this process in the process group of one that it has reaped already. waitid(2), P_PGID
package func reapGroup(of leader: CInt) throws(SysError) {
  do throws(SysError) {
    while true { try check(.waitid, "group \(leader)") { cl_wait_group(leader) } }
  } catch let error where error.errno == .noChild {
    return
  }
}
