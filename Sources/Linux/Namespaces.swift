internal import CLinux
internal import Glibc

/// Kinds of namespaces that a new process gets to itself.
package struct Namespaces: OptionSet, Sendable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }

  package static var user: Namespaces { Namespaces(rawValue: cl_clone_new_user) }
  package static var mount: Namespaces { Namespaces(rawValue: cl_clone_new_mount) }
  package static var pid: Namespaces { Namespaces(rawValue: cl_clone_new_pid) }
  package static var network: Namespaces { Namespaces(rawValue: cl_clone_new_network) }
  package static var ipc: Namespaces { Namespaces(rawValue: cl_clone_new_ipc) }
  package static var uts: Namespaces { Namespaces(rawValue: cl_clone_new_uts) }
  package static var cgroup: Namespaces { Namespaces(rawValue: cl_clone_new_cgroup) }
}

/// Ids inside a user namespace that follow each other, and the ids that they are outside.
package struct IDMap: Hashable, Sendable {
  package let inside: UInt32
  package let outside: UInt32
  package let count: UInt32

  package init(inside: UInt32, outside: UInt32, count: UInt32 = 1) {
    self.inside = inside
    self.outside = outside
    self.count = count
  }

  var line: String { "\(inside) \(outside) \(count)\n" }
}

/// A user namespace held open for its id map alone; nothing runs in it.
package struct UserNamespace: ~Copyable {
  let descriptor: Descriptor

  /// Makes a user namespace with these maps. Needs the right to map other ids than one's own. user_namespaces(7)
  package static func mapping(user: IDMap, group: IDMap) throws(SysError) -> UserNamespace {
    let channel = try MessageChannel()
    guard let child = try ChildProcess.clone(into: .user) else {
      // Lives until the parent has opened the namespace and closes its end.
      channel.childEnd().waitForEnd()
      _exit(0)
    }
    let lifeline = channel.parentEnd()
    try child.setIDMaps(user: user, group: group, denySetgroups: false)
    let namespace = try Descriptor.open("/proc/\(child.id)/ns/user", .read)
    lifeline.close()
    _ = try child.wait()
    return UserNamespace(descriptor: namespace)
  }
}

/// Whether something listens at a port of the loopback interface of the network namespace that this process is in. connect(2)
package func isListenedTo(port: UInt16) -> Bool { cl_is_listened_to(port) == 1 }

/// Sets the host name of this uts namespace. sethostname(2)
package func setHostName(_ name: String) throws(SysError) {
  try check(.sethostname, name) { sethostname(name, name.utf8.count) }
}
