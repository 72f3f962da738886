internal import Linux

extension Surroundings {
  static func gather() -> Surroundings {
    var result = Surroundings()
    result.isRoot = CurrentProcess.user == 0
    result.isFiltered = field("Seccomp", of: .read("/proc/self/status")) == "2"
    result.userMap = .read("/proc/self/uid_map")
    result.hasOwnPIDNamespace = hasOwnPIDNamespace()
    result.kernelVersion = .read("/proc/version")
    result.namespaceLimit = .read("/proc/sys/user/max_user_namespaces")
    result.unprivilegedClone = .read("/proc/sys/kernel/unprivileged_userns_clone")
    result.appArmorRestriction = .read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    result.program = program() ?? "capsrun"
    result.container = ContainerSigns.gather().container
    return result
  }

  private static func field(_ name: String, of status: FileReading) -> String? {
    let line = status.lines.first { $0.hasPrefix(name + ":") }
    return line?.split(whereSeparator: \.isWhitespace).last.map(String.init)
  }

  private static func program() -> String? {
    do throws(SysError) {
      return try linkTarget(of: "/proc/self/exe")
    } catch {
      return nil
    }
  }

  /// The machine's first pid namespace has a number that is part of the kernel's interface.
  private static func hasOwnPIDNamespace() -> Bool? {
    do throws(SysError) {
      return try linkTarget(of: "/proc/self/ns/pid").map { $0 != "pid:[4026531836]" }
    } catch {
      return nil
    }
  }
}

extension ContainerSigns {
  static func gather() -> ContainerSigns {
    ContainerSigns(
      environment: FileReading.read("/proc/1/environ").variable("container"),
      marker: FileReading.read("/run/systemd/container").trimmed,
      hasDockerFile: FileReading.isThere("/.dockerenv"), hasContainerFile: FileReading.isThere("/run/.containerenv"),
      hasKubernetesService: CurrentProcess.environmentValue("KUBERNETES_SERVICE_HOST") != nil,
      groups: FileReading.read("/proc/1/cgroup").trimmed ?? FileReading.read("/proc/self/cgroup").trimmed ?? "")
  }
}

extension FileReading {
  /// One variable of an environment, whose entries end with NULs.
  func variable(_ key: String) -> String? {
    guard case .text(let text) = self else { return nil }
    let entry = text.split(separator: "\0").first { $0.hasPrefix(key + "=") }
    return entry.map { String($0.dropFirst(key.count + 1)) }
  }
}
