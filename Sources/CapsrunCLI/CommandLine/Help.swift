/// Help texts, made from the tables.
enum Help {
  static let width = 80
  private static let column = 26

  static func text(for groups: [CommandGroup]) -> String {
    let lists = groups.map { group in
      "\(group.title):\n" + rows(group.commands.map { ($0.name, $0.summary) })
    }
    return """
      capsrun: \(About.summary)

      Usage: capsrun COMMAND [OPTIONS] ...

      \(lists.joined(separator: "\n\n"))

      Options of every command:
      \(rows(Option.leading.map { ($0.usage, $0.help) }))

      Examples:
      \(examples(About.examples))

      capsrun COMMAND --help explains a command, and capsrun manual has all of it.

      """
  }

  static func text(for command: Command) -> String {
    var sections = [
      "capsrun \(command.name): \(command.summary)", "Usage: " + command.usage,
      Prose(command.description).wrapped(to: width),
      "Options:\n" + rows(command.allOptions.map { ($0.usage, $0.help) }),
    ]
    if !command.examples.isEmpty { sections.append("Examples:\n" + examples(command.examples)) }
    return sections.joined(separator: "\n\n") + "\n"
  }

  private static func examples(_ examples: [Command.Example]) -> String {
    examples.map { "  # \($0.meaning)\n  \($0.line)" }.joined(separator: "\n")
  }

  /// A name and a text beside it, or below where the name is long.
  private static func rows(_ rows: [(String, String)]) -> String {
    let indent = String(repeating: " ", count: column)
    return rows.map { name, help in
      let lines = Prose.lines(of: help, width: width - column)
      let isLong = name.count + 3 > column
      let first = "  " + name + (isLong ? "\n" + indent : String(indent.dropFirst(name.count + 2)))
      return first + lines.joined(separator: "\n" + indent)
    }.joined(separator: "\n")
  }
}
