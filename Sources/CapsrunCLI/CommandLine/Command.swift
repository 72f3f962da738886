internal import Diagnostics

/// One command: its place in the command line, its help, and what it does.
package struct Command: Sendable {
  /// What follows the options: by its name in the help, and what it may be.
  enum Operands: Hashable, Sendable {
    case none
    case one(String, ValueKind = .text)
    /// One, or none.
    case optional(String, ValueKind = .text)
    /// One or more.
    case many(String, ValueKind = .text)
    /// These in their order, each needed; then any number of what is named last, if anything is.
    case series([String], then: String?)
    /// What to do, one of these words, and for most of them with what.
    case action([String], String, ValueKind)
    /// One, and after `--` arguments for the program.
    case oneAndArguments(String, ValueKind = .text, arguments: String)
    /// A program with its arguments: the first operand ends the options.
    case program(String)

    var usage: String {
      switch self {
      case .none: ""
      case .one(let name, _): " " + name
      case .optional(let name, _): " [\(name)]"
      case .many(let name, _): " \(name)..."
      case .series(let names, let last): " " + names.joined(separator: " ") + (last.map { " [\($0)...]" } ?? "")
      case .action(let words, let name, _): " \(words.joined(separator: "|")) [\(name)]"
      case .oneAndArguments(let name, _, let arguments): " \(name) [-- \(arguments)...]"
      case .program(let name): " [--] \(name) [ARGUMENT...]"
      }
    }
  }

  package typealias Example = (line: String, meaning: String)

  package let name: String
  /// A few words, for the list of commands.
  package let summary: String
  /// A paragraph or two, for the command's own help; a line that starts with a space stands as it is.
  package let description: String
  let operands: Operands
  let run: @Sendable (Invocation) throws(DiagnosticList) -> ExitCode
  private let makeOptions: @Sendable () -> [Option]
  private let makeHidden: @Sendable () -> [Option]
  private let makeExamples: @Sendable () -> [Example]

  /// The options are made when one is given, and the examples when the help is asked for, and not at each start.
  init(
    name: String, summary: String, description: String,
    options: @autoclosure @escaping @Sendable () -> [Option], operands: Operands,
    examples: @autoclosure @escaping @Sendable () -> [Example],
    run: @escaping @Sendable (Invocation) throws(DiagnosticList) -> ExitCode,
    hidden: @autoclosure @escaping @Sendable () -> [Option] = []
  ) {
    self.name = name
    self.summary = summary
    self.description = description
    self.operands = operands
    self.run = run
    makeOptions = options
    makeHidden = hidden
    makeExamples = examples
  }

  /// Command lines that work, each with what it shows.
  package var examples: [Example] { makeExamples() }

  var options: [Option] { makeOptions() }
  /// Options for tests, which no help shows.
  var hidden: [Option] { makeHidden() }
  package var allOptions: [Option] { options + Option.common }
  package var usage: String { "capsrun \(name) [OPTIONS]\(operands.usage)" }
}

/// A parsed command line.
struct Invocation: Sendable {
  /// The options in the order in which they were given; a flag has an empty value.
  var options: [(name: String, value: String)] = []
  var operands: [String] = []

  func has(_ option: Option) -> Bool { value(option) != nil }
  func value(_ option: Option) -> String? { list(option).last }

  func list(_ option: Option) -> [String] {
    var values: [String] = []
    for (name, value) in options where name == option.name { values.append(value) }
    return values
  }
}
