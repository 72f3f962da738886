internal import ManifestFormat

/// The manual page capsrun(1), in the man macros that every roff knows.
package enum ManualPage {
  package static func text(for groups: [CommandGroup]) -> String {
    var page = Roff()
    page.macro("TH", "CAPSRUN", "1", "", "capsrun \(Release.current)", "User Commands")
    page.section("NAME", "capsrun - \(About.summary)")
    page.macro("SH", "SYNOPSIS")
    for (index, command) in groups.flatMap(\.commands).enumerated() {
      if index > 0 { page.macro("br") }
      page.synopsis(command)
    }
    page.section("DESCRIPTION", About.description)
    page.macro("SH", "OPTIONS")
    page.paragraph("These stand before the command or, all but `--version`, among its options.")
    for option in Option.leading { page.item(option.usage, option.help) }
    page.macro("SH", "COMMANDS")
    for group in groups {
      page.macro("SS", group.title)
      for command in group.commands { page.command(command) }
    }
    page.section("EXIT STATUS", About.passedExitCodes)
    for (code, meaning) in About.exitCodes { page.item(String(code.rawValue), meaning) }
    page.macro("SH", "ENVIRONMENT")
    for (name, meaning) in About.environment { page.item(name, meaning) }
    page.macro("PP")
    page.prose(About.environmentInside)
    page.macro("SH", "FILES")
    for (name, meaning) in About.files { page.item(name, meaning) }
    page.macro("SH", "EXAMPLES")
    for (index, example) in About.examples.enumerated() {
      if index > 0 { page.macro("PP") }
      page.example(example)
    }
    page.macro("SH", "SEE ALSO")
    page.line(#"\fBnamespaces\fR(7), \fBcapabilities\fR(7), \fBseccomp\fR(2), \fBuser_namespaces\fR(7)"#)
    return page.text
  }
}

extension Roff {
  fileprivate mutating func section(_ title: String, _ text: String) {
    macro("SH", title)
    prose(text)
  }

  fileprivate mutating func synopsis(_ command: Command) {
    line(#"\fBcapsrun "# + Self.escaped(command.name) + #"\fR "# + Self.escaped("[OPTIONS]" + command.operands.usage))
  }

  fileprivate mutating func command(_ command: Command) {
    macro("TP")
    synopsis(command)
    paragraph(sentence(command.summary))
    macro("RS")
    macro("PP")
    prose(command.description)
    for option in command.options { item(option.usage, option.help) }
    for example in command.examples {
      macro("PP")
      self.example(example)
    }
    macro("RE")
  }

  fileprivate mutating func item(_ name: String, _ text: String) {
    macro("TP")
    line(#"\fB"# + Self.escaped(name) + #"\fR"#)
    prose(sentence(text))
  }

  fileprivate mutating func example(_ example: Command.Example) {
    paragraph(example.meaning + ":")
    macro("PP")
    verbatim(["  " + example.line])
  }
}

/// A summary of the tables as a sentence.
package func sentence(_ text: String) -> String {
  guard let first = text.first else { return text }
  let rest = text.dropFirst()
  return first.uppercased() + rest + (rest.hasSuffix(".") ? "" : ".")
}
