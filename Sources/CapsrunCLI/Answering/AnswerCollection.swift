internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Planning

/// Finds the answers that a capsule needs before it is installed: those that are given, those that are kept for its name
/// and fit, and what a person at the terminal says.
struct AnswerCollection {
  let source: AnswerSource
  let output: Output

  /// What is new and to be kept. Fails when a variable stays without a value that something cannot start without.
  func collect(
    for manifest: Manifest, in store: Store, _ warnings: inout [Diagnostic]
  ) throws(DiagnosticList) -> [String: String] {
    let variables = manifest.askedVariables
    var answers = try source.answers(to: variables, of: manifest, &warnings)
    guard !variables.isEmpty else { return answers }
    let kept = try capsule { () throws(CapsuleError) in try store.answers(of: manifest.name) }
    var open: [AskedVariable] = []
    for variable in variables where answers[variable.name] == nil {
      guard let answer = kept[variable.name] else {
        open.append(variable)
        continue
      }
      guard let problem = variable.problem(of: answer) else { continue }
      warnings.append(variable.misfit(problem))
      open.append(variable)
    }
    if StandardInput.isTerminal, !output.isJSON {
      let prompt = AnswerPrompt(output: output)
      answers.merge(try prompt.answers(to: open.filter(\.wantsAnswer))) { given, _ in given }
    }
    let missing = open.filter { $0.isRequired && answers[$0.name] == nil }
    guard missing.isEmpty else {
      let variables = missing.map { variable in
        PlanError.MissingVariable(name: variable.name, request: variable.request, isSecret: variable.isSecret)
      }
      throw DiagnosticList([variables.diagnostic(furtherWay: " or --env-stdin")])
    }
    return answers
  }
}

extension AskedVariable {
  /// An answer that is kept, and is none for this version. Its value is not shown: it may have been a secret.
  func misfit(_ problem: String) -> Diagnostic {
    Diagnostic(
      "what was answered for \(name) before \(problem), and does not count", severity: .warning, exitCode: .success)
  }
}
