/// The root file system: a base, and around it only what programs expect to find. With `base: host` that is the host's /usr,
/// read-only.
package enum BaseRoot {
  /// Folders beside /usr that belong to the system.
  package static var systemFolders: [String] { ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"] }

  /// What of the host's /etc is the same for everybody and needed by the programs in /usr.
  package static var sharedEtc: [String] {
    ["/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime", "/etc/ssl/certs"]
  }

  /// The last is the controlling terminal of whoever opens it, which can only be one of the sandbox's own.
  private static var devices: [String] { ["full", "null", "urandom", "zero", "tty"] }

  /// The size of the tmpfs that holds the root and the writable folders in it.
  private static var rootFileSystem: RootFileSystemStep { RootFileSystemStep(bytes: 512 << 20, files: 65536) }

  /// The steps that build the root, before any grant is added.
  ///
  /// They are added one by one to one list, as each copy of a list of steps costs a start 10 us.
  static func add(to steps: inout [SetupStep], _ request: PlanRequest, _ facts: HostFacts, identity: Identity) {
    steps.append(.rootFileSystem(rootFileSystem))
    switch request.base {
    case .host: steps.append(.bind(shared("/usr")))
    case .nothing: break
    case .tree(let tree):
      let lower = BindStep(
        source: tree.path.description, target: "/", access: .read, presence: .required, identity: tree.identity,
        mapsOwner: identity.isOfRoot)
      steps.append(.baseTree(BaseTreeStep(lower: lower, capsule: tree.capsule)))
    }
    SystemFiles.add(to: &steps, identity, hostName: request.name)
    if case .host = request.base {
      for entry in facts.systemEntries { steps.append(systemEntry(entry)) }
    }
    if sealed(request).contains("/dev") { steps.append(.folder(FolderStep(path: "/dev"))) }
    addDevices(to: &steps)
    steps.append(.scratch(ScratchStep(path: "/tmp")))
    steps.append(.controlGroups(ControlGroupsStep(path: "/sys/fs/cgroup")))
  }

  /// What becomes read-only at the end. Where that is not just the root, /dev is a file system of its own: a base may have
  /// anything at that place, and a program that may write to its root still has only the devices that are made for it.
  static func sealed(_ request: PlanRequest) -> [String] {
    switch request.base {
    case .host: ["/"]
    case .nothing: request.capsuleChanges == .inMemory ? ["/dev"] : ["/"]
    case .tree: request.capsuleChanges == .inMemory ? ["/dev"] : ["/", "/dev"]
    }
  }

  /// What is masked, and why nothing else needs to be: docs/design/0009-proc.md. Each costs a mount.
  static let processes = ProcessesStep(
    path: "/proc", hiddenFiles: ["cmdline", "interrupts", "kallsyms", "keys", "modules"],
    // The second holds what covers them, and so goes last.
    hiddenFolders: ["bus", "fs"])

  /// That of what is around, with its own files hidden in the same way.
  static let outerProcesses = ProcessesStep(
    path: processes.path, hiddenFiles: processes.hiddenFiles, hiddenFolders: processes.hiddenFolders,
    source: processes.path)

  private static func systemEntry(_ entry: HostFacts.SystemEntry) -> SetupStep {
    if let target = entry.linkTarget { return .link(LinkStep(path: entry.path, target: target)) }
    return .bind(shared(entry.path))
  }

  private static func shared(_ path: String) -> BindStep {
    BindStep(source: path, target: path, access: .read, presence: .required, mapsOwner: false)
  }

  private static func addDevices(to steps: inout [SetupStep]) {
    for name in devices {
      let path = "/dev/" + name
      steps.append(
        .bind(BindStep(source: path, target: path, access: .device, presence: .required, mapsOwner: false)))
    }
    // The same device since Linux 5.6, but for waiting when the machine boots.
    steps.append(.link(LinkStep(path: "/dev/random", target: "urandom")))
    steps.append(.link(LinkStep(path: "/dev/fd", target: "/proc/self/fd")))
    steps.append(.link(LinkStep(path: "/dev/stdin", target: "/proc/self/fd/0")))
    steps.append(.link(LinkStep(path: "/dev/stdout", target: "/proc/self/fd/1")))
    steps.append(.link(LinkStep(path: "/dev/stderr", target: "/proc/self/fd/2")))
    steps.append(.scratch(ScratchStep(path: "/dev/shm")))
    steps.append(.terminals(TerminalsStep(path: "/dev/pts", most: 256)))
    steps.append(.link(LinkStep(path: "/dev/ptmx", target: "pts/ptmx")))
  }
}
