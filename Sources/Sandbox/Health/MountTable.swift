/// The mounts of a process, from the text of `/proc/PID/mountinfo`. proc(5)
package struct MountTable: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    /// The folder of the file system that is shown, which need not be its root.
    package var root: String
    package var path: String
    package var type: String
    /// Options of the file system, not of this mount.
    package var options: [String]
  }

  package let entries: [Entry]

  package init(_ text: String) {
    entries = text.split(separator: "\n").compactMap(Self.entry)
  }

  /// nil for a line that is none: what cannot be read is no mount.
  private static func entry(_ line: Substring) -> Entry? {
    let fields = line.split(separator: " ")
    // A number of optional fields stands before the dash.
    guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count >= dash + 4 else { return nil }
    return Entry(
      root: unescaped(fields[3]), path: unescaped(fields[4]), type: String(fields[dash + 1]),
      options: fields[dash + 3].split(separator: ",").map(String.init))
  }

  /// The kernel writes white space and backslashes as three octal digits.
  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8) {
        rest = rest.dropFirst(3)
        bytes.append(value)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The mounts of control groups.
  package var controlGroups: [ControlGroupHierarchy] {
    entries.compactMap { entry in
      switch entry.type {
      case "cgroup2": ControlGroupHierarchy(isUnified: true, path: entry.path, root: entry.root, controllers: [])
      case "cgroup":
        ControlGroupHierarchy(isUnified: false, path: entry.path, root: entry.root, controllers: entry.options)
      default: nil
      }
    }
  }

  /// Mount points below /proc that hide something of it; that for foreign executables hides nothing.
  package var hiddenProcesses: [String] {
    entries.map(\.path).filter { $0.hasPrefix("/proc/") && $0 != "/proc/sys/fs/binfmt_misc" }
  }
}

/// A tree of control groups that is mounted.
package struct ControlGroupHierarchy: Hashable, Sendable {
  package var isUnified: Bool
  package var path: String
  /// The cgroup that is shown at `path`.
  package var root: String
  /// The options of an old hierarchy, among them its controllers.
  package var controllers: [String]

  package init(isUnified: Bool, path: String, root: String, controllers: [String]) {
    self.isUnified = isUnified
    self.path = path
    self.root = root
    self.controllers = controllers
  }

  /// Where a cgroup is to be found, by its name in `/proc/PID/cgroup`; nil when it is out of sight.
  package func folder(of group: String) -> String? {
    if group == root { return path }
    let prefix = root == "/" ? "/" : root + "/"
    guard group.hasPrefix(prefix), !group.hasPrefix("/..") else { return nil }
    return path + "/" + group.dropFirst(prefix.count)
  }
}
