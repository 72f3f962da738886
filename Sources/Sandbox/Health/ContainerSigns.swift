/// What gives a container away.
package struct ContainerSigns: Hashable, Sendable {
  /// The variable `container` of PID 1, by which engines name themselves.
  package var environment: String?
  /// `/run/systemd/container`, where systemd keeps the same name.
  package var marker: String?
  package var hasDockerFile = false
  package var hasContainerFile = false
  package var hasKubernetesService = false
  /// The cgroups of PID 1.
  package var groups = ""

  package init(
    environment: String? = nil, marker: String? = nil, hasDockerFile: Bool = false, hasContainerFile: Bool = false,
    hasKubernetesService: Bool = false, groups: String = ""
  ) {
    self.environment = environment
    self.marker = marker
    self.hasDockerFile = hasDockerFile
    self.hasContainerFile = hasContainerFile
    self.hasKubernetesService = hasKubernetesService
    self.groups = groups
  }

  /// The container that the signs speak of; the more telling come first.
  package var container: Surroundings.Container? {
    if hasKubernetesService || groups.contains("kubepods") {
      return .init(.kubernetes, sign: hasKubernetesService ? "KUBERNETES_SERVICE_HOST" : "its cgroup")
    }
    // WSL says so of itself there, and is none.
    for (name, sign) in [(environment, "container=\(environment ?? "") of PID 1"), (marker, "/run/systemd/container")] {
      if let name, !name.isEmpty, name != "wsl" { return .init(Self.engine(named: name), sign: sign) }
    }
    if hasDockerFile { return .init(.docker, sign: "/.dockerenv") }
    if hasContainerFile { return .init(.podman, sign: "/run/.containerenv") }
    for (word, engine) in Self.engines where groups.contains("/" + word) { return .init(engine, sign: "its cgroup") }
    return nil
  }

  private static let engines: [(String, Surroundings.Engine)] = [
    ("docker", .docker), ("libpod", .podman), ("lxc", .lxc), ("machine.slice/systemd-nspawn", .nspawn),
  ]

  private static func engine(named name: String) -> Surroundings.Engine {
    switch name {
    case "docker": .docker
    case "podman", "oci": .podman
    case "lxc", "lxc-libvirt": .lxc
    case "systemd-nspawn": .nspawn
    default: .unnamed
    }
  }
}
