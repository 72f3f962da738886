/// Help texts, made from the tables.
enum Help {
  private static let width = 24

  static func text(for commands: [Command]) -> String {
    let options = [Option.json, .user, .version, .help]
    return """
      capsrun: run programs and signed capsules in a sandbox that the kernel enforces

      Usage: capsrun COMMAND [OPTIONS] ...

      Commands:
      \(rows(commands.map { ($0.name, $0.summary) }))

      Options of every command:
      \(rows(options.map { ($0.usage, $0.help) }))

      capsrun COMMAND --help explains a command.

      """
  }

  static func text(for command: Command) -> String {
    var sections = [
      "capsrun \(command.name): \(command.summary)",
      "Usage: capsrun \(command.name) [OPTIONS]\(command.operands.usage)",
      command.description,
      "Options:\n" + rows(command.allOptions.map { ($0.usage, $0.help) }),
    ]
    if !command.examples.isEmpty {
      sections.append(
        "Examples:\n" + command.examples.map { "  # \($0.meaning)\n  \($0.line)" }.joined(separator: "\n"))
    }
    return sections.joined(separator: "\n\n") + "\n"
  }

  private static func rows(_ rows: [(String, String)]) -> String {
    rows.map { name, help in
      let gap = String(repeating: " ", count: max(1, width - name.count))
      return "  \(name)\(gap)\(help)"
    }.joined(separator: "\n")
  }
}
