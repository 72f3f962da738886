internal import Linux

/// What lies around this process and may refuse it things: a container, a filter, settings of the kernel.
package struct Surroundings: Hashable, Sendable {
  package enum Engine: String, Hashable, Sendable {
    case docker, podman, kubernetes, lxc, nspawn = "systemd-nspawn", unnamed = "a container"
  }

  /// A container and what tells of it.
  package struct Container: Hashable, Sendable {
    package var engine: Engine
    package var sign: String

    package init(_ engine: Engine, sign: String) {
      self.engine = engine
      self.sign = sign
    }
  }

  package var isRoot = false
  package var container: Container?
  /// Whether this process is in another pid namespace than the machine's first; nil when that cannot be told.
  package var hasOwnPIDNamespace: Bool?
  /// `/proc/self/uid_map`: which users there are here.
  package var userMap = FileReading.absent
  /// Whether a seccomp filter is on this process.
  package var isFiltered = false
  /// `/proc/version`
  package var kernelVersion = FileReading.absent
  /// `user.max_user_namespaces`
  package var namespaceLimit = FileReading.absent
  /// `kernel.unprivileged_userns_clone`, which Debian's kernels have.
  package var unprivilegedClone = FileReading.absent
  /// `kernel.apparmor_restrict_unprivileged_userns`, which Ubuntu's kernels have.
  package var appArmorRestriction = FileReading.absent
  /// Where the running program lies.
  package var program = "capsrun"

  package init() {}

  package var isGVisor: Bool { kernelVersion.trimmed?.contains("Sun Jan 10 15:06:54 PST 2016") == true }

  package var verdict: Verdict {
    if isGVisor { return .degraded("the kernel is gVisor's", fix: "run capsrun outside of gVisor") }
    var seen: [String] = []
    if let container {
      let name = container.engine == .unnamed ? "a container" : "a container of \(container.engine.rawValue)"
      seen.append("in \(name) (\(container.sign))")
    }
    if let version = kernelVersion.trimmed?.lowercased(), version.contains("microsoft") {
      guard version.contains("wsl2") else {
        return .degraded("under WSL 1, which is no Linux kernel", fix: "convert it with: wsl --set-version DISTRO 2")
      }
      seen.append("under WSL 2")
    }
    if hasOwnPIDNamespace == true { seen.append("in a pid namespace of its own") }
    if isFiltered { seen.append("a seccomp filter is on this process") }
    if seen.isEmpty {
      return hasOwnPIDNamespace == nil
        ? .unknown("the own pid namespace cannot be read") : .ok("no container is visible")
    }
    return .ok(seen.joined(separator: ", "))
  }

  /// Whether somebody has put this process into something.
  var isConfined: Bool { container != nil || isFiltered || hasOwnPIDNamespace == true }

  /// How to get out of what surrounds this process.
  package var wayOut: String {
    switch container?.engine {
    case .docker, .podman:
      "start the container with --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
        + "--security-opt \(container?.engine == .podman ? "unmask=ALL" : "systempaths=unconfined")"
    case .kubernetes:
      "give the pod hostUsers: false, procMount: Unmasked and a seccompProfile of type Unconfined"
    case .lxc: "set security.nesting=true for the container"
    case .nspawn, .unnamed: "run capsrun outside of the container"
    case nil: "run capsrun outside of the sandbox that it is in"
    }
  }
}
