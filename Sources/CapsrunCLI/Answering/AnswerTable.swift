internal import Diagnostics
internal import ManifestFormat

/// What a capsule asks for, and what was answered; nothing that is or may be a secret is shown.
struct AnswerTable {
  private struct Row {
    let name: String
    /// Nil for an answer that nothing asks for any more.
    let variable: AskedVariable?
    let answer: String?

    var isUsed: Bool { answer.flatMap { variable?.problem(of: $0) } == nil && answer != nil && variable != nil }

    /// The value that may be shown.
    var shown: String? {
      guard let variable, !variable.isSecret else { return nil }
      return isUsed ? answer : variable.fallback
    }

    var text: String {
      guard let variable else { return "(answered, and nothing asks for it)" }
      let problem = answer.flatMap { variable.problem(of: $0) }
      let note = problem.map { ", as what was answered \($0)" } ?? ""
      if isUsed { return shown.map { $0.isEmpty ? "(empty)" : $0 } ?? "(answered)" }
      if let fallback = variable.fallback { return "\(fallback) (its default\(note))" }
      return "(no value\(note))"
    }

    var json: JSONValue {
      .object([
        .init("name", .string(name)), .init("type", variable.map { .string($0.kind.rawValue) } ?? .null),
        .init("request", variable?.request.map { .string($0) } ?? .null),
        .init("required", .bool(variable?.isRequired ?? false)), .init("answered", .bool(answer != nil)),
        .init("used", .bool(isUsed)), .init("value", shown.map { .string($0) } ?? .null),
      ])
    }
  }

  private let name: String
  private let rows: [Row]

  init(subject: AnswerSubject, answers: [String: String]) {
    name = subject.name
    let variables = subject.manifest?.askedVariables ?? []
    let names = Set(variables.map(\.name)).union(answers.keys).sorted()
    rows = names.map { name in
      Row(name: name, variable: variables.first { $0.name == name }, answer: answers[name])
    }
  }

  var text: String {
    guard let width = rows.map(\.name.utf8.count).max() else { return "\(name) asks for nothing\n" }
    return rows.map { row in
      row.name + String(repeating: " ", count: width + 2 - row.name.utf8.count) + printable(row.text) + "\n"
    }.joined()
  }

  func json(_ warnings: [Diagnostic]) -> JSONValue {
    .object([
      .init("name", .string(name)), .init("variables", .array(rows.map(\.json))),
      .init("warnings", .array(warnings.map(\.json))), .init("exit_code", .integer(0)),
    ])
  }
}
