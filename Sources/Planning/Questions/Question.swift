package import ManifestFormat

/// Whether a capsule may do something, as `capsrun explain --can` is asked.
package enum Question: Hashable, Sendable {
  case read(AbsolutePath)
  case write(AbsolutePath)
  case connect(NetTarget)
  case socket(AbsolutePath)
  case listen(port: Int)
  case systemCall(String)
  case capability(String)

  /// Why a text is no question.
  package struct Problem: Error, Hashable, Sendable {
    package let explanation: String
    package let hint: String
  }

  package static let forms = [
    "read:PATH", "write:PATH", "connect:HOST:PORT", "unix:PATH", "listen:PORT", "syscall:NAME", "capability:NAME",
  ]

  /// Reads `KIND:SUBJECT`.
  package init(_ text: String) throws(Problem) {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw Self.unknown }
    let subject = String(text[text.utf8.index(after: colon)...])
    switch text[..<colon] {
    case "read": self = .read(try Self.path(subject))
    case "write": self = .write(try Self.path(subject))
    case "connect": self = .connect(try Self.target(subject))
    case "unix": self = .socket(try Self.path(subject))
    case "listen": self = .listen(port: try Self.port(subject))
    case "syscall": self = .systemCall(subject)
    case "capability": self = .capability(try Self.capability(subject))
    default: throw Self.unknown
    }
  }

  private static let unknown = Problem(
    explanation: "is no question", hint: "ask one of \(forms.joined(separator: ", "))")

  private static func path(_ text: String) throws(Problem) -> AbsolutePath {
    do {
      return try AbsolutePath(text)
    } catch {
      throw Problem(explanation: "has a path that \(error.explanation)", hint: "write an absolute path of the sandbox")
    }
  }

  private static func target(_ text: String) throws(Problem) -> NetTarget {
    do {
      return try NetTarget(text)
    } catch {
      throw Problem(explanation: error.explanation, hint: error.hint)
    }
  }

  private static func port(_ text: String) throws(Problem) -> Int {
    guard let port = Int(text), (1...65535).contains(port) else {
      throw Problem(explanation: "has no port", hint: "write listen: and a number from 1 to 65535")
    }
    return port
  }

  private static func capability(_ text: String) throws(Problem) -> String {
    let name = text.hasPrefix("CAP_") ? String(text.dropFirst(4)) : text
    guard LinuxCapabilityNames.all.contains(name) else {
      throw Problem(explanation: "has no Linux capability", hint: "write a name of capabilities(7), such as NET_ADMIN")
    }
    return name
  }
}
