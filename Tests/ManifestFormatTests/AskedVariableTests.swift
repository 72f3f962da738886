import Diagnostics
import Testing

@testable import ManifestFormat

/// The variables of a manifest that somebody may give a value to.
@Suite struct AskedVariableTests {
  private func asked(_ rest: String) throws -> [AskedVariable] {
    let text = "capsule: 1\nname: a\n" + rest
    return try Manifest.read(SourceText(file: "a.yml", bytes: Array(text.utf8)), folderName: "a").askedVariables
  }

  @Test func `what has a value is not asked for, wherever it stands`() throws {
    let asked = try asked(
      """
      env: {A: a, B: {default: b}, C: {type: secret}, D: {type: int}}
      processes:
        one: {cmd: x, env: {A: {request: for A}, D: "4", E: {type: bool}, F: f}}
      """)
    #expect(asked.map(\.name) == ["A", "B", "C", "D", "E"])
    #expect(asked.map(\.isRequired) == [true, false, true, true, true])
    #expect(asked.map(\.isSecret) == [false, false, true, false, false])
    #expect(asked.map(\.request) == ["for A", nil, nil, nil, nil])
    #expect(asked.map(\.wantsAnswer) == [true, false, true, true, true])
  }

  @Test func `a variable that is declared in several ways must fit all of them`() throws {
    let variable = try #require(
      try asked(
        """
        env: {A: {type: enum, values: ["1", x], default: "1"}}
        processes: {one: {cmd: x, env: {A: {type: int}}}, two: {cmd: x, env: {A: {type: secret}}}}
        """
      ).first)
    #expect(variable.isSecret && variable.isRequired && variable.fallback == nil)
    #expect(variable.problem(of: "1") == nil)
    #expect(variable.problem(of: "x") == "is no integer" && variable.problem(of: "2") == "is none of 1, x")
  }

  @Test(arguments: [
    ("type: int", ["0", "-7", "9223372036854775807"], ["", "x", "1.5", " 1", "9223372036854775808"]),
    ("type: bool", ["true", "false"], ["", "True", "1", "yes"]),
    ("type: enum, values: [low, high]", ["low", "high"], ["", "Low", "low "]),
    ("type: string", ["", "anything at all\n"], ["a\0b"]), ("type: secret", ["", "anything"], ["\0"]),
  ])
  func `a value is of its type`(declaration: String, right: [String], wrong: [String]) throws {
    let variable = try #require(try asked("entrypoint: x\nenv: {A: {\(declaration)}}\n").first)
    for value in right { #expect(variable.problem(of: value) == nil, "\(value)") }
    for value in wrong { #expect(variable.problem(of: value) != nil, "\(value)") }
  }
}
