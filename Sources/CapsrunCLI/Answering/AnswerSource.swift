internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// Where the answers to a capsule's variables come from: options, files, standard input.
struct AnswerSource {
  static let input = Option.flag("env-stdin", "set the variables of the lines KEY=VALUE on standard input")
  static let options = EnvironmentOption.all + [input]

  private let invocation: Invocation
  /// By variable. Standard input gives way to files, and both to --env.
  private let given: [String: String]

  /// Reads all that is given, before anything is done.
  init(_ invocation: Invocation) throws(DiagnosticList) {
    self.invocation = invocation
    var given: [String: String] = [:]
    if invocation.has(Self.input) { given = try Self.standardInput() }
    self.given = given.merging(try EnvironmentOption.variables(invocation)) { _, later in later }
  }

  var isEmpty: Bool { given.isEmpty }

  private static func standardInput() throws(DiagnosticList) -> [String: String] {
    guard !StandardInput.isTerminal else {
      throw failure("standard input is a terminal", hint: "leave out --env-stdin, or hand in a file or a pipe", .usage)
    }
    let bytes = try reporting("read the variables") { () throws(SysError) in
      try StandardInput.open().readAll(of: "standard input", limit: EnvironmentFile.largestSize)
    }
    return try EnvironmentFile.variables(in: bytes, of: "standard input")
  }

  /// The answers among what is given, which must all fit; with a warning for each that nothing declares.
  func answers(
    to variables: [AskedVariable], of manifest: Manifest, _ warnings: inout [Diagnostic]
  ) throws(DiagnosticList) -> [String: String] {
    var answers: [String: String] = [:]
    var problems: [Diagnostic] = []
    let named = EnvironmentOption.names(invocation)
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      guard let variable = variables.first(where: { $0.name == name }) else {
        let stranger = Self.undeclared(name, among: variables, isError: named.contains(name))
        if stranger.severity == .error { problems.append(stranger) } else { warnings.append(stranger) }
        continue
      }
      if let problem = variable.problem(of: value) {
        problems.append(variable.diagnostic(value, problem))
      } else {
        answers[name] = value
      }
    }
    guard problems.isEmpty else { throw DiagnosticList(problems) }
    warnings += EnvironmentOption.warnings(invocation, for: manifest)
    return answers
  }

  /// What is named in the command line is meant; a file may have been made for others as well.
  private static func undeclared(_ name: String, among variables: [AskedVariable], isError: Bool) -> Diagnostic {
    let near = suggestion(for: name, among: variables.map(\.name))
    return Diagnostic(
      "the capsule asks for no variable \(name)\(isError ? "" : ", and it is not kept")",
      hint: near.map { "did you mean \($0)?" }
        ?? (variables.isEmpty ? "it asks for none" : "it asks for \(variables.map(\.name).joined(separator: ", "))"),
      severity: isError ? .error : .warning, exitCode: isError ? .usage : .success)
  }

  private static func failure(_ message: String, hint: String, _ code: ExitCode) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: code)])
  }
}

extension AskedVariable {
  fileprivate func diagnostic(_ value: String, _ problem: String) -> Diagnostic {
    let shown = isSecret ? "" : " = " + quoted(value)
    return Diagnostic("the variable \(name)\(shown) \(problem)", hint: "give another value", exitCode: .usage)
  }
}
