internal import CLinux

/// The namespaces of another process, held open so that processes can enter them later. setns(2)
package struct HeldNamespaces: ~Copyable {
  private let user: Descriptor
  private let others: [Held]
  /// Made by the process itself, later than the rest.
  private var network: Held?

  private final class Held {
    let descriptor: Descriptor
    let kind: Namespaces
    let name: String

    init(_ descriptor: consuming Descriptor, _ kind: Namespaces, _ name: String) {
      self.descriptor = descriptor
      self.kind = kind
      self.name = name
    }
  }

  /// Opens those of a child that has just been made, in all that a sandbox has but the network.
  ///
  /// Before the child makes itself uninspectable: from then on an ordinary user would be refused.
  package static func open(of child: borrowing ChildProcess) throws(SysError) -> HeldNamespaces {
    let folder = try Descriptor.open("/proc/\(child.id)/ns", .folder)
    var others: [Held] = []
    for (name, kind) in [
      ("mnt", .mount), ("ipc", .ipc), ("uts", .uts), ("cgroup", .cgroup), ("pid", .pid),
    ] as [(String, Namespaces)] {
      others.append(Held(try folder.open(name, .read), kind, name))
    }
    return HeldNamespaces(user: try folder.open("user", .read), others: others)
  }

  private init(user: consuming Descriptor, others: [Held]) {
    self.user = user
    self.others = others
  }

  /// Holds the network namespace too.
  package mutating func add(network: consuming Descriptor) {
    self.network = Held(network, .network, "net")
  }

  /// The network namespace that the calling process is in.
  package static func ownNetwork() throws(SysError) -> Descriptor { try Descriptor.open("/proc/self/ns/net", .read) }

  /// Enters all of them; the pid namespace is that of the children to come. The user namespace first, as it gives the right to
  /// enter the others.
  package func enter() throws(SysError) {
    try Self.enter(user, .user, "user")
    for held in others { try Self.enter(held.descriptor, held.kind, held.name) }
    if let network { try Self.enter(network.descriptor, network.kind, network.name) }
  }

  private static func enter(
    _ descriptor: borrowing Descriptor, _ kind: Namespaces, _ name: String
  ) throws(SysError) {
    try check(.setns, name) { cl_enter_namespaces(descriptor.number, kind.rawValue) }
  }

  /// Enters the network namespace alone, and the user namespace that gives the right to.
  package func enterNetwork() throws(SysError) {
    try Self.enter(user, .user, "user")
    if let network { try Self.enter(network.descriptor, network.kind, network.name) }
  }

  /// Which pid namespace is held, as /proc/PID/ns/pid of a process in it shows it. fstat(2)
  package func pidNamespace() throws(SysError) -> FileStatus.Identity {
    for held in others where held.kind == .pid { return try held.descriptor.status(of: held.name).identity }
    preconditionFailure("namespaces without that of processes")
  }

  /// The numbers to keep when everything else is closed.
  package var keptNumbers: [DescriptorNumber] {
    var numbers = [user.keptNumber]
    for held in others { numbers.append(held.descriptor.keptNumber) }
    if let network { numbers.append(network.descriptor.keptNumber) }
    return numbers
  }
}
