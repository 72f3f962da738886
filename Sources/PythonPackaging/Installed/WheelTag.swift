/// What a wheel was built for: `cp311-cp311-manylinux_2_17_x86_64`.
package struct WheelTag: Hashable, Sendable, CustomStringConvertible {
  package let python: String
  package let abi: String
  package let platform: String

  package var description: String { "\(python)-\(abi)-\(platform)" }

  /// Reads a tag, which may stand for several: `py2.py3-none-any`. Nothing when it has not three parts.
  static func read(_ text: String) -> [WheelTag] {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { $0.split(separator: ".") }
    guard parts.count == 3 else { return [] }
    return parts[0].flatMap { python in
      parts[1].flatMap { abi in
        parts[2].map { WheelTag(python: String(python), abi: String(abi), platform: String($0)) }
      }
    }
  }

  /// Whether a wheel for it works with CPython of this release on Linux, with this C library if that is known.
  package func fits(_ release: InterpreterRelease, machine: String, glibc: GlibcRelease? = nil) -> Bool {
    fits(release) && fits(machine: machine, glibc: glibc)
  }

  private func fits(_ release: InterpreterRelease) -> Bool {
    let own = "cp\(release.major)\(release.minor)"
    switch abi {
    case "none":
      if python == own || python == "py\(release.major)" { return true }
      return Self.release(python, prefix: "py").map { $0.major == release.major && $0 <= release } ?? false
    case "abi3":
      // The stable interface of 3.2 and later holds for all that comes after.
      let oldest = InterpreterRelease(major: 3, minor: 2)
      return Self.release(python, prefix: "cp").map { $0.major == release.major && $0 >= oldest && $0 <= release }
        ?? false
    default:
      // Up to 3.7 the interface had an "m" behind it.
      let suffix = release < InterpreterRelease(major: 3, minor: 8) ? "m" : ""
      return python == own && abi == own + suffix
    }
  }

  /// `cp311` is 3.11: one digit, and the rest.
  private static func release(_ text: String, prefix: String) -> InterpreterRelease? {
    let digits = text.dropFirst(prefix.count)
    guard text.hasPrefix(prefix), digits.utf8.allSatisfy(\.isDigit), let major = Int(digits.prefix(1)),
      let minor = Int(digits.dropFirst())
    else { return nil }
    return InterpreterRelease(major: major, minor: minor)
  }

  private func fits(machine: String, glibc: GlibcRelease?) -> Bool {
    // What has the interface of an interpreter is a program for some machine.
    if platform == "any" { return abi == "none" }
    if platform == "linux_" + machine { return true }
    guard platform.hasPrefix("manylinux"), platform.hasSuffix("_" + machine) else { return false }
    let standard = platform.dropFirst("manylinux".count).dropLast(machine.count + 1)
    guard let needed = GlibcRelease(manylinux: String(standard)) else { return false }
    return glibc.map { needed <= $0 } ?? true
  }
}

/// A release of the GNU C library.
package struct GlibcRelease: Hashable, Comparable, Sendable {
  package let major: Int
  package let minor: Int

  package init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// What stands between `manylinux` and the machine: `2014`, or `_2_17`.
  fileprivate init?(manylinux text: String) {
    let legacy = ["1": (2, 5), "2010": (2, 12), "2014": (2, 17)]
    if let (major, minor) = legacy[text] {
      self.init(major: major, minor: minor)
      return
    }
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].isEmpty, let major = Int(parts[1]), let minor = Int(parts[2]) else { return nil }
    self.init(major: major, minor: minor)
  }

  package static func < (one: GlibcRelease, other: GlibcRelease) -> Bool {
    (one.major, one.minor) < (other.major, other.minor)
  }
}
