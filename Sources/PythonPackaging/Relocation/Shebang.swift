/// The first line of a script, or its first two, where they run an interpreter by an absolute path.
struct Shebang {
  let interpreter: String
  /// Where that stands.
  let range: Range<Int>

  /// Nil when a file is no script. Where the path is too long for the kernel, pip writes
  /// `#!/bin/sh` and a line that is an `exec` to the shell and a string to Python.
  init?(_ script: [UInt8]) {
    guard script.starts(with: "#!".utf8) else { return nil }
    let line = script.prefix { $0 != UInt8(ascii: "\n") }
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let first = line.dropFirst(2).drop(while: isBlank)
    let word = first.prefix { !isBlank($0) && $0 != UInt8(ascii: "\r") }
    if word.elementsEqual("/bin/sh".utf8), let inner = Self.executed(script[min(line.endIndex + 1, script.count)...]) {
      self.init(script, inner)
    } else {
      self.init(script, word.startIndex..<word.endIndex)
    }
  }

  private init(_ script: [UInt8], _ range: Range<Int>) {
    self.range = range
    interpreter = String(decoding: script[range], as: UTF8.self)
  }

  private static func executed(_ rest: ArraySlice<UInt8>) -> Range<Int>? {
    let opening = "'''exec' ".utf8
    guard rest.starts(with: opening) else { return nil }
    var word = rest.dropFirst(opening.count).prefix { $0 != UInt8(ascii: "\n") }
    if let quote = word.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      word = word.dropFirst().prefix { $0 != quote }
    } else {
      word = word.prefix { $0 != UInt8(ascii: " ") }
    }
    return word.startIndex..<word.endIndex
  }

  /// The folder of an environment or installation whose Python runs the script: what stands before `/bin/python`.
  var prefix: String? {
    guard interpreter.hasPrefix("/") else { return nil }
    let folder = EnvironmentPath.folder(of: interpreter)
    guard folder.hasSuffix("/bin"), EnvironmentPath.name(of: interpreter).hasPrefix("python") else { return nil }
    return String(folder.dropLast("/bin".count))
  }
}
