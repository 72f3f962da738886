import Foundation

/// The processes of the host, as its /proc shows them.
enum HostProcesses {
  struct Entry: Hashable {
    let pid: pid_t
    let parent: pid_t
    let name: String
    /// As in /proc/PID/stat: `T` is stopped, `Z` is dead.
    let state: Character
    /// With the number this is unique.
    let startTime: String
  }

  static func all() throws -> [Entry] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.compactMap(entry)
  }

  /// All below `ancestor`, which itself is not among them.
  static func descendants(of ancestor: pid_t) throws -> [Entry] {
    let all = try all()
    var result: [Entry] = []
    var parents = [ancestor]
    while let parent = parents.popLast() {
      let children = all.filter { $0.parent == parent }
      result += children
      parents += children.map(\.pid)
    }
    return result
  }

  /// Those with this word in their command line.
  static func withWord(_ word: String) throws -> [pid_t] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter { pid in
      guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
      return String(decoding: data, as: UTF8.self).contains(word)
    }
  }

  /// Whether it is still there, and not merely dead and waiting for its parent.
  static func isAlive(_ process: Entry) -> Bool {
    guard let now = entry(process.pid), now.startTime == process.startTime else { return false }
    return now.state != "Z" && now.state != "X"
  }

  /// nil when there is no such process.
  static func entry(_ pid: pid_t) -> Entry? {
    guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/stat"),
      // The name stands in parentheses, and may hold some itself.
      let start = bytes.firstIndex(of: UInt8(ascii: "(")), let end = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = String(decoding: bytes[(end + 2)...], as: UTF8.self).split(separator: " ")
    guard fields.count > 19, let parent = pid_t(fields[1]), let state = fields[0].first else { return nil }
    let name = String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
    return Entry(pid: pid, parent: parent, name: name, state: state, startTime: String(fields[19]))
  }
}
