internal import CapsuleFormat
internal import Diagnostics
internal import ManifestFormat

/// `capsrun env`
enum EnvCommand {
  private static let remove = Option.list("remove", "KEY", "forget what was answered for this variable", .variable)

  static let command = Command(
    name: "env", summary: "show and change what was answered for an installed capsule",
    description: """
      Lists the variables that the capsule declares without a value, each with what was answered
      for it; of a secret only whether there is an answer. --env, --env-file and --env-stdin give
      answers, and --remove takes one back. NAME may also be the id of a capsule.

      Answers are kept for a name, in the store, where only its owner can read them; they stay
      when a version comes or goes. capsrun run takes those that fit, unless it is given others.
      """,
    options: AnswerSource.options + [remove], operands: .one("NAME"),
    examples: [
      ("capsrun env shop", "What is known for the capsule shop"),
      ("capsrun env --env TOKEN shop", "Keep the TOKEN of your environment for it"),
      ("capsrun env --remove TOKEN shop", "Forget it"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let output = Output(isJSON: invocation.has(.json))
    let store = try OpenStore.open()
    let source = try AnswerSource(invocation)
    var warnings: [Diagnostic] = []
    do throws(DiagnosticList) {
      let lock = try OpenStore.lock(store, .shared, output)
      defer { withExtendedLifetime(lock) {} }
      let subject = try AnswerSubject.find(invocation.operands[0], in: store)
      try change(subject, source, forgetting: invocation.list(remove), in: store, &warnings)
      let answers = try capsule { () throws(CapsuleError) in try store.answers(of: subject.name) }
      if !output.isJSON, !warnings.isEmpty { output.diagnostics(DiagnosticList(warnings)) }
      let table = AnswerTable(subject: subject, answers: answers)
      if output.isJSON { try output.result(table.json(warnings)) } else { try output.result(table.text) }
      return .success
    } catch {
      throw DiagnosticList(warnings + error.all)
    }
  }

  private static func change(
    _ subject: AnswerSubject, _ source: AnswerSource, forgetting forgotten: [String], in store: Store,
    _ warnings: inout [Diagnostic]
  ) throws(DiagnosticList) {
    var answers: [String: String] = [:]
    if let manifest = subject.manifest {
      answers = try source.answers(to: manifest.askedVariables, of: manifest, &warnings)
    } else if !source.isEmpty {
      throw failure("no capsule \(subject.name) is installed to answer for", hint: "capsrun install takes answers")
    }
    let before = try capsule { () throws(CapsuleError) in try store.answers(of: subject.name) }
    for name in forgotten {
      if answers[name] != nil { throw failure("\(quoted(name)) is given and removed at once", hint: "do one of both") }
      guard before[name] == nil else { continue }
      let near = suggestion(for: name, among: before.keys.sorted())
      throw failure("nothing was answered for \(quoted(name))", hint: near.map { "did you mean \($0)?" })
    }
    guard !answers.isEmpty || !forgotten.isEmpty else { return }
    try capsule { () throws(CapsuleError) in
      try store.keep(answers: answers, forgetting: forgotten, of: subject.name)
    }
  }

  private static func failure(_ message: String, hint: String?) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: .usage)])
  }
}
