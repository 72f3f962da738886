/// What the value of an option or an operand is, for those who complete it or refuse it.
package enum ValueKind: Hashable, Sendable {
  case text
  /// A file or a folder.
  case path
  case folder
  /// The name of one of the caller's variables.
  case variable
  /// One of these, and nothing else.
  case words([String])
}

/// One option of a command. Parsing, help, completions and the reference come from tables of these.
package struct Option: Hashable, Sendable {
  let name: String
  /// What stands for the value in the help; nil for an option without one.
  let value: String?
  package let kind: ValueKind
  package let isRepeatable: Bool
  /// One line for people.
  package let help: String

  static func flag(_ name: String, _ help: String) -> Option {
    Option(name: name, value: nil, kind: .text, isRepeatable: false, help: help)
  }

  static func value(_ name: String, _ value: String, _ help: String, _ kind: ValueKind = .text) -> Option {
    Option(name: name, value: value, kind: kind, isRepeatable: false, help: help)
  }

  static func list(_ name: String, _ value: String, _ help: String, _ kind: ValueKind = .text) -> Option {
    Option(name: name, value: value, kind: kind, isRepeatable: true, help: help)
  }

  /// How it is written: `--read PATH`.
  package var usage: String { "--" + name + (value.map { " " + $0 } ?? "") }

  /// Whether this is how it is given; a few have a short form, which most programs spell so.
  func isSpelt(_ text: String) -> Bool {
    switch text {
    case "-h": name == "help"
    case "-o": name == "output"
    case "-C": name == "directory"
    case "-t": name == "terminal"
    case "-f": name == "follow"
    default: text.utf8.count == name.utf8.count + 2 && text.hasPrefix("--") && text.hasSuffix(name)
    }
  }

  // Options that every command has.
  static let help = flag("help", "show this help")
  static let json = flag("json", "write results and errors as JSON")
  static let user = flag("user", "as root: act as the user who called sudo, or as a reserved user")
  static let version = flag("version", "show the version")
  static let common = [json, user, help]
  /// Those that may stand in place of a command.
  package static let leading = [json, user, version, help]
}
