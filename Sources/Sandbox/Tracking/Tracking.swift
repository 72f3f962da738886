/// By what the processes of a sandbox that belong together are known, however far they have come from each other.
package enum Tracking: Hashable, Sendable {
  /// Each tree of processes is in a control group of its own, which the kernel keeps.
  case groups
  /// Each tree has a mark of its own, which a process can give up.
  case marks

  /// As it is shown.
  package var name: String {
    switch self {
    case .groups: "cgroup"
    case .marks: "mark"
    }
  }
}
