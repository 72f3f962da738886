internal import CapsrunCLI

/// The reference as Markdown.
enum MarkdownReference {
  private static let width = 120
  /// Behind a blank line, so that the pages say where they come from and a reader does not see it.
  static let origin = "<!-- Made by scripts/write-reference from the tables of Sources/CapsrunCLI. -->\n\n"

  static func index(_ groups: [CommandGroup]) -> String {
    let lists = groups.map { group in
      "## \(group.title)\n\n"
        + table("command", "what it does", group.commands.map { ("[`\($0.name)`](\($0.name).md)", text($0.summary)) })
    }
    return """
      \(origin)# Reference

      \(lines(About.description))

      `capsrun COMMAND --help` says the same as these pages, and `capsrun manual` prints them as a manual page.

      \(lists.joined(separator: "\n"))
      ## Of every command

      * [The manifest](manifest.md)
      * [Exit codes](exit-codes.md)
      * [Environment and files](environment.md)

      \(table("option", "what it does", Option.leading.map { (code($0.usage), text($0.help)) }))
      """
  }

  static func page(of command: Command) -> String {
    let examples = command.examples.map { "# \($0.meaning)\n\($0.line)" }.joined(separator: "\n\n")
    return """
      \(origin)# capsrun \(command.name)

      \(text(sentence(command.summary)))

      \(fenced(command.usage))

      \(lines(command.description))

      ## Options

      \(table("option", "what it does", command.allOptions.map { (code($0.usage), text(note($0))) }))
      ## Examples

      \(fenced(examples, "sh"))

      Exit codes: see [exit-codes.md](exit-codes.md). All commands: [README.md](README.md).

      """
  }

  static func exitCodes() -> String {
    """
    \(origin)# Exit codes

    \(lines(About.passedExitCodes))

    The codes of capsrun itself:

    \(table("code", "meaning", About.exitCodes.map { (String($0.code.rawValue), text($0.meaning)) }))
    With `--json` the diagnostics name the code as `exit_code`.

    """
  }

  static func environment() -> String {
    """
    \(origin)# Environment and files

    capsrun itself looks at these variables:

    \(table("variable", "meaning", About.environment.map { (code($0.name), text($0.meaning)) }))
    \(lines(About.environmentInside))

    \(table("file", "meaning", About.files.map { (code($0.name), text($0.meaning)) }))
    """
  }

  /// The help of an option, with what the table knows of its value.
  private static func note(_ option: Option) -> String {
    var notes: [String] = []
    if case .words(let words) = option.kind { notes.append("one of " + words.joined(separator: ", ")) }
    if option.isRepeatable { notes.append("may be repeated") }
    return option.help + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
  }

  /// Prose of the tables: words between back-ticks stay code.
  private static func lines(_ prose: String) -> String {
    Prose(prose).blocks.map { block in
      switch block {
      case .paragraph(let words): Prose.lines(of: text(words), width: width).joined(separator: "\n")
      case .verbatim(let lines): fenced(lines.map { String($0.drop { $0 == " " }) }.joined(separator: "\n"))
      }
    }.joined(separator: "\n\n")
  }

  static func table(_ name: String, _ meaning: String, _ rows: [(String, String)]) -> String {
    "| \(name) | \(meaning) |\n|---|---|\n" + rows.map { "| \(cell($0)) | \(cell($1)) |\n" }.joined()
  }

  /// A bar ends a cell even within code.
  static func cell(_ text: String) -> String { rewritten(text) { $0 == "|" ? #"\|"# : nil } }

  private static func fenced(_ text: String, _ language: String = "") -> String {
    let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: text) + 1))
    return "\(fence)\(language)\n\(text)\n\(fence)"
  }

  private static func code(_ text: String) -> String {
    let fence = String(repeating: "`", count: longestRun(of: "`", in: text) + 1)
    let pad = text.hasPrefix("`") || text.hasSuffix("`") ? " " : ""
    return fence + pad + inOneLine(text) + pad + fence
  }

  /// Text with its code between back-ticks, and nothing else that Markdown would take for its own.
  static func text(_ text: String) -> String {
    // An odd back-tick begins no code.
    let parts = inOneLine(text).split(separator: "`", omittingEmptySubsequences: false)
    let isPaired = parts.count % 2 == 1
    return parts.enumerated().map { index, part in
      isPaired && index % 2 == 1 ? "`\(part)`" : escaped(String(part))
    }.joined(separator: isPaired ? "" : "\\`")
  }

  private static func escaped(_ text: String) -> String {
    rewritten(text) { #"\*_[]<>#"#.unicodeScalars.contains($0) ? "\\" + String($0) : nil }
  }

  private static func longestRun(of character: Character, in text: String) -> Int {
    var (longest, run) = (0, 0)
    for next in text {
      run = next == character ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
