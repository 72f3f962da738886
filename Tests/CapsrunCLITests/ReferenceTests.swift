import Diagnostics
import Foundation
import Testing

@testable import CapsrunCLI
@testable import WriteReference

private let root = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

@Suite struct ReferenceTests {
  private static let commands = CommandName.groups.flatMap(\.commands)

  @Test(arguments: Reference.files.map(\.path))
  func `a committed file is what the tables say`(path: String) throws {
    let text = try #require(Reference.files.first { $0.path == path }?.text)
    let committed = try String(contentsOf: root.appending(path: path), encoding: .utf8)
    #expect(committed == text, "\(path) is stale: run scripts/write-reference")
  }

  @Test func `no page is left of a command that is gone`() throws {
    let pages = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "docs/reference").path)
    let known = Reference.files.map(\.path).filter { $0.hasPrefix("docs/reference/") }
    #expect(Set(pages.map { "docs/reference/" + $0 }) == Set(known), "run scripts/write-reference")
  }

  @Test func `every command and every option has its place in each form`() throws {
    let manual = ManualPage.text(for: CommandName.groups)
    for command in Self.commands {
      #expect(manual.contains("\n\\fBcapsrun \(command.name)\\fR [OPTIONS]"))
      let page = MarkdownReference.page(of: command)
      for option in command.allOptions {
        #expect(page.contains("\n| `\(option.usage)` | "), "\(command.name) \(option.name)")
        #expect(manual.contains("\n.TP\n\\fB" + Roff.escaped(option.usage) + "\\fR\n"), "\(option.name)")
      }
      for example in command.examples {
        #expect(
          page.contains("\n\(example.line)\n") && manual.contains("\n" + Roff.escaped("  " + example.line) + "\n"))
      }
    }
  }

  @Test func `links of the index lead to pages`() {
    let paths = Set(Reference.files.map(\.path))
    for match in MarkdownReference.index(CommandName.groups).matches(of: /\]\(([^)]*)\)/) {
      #expect(paths.contains("docs/reference/" + match.output.1), "\(match.output.1)")
    }
  }

  /// The lists of `About` are written by hand, beside the sources that they tell of.
  @Test func `every variable that the sources read is documented`() throws {
    var read: Set<String> = []
    let sources = root.appending(path: "Sources")
    for file in try FileManager.default.subpathsOfDirectory(atPath: sources.path) where file.hasSuffix(".swift") {
      let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
      for match in text.matches(of: /(?:environmentValue|number|getenv)\("([A-Z_]+)"\)/) {
        read.insert(String(match.output.1))
      }
    }
    #expect(read == Set(About.environment.map(\.name)))
  }

  @Test func `every exit code is documented once`() throws {
    let source = try String(
      contentsOf: root.appending(path: "Sources/Diagnostics/ExitCode.swift"), encoding: .utf8)
    let codes = source.matches(of: /static let \w+ = ExitCode\(rawValue: (\d+)\)/).map { String($0.output.1) }
    #expect(codes.count >= 8)
    #expect(codes == About.exitCodes.map { String($0.code.rawValue) })
  }
}

@Suite struct ManualPageTests {
  private static let nasty = [CommandGroup("\"It's\" .a `$group`", [Nasty.command("marker")])]
  static let pages: [(name: String, groups: [CommandGroup])] = [("real", CommandName.groups), ("nasty", nasty)]

  private func render(_ page: String, _ commandLine: [String]) throws -> String {
    let folder = try PlaygroundFolder()
    return try folder.run(commandLine + [try folder.write("capsrun.1", page)])
  }

  @Test(.needs("groff"), arguments: pages)
  func `groff has no warning`(name: String, groups: [CommandGroup]) throws {
    let command = ["groff", "-ww", "-man", "-z", "-Tutf8"]
    let page = ManualPage.text(for: groups)
    #expect(try render(page, command).isEmpty)
    #expect(try render(page + ".nonsense\n", command).contains("nonsense"))
  }

  @Test(.needs("man"), arguments: pages)
  func `man has no warning`(name: String, groups: [CommandGroup]) throws {
    // Its output goes nowhere, so all that is printed are warnings.
    let command = ["sh", "-c", "man --warnings -E UTF-8 -l -Tutf8 \"$1\" >/dev/null", "sh"]
    let page = ManualPage.text(for: groups)
    #expect(try render(page, command).isEmpty)
    #expect(try render(page + ".nonsense\n", command).contains("nonsense"))
  }

  @Test(.needs("mandoc"), arguments: pages)
  func `mandoc misses nothing but a date`(name: String, groups: [CommandGroup]) throws {
    // A date would have to come from somewhere else than the tables.
    let printed = try render(ManualPage.text(for: groups), ["mandoc", "-T", "lint", "-W", "warning"])
    let remarks = printed.split(separator: "\n").filter { !$0.contains("missing date") }
    #expect(remarks.isEmpty, "\(remarks)")
  }

  @Test(.needs("groff")) func `what is rendered is what the tables say, character by character`() throws {
    let printed = try render(
      ManualPage.text(for: Self.nasty), ["groff", "-man", "-Tutf8", "-P-c", "-P-b", "-P-u", "-rLL=2000n"])
    let command = Nasty.command("marker")
    let lines = printed.split(separator: "\n").map { $0.drop { $0 == " " } }
    #expect(lines.contains { $0 == command.examples[0].line })
    for line in ["'verbatim", ".so y"] { #expect(lines.contains { $0 == line }, "\(line)") }
    for option in command.options { #expect(printed.contains("--" + option.name)) }
  }

  @Test func `code between back-ticks is bold, also over the end of a line`() {
    var roff = Roff()
    roff.paragraph("see `a -b` and `" + String(repeating: "long ", count: 20) + "x` now")
    #expect(roff.text.hasPrefix("see \\fBa \\-b\\fR and \\fBlong long"))
    #expect(roff.text.hasSuffix("x\\fR now\n"))
  }
}

@Suite struct MarkdownReferenceTests {
  @Test func `nothing in the tables breaks a table or a fence`() {
    let page = MarkdownReference.page(of: Nasty.command("marker"))
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| ") }
    #expect(rows.count == 1 + Nasty.command("marker").allOptions.count)
    for row in rows {
      var bars = 0
      var isEscaped = false
      for character in row {
        if character == "|", !isEscaped { bars += 1 }
        isEscaped = character == "\\" && !isEscaped
      }
      #expect(bars == 3, "\(row)")
    }
    #expect(page.split(separator: "\n").count { $0.hasPrefix("```") } % 2 == 0)
    #expect(page.contains("\\<t\\>") && !page.contains(" <t> `"))
  }
}
