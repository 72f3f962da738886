internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// Asks a person for the values of variables, on the terminal.
struct AnswerPrompt {
  private static let mostTries = 3
  /// The longest line that a terminal hands on, and its end.
  private static let longestLine = 4096

  let output: Output

  /// What was answered to those that want an answer; what nobody knows an answer to is left out.
  func answers(to variables: [AskedVariable]) throws(DiagnosticList) -> [String: String] {
    guard !variables.isEmpty else { return [:] }
    let terminal = try reporting("ask for values") { () throws(SysError) in try Terminal.open() }
    var answers: [String: String] = [:]
    for variable in variables {
      if let description = variable.description { output.note("\(variable.name): \(printable(description))") }
      switch try ask(for: variable, on: terminal) {
      case .value(let value): answers[variable.name] = value
      case .fallback: continue
      // Whoever ends the input wants to be asked no more.
      case .none: return answers
      }
    }
    return answers
  }

  private enum Reply {
    case value(String)
    case fallback
    case none
  }

  private func ask(for variable: AskedVariable, on terminal: borrowing Terminal) throws(DiagnosticList) -> Reply {
    for _ in 1...Self.mostTries {
      guard let line = try line(Self.question(variable), variable.isSecret ? .hidden : .shown, terminal) else {
        return .none
      }
      guard let value = String(validating: line, as: UTF8.self) else {
        output.note("\(variable.name) is no UTF-8 text")
        continue
      }
      if value.isEmpty {
        if !variable.isRequired { return .fallback }
        output.note("\(variable.name) needs a value")
      } else if let problem = variable.problem(of: value) {
        output.note("\(variable.name) \(printable(problem))")
      } else {
        return .value(value)
      }
    }
    throw DiagnosticList([
      Diagnostic(
        "no value for \(variable.name) after \(Self.mostTries) answers",
        hint: variable.form.map { "it must be \($0)" } ?? "find out its value, and start again", exitCode: .badData)
    ])
  }

  /// A line without its end; nil at the end of the input.
  private func line(
    _ prompt: String, _ echo: Terminal.Echo, _ terminal: borrowing Terminal
  ) throws(DiagnosticList) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: Self.longestLine)
    var result: Result<Int, SysError> = .success(0)
    bytes.withUnsafeMutableBytes { buffer in
      do throws(SysError) {
        result = .success(try terminal.readLine(prompt, echo, into: buffer))
      } catch {
        result = .failure(error)
      }
    }
    let count = try reporting("ask for a value") { () throws(SysError) in try result.get() }
    guard count > 0 else { return nil }
    let isWhole = bytes[count - 1] == UInt8(ascii: "\n")
    return Array(bytes[..<(isWhole ? count - 1 : count)])
  }

  /// `The token of the shop (TOKEN): `, `How much to tell (LEVEL: low, high) [low]: `
  private static func question(_ variable: AskedVariable) -> String {
    let form = variable.form.map { ": " + $0 } ?? ""
    let name =
      variable.request.map { "\($0) (\(variable.name)\(form))" } ?? variable.name
      + (form.isEmpty ? "" : " (\(form.dropFirst(2)))")
    return printable(name + (variable.fallback.map { " [\($0)]" } ?? "")) + ": "
  }
}

extension AskedVariable {
  /// What a value must look like; nil when any will do.
  fileprivate var form: String? {
    switch kind {
    case .string, .secret: nil
    case .int: "a whole number"
    case .bool: "true or false"
    case .enum: values.joined(separator: ", ")
    }
  }
}
