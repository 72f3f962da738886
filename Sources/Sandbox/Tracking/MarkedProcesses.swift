internal import Linux

/// Those processes of one sandbox that have marks, found by walking over all processes of the machine that can be seen.
final class MarkedProcesses {
  private let all: ProcessList
  /// That of the sandbox; nil where it is not known.
  private let pidNamespace: FileStatus.Identity?
  private var last: Walk?

  private struct Walk {
    var ids: [ProcessMark: [CInt]] = [:]
    let milliseconds: Int
  }

  /// How old a walk may be that only figures are taken from: so all trees of a list share one.
  private static let oldestMilliseconds = 20

  init(pidNamespace: FileStatus.Identity?) throws(SysError) {
    all = try ProcessList()
    self.pidNamespace = pidNamespace
  }

  var keptNumber: DescriptorNumber { all.keptNumber }

  /// The processes with this mark now, also those that have ended and are not reaped.
  func find(_ mark: ProcessMark) throws(SysError) -> [CInt] { try walk().ids[mark] ?? [] }

  /// The same a moment ago.
  func findLately(_ mark: ProcessMark) throws(SysError) -> [CInt] {
    if let last, Clock.milliseconds - last.milliseconds <= Self.oldestMilliseconds { return last.ids[mark] ?? [] }
    return try find(mark)
  }

  private func walk() throws(SysError) -> Walk {
    var walk = Walk(milliseconds: Clock.milliseconds)
    for (id, mark) in try all.marked() { walk.ids[mark, default: []].append(id) }
    last = walk
    return walk
  }

  /// Those of these that live, and are in this sandbox.
  func living(_ ids: [CInt]) throws(SysError) -> [CInt] {
    var living: [CInt] = []
    for id in ids {
      guard ProcessFigures.lives(id) else { continue }
      if try isInside(id) { living.append(id) }
    }
    return living
  }

  /// Whether anything with any mark lives in this sandbox.
  func hasLiving() throws(SysError) -> Bool {
    for ids in try walk().ids.values {
      if try !living(ids).isEmpty { return true }
    }
    return false
  }

  /// Whether it is in this sandbox, as far as that can be seen. Who has copied a mark elsewhere on the machine is none of it.
  func isInside(_ id: CInt) throws(SysError) -> Bool {
    guard let pidNamespace else { return true }
    let path = "/proc/\(id)/ns/pid"
    do throws(SysError) {
      return try Descriptor.open(path, .place).status(of: path).identity == pidNamespace
    } catch let error where error.errno == .accessDenied || error.errno == .notPermitted {
      // Before it has become its program it is open to root alone; then nobody but this program has given it its mark.
      return true
    } catch let error where error.errno == .noSuchFile || error.errno == .noSuchProcess {
      return false
    }
  }
}
