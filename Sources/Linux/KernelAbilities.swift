internal import CLinux
internal import Glibc

/// What the running kernel offers. Asking changes nothing.
package enum KernelAbilities {
  /// The release, such as `6.12.9`. uname(2)
  package static func release() throws(SysError) -> String {
    var text = [CChar](repeating: 0, count: 256)
    try check(.uname, "") { cl_kernel_release(&text, text.count) }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The highest version of Landlock's interface. landlock_create_ruleset(2)
  package static func landlockVersion() throws(SysError) -> Int {
    Int(try check(.landlock_create_ruleset, "version") { cl_landlock_version() })
  }

  /// Whether seccomp filters may answer with this action; throws where there are no filters at all. seccomp(2)
  package static func isAvailable(_ action: SeccompAction) throws(SysError) -> Bool {
    do throws(SysError) {
      try check(.seccomp, action.name) { cl_seccomp_action_available(action.value) }
      return true
    } catch let error where error.errno == .notSupported {
      return false
    }
  }

  /// Asks for the sizes of notifications, which a kernel without notifications does not know. seccomp(2)
  package static func notificationSizes() throws(SysError) -> [UInt16] {
    var sizes: [UInt16] = [0, 0, 0]
    try check(.seccomp, "notification sizes") { cl_seccomp_notification_sizes(&sizes) }
    return sizes
  }

  /// Whether processes are made by clone3, or by the older call that does the same. clone3(2)
  package static var hasClone3: Bool { cl_has_clone3() == 1 }

  /// Makes a process in new namespaces by the older call, which ends at once. clone(2)
  package static func tryClone(into namespaces: Namespaces) throws(SysError) {
    try check(.clone, "a process in new namespaces") { cl_try_clone(namespaces.rawValue) }
  }
}

/// What a seccomp filter may answer a system call with, by the kernel's name.
package struct SeccompAction: Hashable, Sendable {
  package let name: String
  let value: UInt32

  package static let all: [SeccompAction] = [
    SeccompAction(name: "kill_process", value: cl_action_kill_process),
    SeccompAction(name: "kill_thread", value: cl_action_kill_thread),
    SeccompAction(name: "trap", value: cl_action_trap),
    SeccompAction(name: "errno", value: cl_action_errno),
    SeccompAction(name: "user_notif", value: cl_action_notify),
    SeccompAction(name: "trace", value: cl_action_trace),
    SeccompAction(name: "log", value: cl_action_log),
    SeccompAction(name: "allow", value: cl_action_allow),
  ]
}

/// Whether the effective user may write to a path. faccessat(2)
package func mayWrite(_ path: String) -> Bool { cl_may_write(path) == 0 }

/// Whether the executable at a path carries capabilities of its own. getxattr(2)
package func hasFileCapabilities(_ path: String) throws(SysError) -> Bool {
  try check(.getxattr, path) { cl_has_file_capabilities(path) } == 1
}
