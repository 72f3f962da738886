/// What is looked at, in the order in which it is reported.
package enum HealthSubject: String, Hashable, Sendable, CaseIterable {
  case kernel
  case clone3
  case userNamespaces = "user-namespaces"
  case processes = "proc"
  case seccomp
  case landlock
  case controlGroups = "cgroups"
  case delegation = "cgroup-delegation"
  case overlay
  case idmappedMounts = "idmapped-mounts"
  case appArmor = "apparmor"
  case seLinux = "selinux"
  case yama
  case container
  case subordinateIDs = "subids"
  case sandbox

  package var id: String { rawValue }

  package var title: String {
    switch self {
    case .kernel: "kernel"
    case .clone3: "clone3"
    case .userNamespaces: "user namespaces"
    case .processes: "own /proc"
    case .seccomp: "seccomp filter"
    case .landlock: "Landlock"
    case .controlGroups: "control groups"
    case .delegation: "own control group"
    case .overlay: "overlay"
    case .idmappedMounts: "idmapped mounts"
    case .appArmor: "AppArmor"
    case .seLinux: "SELinux"
    case .yama: "Yama"
    case .container: "surroundings"
    case .subordinateIDs: "subordinate ids"
    case .sandbox: "whole sandbox"
    }
  }

  package var neededFor: String {
    switch self {
    case .kernel: "the full tier, from Linux 5.19"
    case .clone3: "making the processes of a sandbox"
    case .userNamespaces: "every sandbox"
    case .processes: "hiding the processes of this machine"
    case .seccomp: "refusing system calls; notifications: network grants"
    case .landlock: "a second wall around files; from ABI 4: network grants"
    case .controlGroups: "limits of processor time, memory and processes"
    case .delegation: "setting limits as this user"
    case .overlay: "showing a capsule's files with changes on top"
    case .idmappedMounts: "root: showing files under another owner"
    case .appArmor, .seLinux: "nothing; its policy may refuse what a sandbox is made of"
    case .yama: "network grants"
    case .container: "nothing; an outer sandbox may refuse what an inner one is made of"
    case .subordinateIDs: "more than one user inside, without root"
    case .sandbox: "capsrun box and capsrun run"
    }
  }

  /// Whether no sandbox can be made without it.
  package var isRequired: Bool {
    switch self {
    case .clone3, .userNamespaces, .processes, .seccomp, .landlock, .sandbox: true
    default: false
    }
  }
}
