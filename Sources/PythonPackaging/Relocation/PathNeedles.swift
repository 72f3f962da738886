/// All paths of the building machine that files of an environment may hold, and what takes their place.
struct PathNeedles: Sendable {
  private let needles: [PathNeedle]
  private let targets: RelocationTargets

  init(buildPaths: [String], treePaths: [String], targets: RelocationTargets) {
    self.targets = targets
    let all = [targets.environment, targets.tree]
    let own = Self.usable(buildPaths, except: targets.environment)
    let trees = Self.usable(treePaths, except: targets.tree).filter { !own.contains($0) }
    let needles =
      own.flatMap { path in
        Self.spellings(path).map {
          PathNeedle($0, replacement: targets.environment, isForbidden: true, targets: all)
        }
      }
      + trees.flatMap { path in
        // A tree that is built at `/app` would be found in all texts that speak of an address with that path.
        Self.spellings(path).map {
          PathNeedle(
            $0, replacement: targets.tree, isForbidden: path.split(separator: "/").count > 1, targets: all)
        }
      }
    // Longer paths first, as shorter ones may be folders of them.
    self.needles = needles.sorted { $0.bytes.count > $1.bytes.count }
  }

  /// Absolute paths without a slash at their end, each once.
  private static func usable(_ paths: [String], except target: String) -> [String] {
    var usable: [String] = []
    for path in paths where path.hasPrefix("/") {
      var path = path[...]
      while path.last == "/" { path.removeLast() }
      if !path.isEmpty, path != target, !usable.contains(String(path)) { usable.append(String(path)) }
    }
    return usable
  }

  /// A path as such, in an address, and in single quotes of a shell.
  private static func spellings(_ path: String) -> [String] {
    let unreserved = Set("/-._~".utf8)
    let address = path.utf8.map { byte in
      if byte.isAlphanumeric || unreserved.contains(byte) { return String(UnicodeScalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.utf8.count < 2 ? "0" : "") + digits
    }
    let quoted = path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\"'\"'")
    return Set([path, address.joined(), quoted]).sorted()
  }

  /// A text with the new paths; nil when it holds none of the old.
  func replaced(_ text: [UInt8]) -> [UInt8]? {
    var result: [UInt8]?
    for needle in needles {
      let current = result ?? text
      let ranges = current.withUnsafeBufferPointer { needle.ranges(in: $0) }
      guard !ranges.isEmpty else { continue }
      var changed: [UInt8] = []
      var start = 0
      for range in ranges {
        changed += current[start..<range.lowerBound] + needle.replacement
        start = range.upperBound
      }
      result = changed + current[start...]
    }
    return result
  }

  /// How many bytes around a place have to be seen to know whether a path begins there.
  var reach: Int { needles.map(\.reach).reduce(0, max) }

  /// The first place where a file still holds one, and which.
  func leftover(in file: [UInt8]) -> (offset: Int, path: String)? {
    leftover(in: file, startingIn: file.indices, isText: Self.isText(file))
  }

  /// The same in a part of a file, of what begins in a part of that.
  func leftover(in part: [UInt8], startingIn starts: Range<Int>, isText: Bool) -> (offset: Int, path: String)? {
    part.withUnsafeBufferPointer { part in
      for needle in needles where needle.isForbidden {
        if let offset = needle.leftover(in: part, startingIn: starts, isText: isText) {
          return (offset, String(decoding: needle.bytes, as: UTF8.self))
        }
      }
      return nil
    }
  }

  /// By the beginning of a file, of `textSample` bytes if it has as many.
  static func isText(_ file: [UInt8]) -> Bool { !file.prefix(textSample).contains(0) }

  static let textSample = 8192
}

/// Where an environment and the tree that it belongs to lie in the sandbox.
struct RelocationTargets: Hashable, Sendable {
  var environment = "/capsule/venv"
  var tree = "/capsule"
  /// The folder of the interpreters there.
  var home = "/usr/bin"
}
