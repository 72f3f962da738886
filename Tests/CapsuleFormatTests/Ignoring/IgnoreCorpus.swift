@testable import CapsuleFormat

/// Trees with ignore files that look random and are the same at each run.
struct IgnoreCorpus {
  private var random: SplitMix

  init(seed: UInt64) { random = SplitMix(state: seed) }

  private static let folders = ["foo", "foo/bar", "foo/bar/foo", "a", "a/b", "a b"]
  /// Names with what patterns give a meaning to, and one that is not UTF-8.
  private static let names: [[UInt8]] =
    [
      "foo", "bar", "a", "b", "ab", "foo.o", "a.o", "a b", "a ", "#a", "!a", "[a]", "a]", "\\a", "-", "*", "é", "a\r",
      "A",
      "a\tb", ".o", "a-b", "aa/b",
    ].map { Array($0.utf8) } + [[0x61, 0xFF]]

  private static let whole = [
    "foo", "bar", "a", "b", "*", "**", "?", "*.o", "a*", "*o", "f*o", "a b", "***", "a**", "**o",
  ]
  private static let pieces: [[UInt8]] =
    [
      "a", "b", "o", "foo", ".o", "*", "**", "?", "/", "\\", "\\\\", "\\*", "\\ ", " ", "[", "]", "[a-f]", "[!a]",
      "[^b]",
      "[]a]", "[a\\-b]", "[[:alpha:]]", "[![:upper:]]", "[[:nix:]]", "[[:a]", "[/]", "[b-]", "[z-a]", "[a-", "!", "#",
      "-",
      "\t", "\r", "é", "[é]", "\u{FEFF}", ".", "\u{0}",
    ].map { Array($0.utf8) } + [[0xFF], Array("[".utf8) + [0x80, 0x2D, 0xFF] + Array("]".utf8)]

  /// A tree with so many trees in it, which share the file of its root.
  mutating func forest(of count: Int) -> IgnoreTree {
    var forest = IgnoreTree(files: ["": Array("# of all\n\n*.all\n[A]\n!foo\n".utf8)])
    for index in 1...count { forest.add(tree(), as: "t\(index)") }
    return forest
  }

  private mutating func tree() -> IgnoreTree {
    var files = ["": file()]
    for folder in Self.folders where random.chance(1, in: 4) { files[folder] = file() }
    let subjects = (0..<100).map { _ in subject() }
    return IgnoreTree(files: files, subjects: subjects)
  }

  private mutating func subject() -> IgnoreTree.Subject {
    let folder = random.pick(Self.folders)
    if random.chance(1, in: 4) { return .init(path: Array(folder.utf8), isFolder: true) }
    let parent = random.chance(1, in: 4) ? "" : folder + "/"
    let path = Array(parent.utf8) + random.pick(Self.names)
    return .init(path: path, isFolder: Self.folders.contains { Array($0.utf8) == path })
  }

  private mutating func file() -> [UInt8] {
    var bytes: [UInt8] = random.chance(1, in: 20) ? [0xEF, 0xBB, 0xBF] : []
    for _ in 0...random.below(6) {
      bytes += line()
      bytes += Array(random.chance(1, in: 10) ? "\r\n".utf8 : "\n".utf8)
    }
    return random.chance(1, in: 4) ? bytes.dropLast() : bytes
  }

  private mutating func line() -> [UInt8] {
    if random.chance(1, in: 20) {
      return Array(random.pick(["", "# foo", " ", "\\#a", "\\!a", "!", "/", "//", "!/"]).utf8)
    }
    var line: [UInt8] = random.chance(1, in: 4) ? Array("!".utf8) : []
    if random.chance(1, in: 5) { line += Array("/".utf8) }
    if random.chance(2, in: 3) {
      let components = (0...random.below(3)).map { _ in random.pick(Self.whole) }
      line += Array(components.joined(separator: "/").utf8)
    } else {
      for _ in 0...random.below(4) { line += random.pick(Self.pieces) }
    }
    if random.chance(1, in: 5) { line += Array("/".utf8) }
    if random.chance(1, in: 10) { line += Array(random.pick([" ", "  ", "\\ ", "\\  ", " \\", "\t"]).utf8) }
    return line
  }
}

struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
  mutating func chance(_ count: Int, in all: Int) -> Bool { below(all) < count }
  mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}
