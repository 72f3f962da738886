/// What a well-known socket gives to whoever may connect to it.
package struct SocketDanger: Hashable, Sendable {
  package enum Reach: Hashable, Sendable {
    /// As good as root on the host.
    case host
    /// As good as the user who owns the socket, outside of any sandbox.
    case user
  }

  package let reach: Reach
  /// Completes "whoever speaks to it".
  package let reason: String

  /// What is known of the socket at a path; a folder stands for every socket in it.
  package static func of(_ path: AbsolutePath) -> SocketDanger? {
    var names = path.components[...]
    // An old name of the same folder.
    if names.starts(with: ["var", "run"]) { names = names.dropFirst() }
    return sockets.first { $0.pattern.meets(names) }?.danger
  }

  private static let sockets = table.flatMap { reason, row in
    row.paths.split(separator: " ").map {
      (pattern: PathPattern(String($0)), danger: SocketDanger(reach: row.reach, reason: reason))
    }
  }

  private typealias Row = (reach: Reach, paths: String)

  /// A folder stands for every socket in it. The first row that fits tells, so those that reach the host come first.
  private static let table: KeyValuePairs<String, Row> = [
    "starts containers of any kind": (
      .host,
      """
      run/docker.sock run/docker run/containerd run/k3s run/podman run/crio run/buildkit run/cri-dockerd.sock \
      run/dockershim.sock var/snap/docker
      """
    ),
    "starts machines and containers with any disk or folder": (
      .host, "run/libvirt run/lxd run/incus var/lib/lxd var/lib/incus var/snap/lxd"
    ),
    "gives orders to systemd": (.host, "run/systemd/private run/systemd/io.* run/initctl"),
    "reaches every service of the system bus": (.host, "run/dbus"),
    "installs packages with their own privileges": (
      .host, "run/snapd.socket run/snapd-snap.socket run/packagekit nix/var/nix"
    ),
    "loads kernel modules and makes devices through udev": (.host, "run/udev"),
    "runs commands as root": (.host, "run/supervisor.sock run/supervisord.sock run/multipathd.socket"),
    "starts programs as the user": (
      .user, "run/user/*/systemd run/user/*/bus run/user/*/dbus-1 run/screen run/tmux tmp/tmux-*"
    ),
    "starts containers and machines as the user": (
      .user, "run/user/*/docker.sock run/user/*/podman run/user/*/containerd* run/user/*/buildkit* run/user/*/libvirt"
    ),
    "signs with the user's keys": (
      .user, "run/user/*/gnupg run/user/*/keyring run/user/*/ssh-agent* run/user/*/openssh_agent tmp/ssh-*"
    ),
    "sees and steers the user's desktop": (
      .user, "tmp/.X11-unix run/user/*/wayland-* run/user/*/pipewire-* run/user/*/pulse run/user/*/at-spi"
    ),
  ]
}
