internal import Diagnostics

/// Reads the arguments of a command by its table.
struct Parser {
  private let command: Command
  private var invocation = Invocation()
  private var rest: ArraySlice<String>
  private var operandsBeforeDashes: Int?
  /// All that the command knows, once an option is given.
  private var known: [Option] = []

  static func parse(_ arguments: ArraySlice<String>, for command: Command) throws(Diagnostic) -> Invocation {
    var parser = Parser(command: command, rest: arguments)
    try parser.parse()
    return parser.invocation
  }

  private init(command: Command, rest: ArraySlice<String>) {
    self.command = command
    self.rest = rest
  }

  private mutating func parse() throws(Diagnostic) {
    while let argument = rest.popFirst() {
      if argument == "--" {
        operandsBeforeDashes = invocation.operands.count
        invocation.operands += rest
        break
      } else if argument.hasPrefix("-"), argument != "-" {
        try parse(option: argument)
      } else if case .program = command.operands {
        invocation.operands += [argument] + rest
        break
      } else {
        invocation.operands.append(argument)
      }
    }
    if !invocation.has(.help) { try checkOperands() }
  }

  /// `--name`, `--name VALUE` or `--name=VALUE`.
  private mutating func parse(option argument: String) throws(Diagnostic) {
    let (given, attached) = splitOnce(argument, at: UInt8(ascii: "="))
    if known.isEmpty { known = command.allOptions + command.hidden }
    guard let option = known.first(where: { $0.isSpelt(given) }) else {
      throw unknown(option: given)
    }
    guard option.value != nil else {
      if attached != nil { throw usage("the option \(given) takes no value") }
      invocation.options.append((option.name, ""))
      return
    }
    guard let value = attached ?? rest.popFirst() else { throw usage("the option \(option.usage) needs a value") }
    if !option.isRepeatable, invocation.has(option) { throw usage("the option \(given) is given twice") }
    try check(value, of: given, option.kind)
    invocation.options.append((option.name, value))
  }

  private func checkOperands() throws(Diagnostic) {
    let count = invocation.operands.count
    switch command.operands {
    case .none where count > 0: throw usage("unexpected argument \(quoted(invocation.operands[0]))")
    case .one where count > 1, .optional where count > 1:
      throw usage("unexpected argument \(quoted(invocation.operands[1]))")
    case .one(let name, _) where count == 0: throw usage("\(name) is missing")
    case .action(let words, _, _) where count == 0:
      throw usage("what to do is missing; it is one of: \(words.joined(separator: ", "))")
    case .action where count > 2: throw usage("unexpected argument \(quoted(invocation.operands[2]))")
    case .oneAndArguments(let name, _, _) where (operandsBeforeDashes ?? count) == 0:
      throw usage("\(name) is missing")
    case .oneAndArguments(_, _, let arguments) where (operandsBeforeDashes ?? count) > 1:
      throw usage("unexpected argument \(quoted(invocation.operands[1])); each \(arguments) stands behind --")
    case .many(let name, _) where count == 0: throw usage("\(name) is missing")
    case .series(let names, _) where count < names.count: throw usage("\(names[count]) is missing")
    case .series(let names, nil) where count > names.count:
      throw usage("unexpected argument \(quoted(invocation.operands[names.count]))")
    case .program(let name) where count == 0: throw usage("\(name) is missing")
    case .one(let name, let kind): try check(invocation.operands[0], of: name, kind)
    case .oneAndArguments(let name, let kind, _): try check(invocation.operands[0], of: name, kind)
    case .action(let words, let name, let kind):
      try check(invocation.operands[0], of: "capsrun \(command.name)", .words(words))
      if count == 2 { try check(invocation.operands[1], of: name, kind) }
    case .optional(let name, let kind) where count == 1: try check(invocation.operands[0], of: name, kind)
    case .many(let name, let kind):
      for operand in invocation.operands { try check(operand, of: name, kind) }
    case .none, .optional, .series, .program: return
    }
  }

  /// Where the words are known, there is no other.
  private func check(_ value: String, of owner: String, _ kind: ValueKind) throws(Diagnostic) {
    guard case .words(let words) = kind, !words.contains(value) else { return }
    let near = suggestion(for: value, among: words)
    throw Diagnostic(
      "unknown value \(quoted(value)) of \(owner)",
      hint: near.map { "did you mean \($0)?" } ?? "it is one of: \(words.joined(separator: ", "))", exitCode: .usage)
  }

  private func unknown(option: String) -> Diagnostic {
    let near = suggestion(for: option, among: command.allOptions.map { "--" + $0.name })
    return Diagnostic(
      "unknown option \(quoted(option))", hint: near.map { "did you mean \($0)?" } ?? help, exitCode: .usage)
  }

  private func usage(_ message: String) -> Diagnostic { Diagnostic(message, hint: help, exitCode: .usage) }

  private var help: String { "capsrun \(command.name) --help shows how it is used" }
}
