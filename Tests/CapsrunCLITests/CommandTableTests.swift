import Testing

@testable import CapsrunCLI

@Suite struct CommandTableTests {
  private static let commands = CommandName.groups.flatMap(\.commands)

  @Test func `every command stands in one group, under its own name`() {
    #expect(Self.commands.map(\.name).sorted() == CommandName.allCases.map(\.rawValue).sorted())
    for name in CommandName.allCases { #expect(name.command.name == name.rawValue) }
  }

  @Test func `every command is described and has examples that parse`() throws {
    for command in Self.commands {
      #expect(!command.summary.isEmpty && !command.description.isEmpty && !command.examples.isEmpty)
      for example in command.examples { try expectParses(example.line, command) }
    }
    for example in About.examples {
      let name = try #require(example.line.split(separator: " ").dropFirst().first)
      try expectParses(example.line, try #require(CommandName(rawValue: String(name))).command)
    }
  }

  private func expectParses(_ line: String, _ command: Command) throws {
    let words = line.split(separator: " ").map(String.init)
    #expect(words.prefix(2) == ["capsrun", command.name])
    #expect(throws: Never.self, "\(line)") { try Parser.parse(words.dropFirst(2), for: command) }
  }

  @Test func `names need no quoting, and no option is named twice`() {
    for command in Self.commands {
      #expect(Set(command.allOptions.map(\.name)).count == command.allOptions.count)
      for name in [command.name] + command.allOptions.map(\.name) {
        #expect(name.wholeMatch(of: /[a-z][a-z0-9-]*/) != nil, "\(name)")
      }
    }
  }

  @Test func `no line of a help is wider than a terminal`() {
    for text in Self.commands.map({ Help.text(for: $0) }) + [Help.text(for: CommandName.groups)] {
      for line in text.split(separator: "\n") { #expect(line.count <= Help.width, "\(line)") }
    }
  }

  @Test func `the help has every command below its group`() throws {
    var rest = Help.text(for: CommandName.groups)[...]
    for group in CommandName.groups {
      for part in ["\n\n\(group.title):\n"] + group.commands.map({ "  \($0.name) " }) {
        let found = try #require(rest.firstRange(of: part), "\(part)")
        rest = rest[found.lowerBound...].dropFirst(part.hasPrefix("\n") ? part.count - 1 : 0)
      }
    }
  }
}

@Suite struct ProseTests {
  @Test func `paragraphs are filled, and lines that start with a space stand`() {
    let prose = Prose("one\ntwo three\n\n\nfour\n  a\n   b\nfive\n")
    #expect(
      prose.blocks == [
        .paragraph("one two three"), .paragraph("four"), .verbatim(["  a", "   b"]), .paragraph("five"),
      ])
    #expect(prose.wrapped(to: 9) == "one two\nthree\n\nfour\n\n  a\n   b\n\nfive")
  }

  @Test(arguments: [
    ("", []), ("a", ["a"]), ("aa bb", ["aa", "bb"]), ("a  bc", ["a bc"]), ("abcdef g", ["abcdef", "g"]),
  ])
  func `lines are broken between words alone`(text: String, lines: [String]) {
    #expect(Prose.lines(of: text, width: 4) == lines)
  }
}
