/// The first line of a script as the kernel takes it, which names the program that is executed in its place. execve(2)
package enum ScriptLine: Hashable, Sendable {
  case interpreter(String, argument: String?)
  /// There is nothing behind the `#!`.
  case nameless
  /// The name is not whole in what the kernel reads.
  case cut

  /// How much of a file the kernel reads to see what it is; the last byte of it is never a part of the line.
  package static let longest = 256

  /// Nil for what does not begin with `#!`. `head` is all of a file, or its first `longest` bytes.
  package init?(_ head: [UInt8]) {
    guard head.starts(with: [0x23, 0x21]) else { return nil }
    // What the file does not fill is zero, and a zero ends a text.
    let line = head.prefix(Self.longest - 1).dropFirst(2).prefix { $0 != 0x0A && $0 != 0 }
    let isWhole = line.endIndex < Self.longest - 1
    let rest = line.drop(while: Self.isBlank)
    let name = rest.prefix { !Self.isBlank($0) }
    guard !name.isEmpty else {
      self = .nameless
      return
    }
    guard isWhole || name.endIndex < line.endIndex else {
      self = .cut
      return
    }
    var argument = rest[name.endIndex...].drop(while: Self.isBlank)
    while let last = argument.last, Self.isBlank(last) { argument.removeLast() }
    self = .interpreter(
      String(decoding: name, as: UTF8.self),
      argument: argument.isEmpty ? nil : String(decoding: argument, as: UTF8.self))
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
