/// The script for zsh: a file of `$fpath`, or to be sourced behind compinit.
enum ZshCompletion {
  static func script(for commands: [Command]) -> String {
    """
    #compdef capsrun
    # zsh completion for capsrun, written by: capsrun completions zsh

    _capsrun_commands() {
      local -a commands
      commands=(
    \(commands.map { "    " + entry($0.name, $0.summary) }.joined(separator: "\n"))
      )
      [[ $argv[-1] == all ]] && commands+=('help:explain a command')
      _describe -t commands command commands
    }

    # Completes the rest as if it stood alone.
    _capsrun_program() {
      [[ $words[1] == -- ]] && { shift words; (( CURRENT-- )) }
      _normal
    }

    _capsrun() {
      local curcontext=$curcontext state state_descr line ret=1
      typeset -A opt_args
      _arguments -C -S \\
    \(Option.leading.map { "    \(specification($0)) \\" }.joined(separator: "\n"))
        '1: :_capsrun_commands all' '*:: :->command' && ret=0
      [[ $state == command ]] || return ret
      curcontext="${curcontext%:*:*}:capsrun-$line[1]:"
      case $line[1] in
    \(commands.map(branch).joined(separator: "\n"))
      help) _arguments '1: :_capsrun_commands' && ret=0 ;;
      esac
      return ret
    }

    if [[ $funcstack[1] == _capsrun ]]; then _capsrun "$@"; else compdef _capsrun capsrun; fi

    """
  }

  private static func branch(for command: Command) -> String {
    let specifications = command.allOptions.map(specification) + operands(of: command)
    return """
        \(shellWord(command.name)))
          _arguments -S \(specifications.map { "\\\n        " + $0 }.joined(separator: " ")) && ret=0
          ;;
      """
  }

  private static func specification(_ option: Option) -> String {
    let description = "[" + escaped(inOneLine(option.help), [":", "[", "]", "\\"]) + "]"
    guard let value = option.value else {
      let exclusive = [Option.help, .version].contains(option) ? "(- *)" : ""
      return shellWord("\(exclusive)--\(option.name)\(description)")
    }
    let mark = option.isRepeatable ? "*" : ""
    return shellWord("\(mark)--\(option.name)=\(description)" + part(value, option.kind))
  }

  private static func operands(of command: Command) -> [String] {
    switch command.operands {
    case .none: []
    case .one(let name, let kind): [shellWord("1" + part(name, kind))]
    case .optional(let name, let kind): [shellWord("1:" + part(name, kind))]
    case .many(let name, let kind): [shellWord("*" + part(name, kind))]
    case .series(let names, let last):
      names.enumerated().map { shellWord("\($0 + 1)" + part($1, .text)) }
        + (last.map { [shellWord("*" + part($0, .text))] } ?? [])
    case .action(let words, let name, let kind):
      [shellWord("1" + part("ACTION", .words(words))), shellWord("2:" + part(name, kind))]
    case .oneAndArguments(let name, let kind, let arguments):
      [shellWord("1" + part(name, kind)), shellWord("*" + part(arguments, .path))]
    // No option of capsrun stands behind the program, whose line is completed as if it stood alone.
    case .program: [shellWord("(-)*:: :_capsrun_program")]
    }
  }

  /// `:MESSAGE:ACTION`
  private static func part(_ name: String, _ kind: ValueKind) -> String {
    let action =
      switch kind {
      case .text: " "
      case .path: "_files"
      case .folder: "_files -/"
      case .variable: #"_parameters -g "*export*""#
      case .words(let words): "compadd -- " + words.map(word).joined(separator: " ")
      }
    return ":" + escaped(inOneLine(name), [":", "\\"]) + ":" + action
  }

  /// A word within an action, which is read three times: every character that could mean something is a number.
  private static func word(_ text: String) -> String {
    "$'"
      + rewritten(text) { scalar in
        guard scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) else { return nil }
        return "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      } + "'"
  }

  /// `NAME:DESCRIPTION` of `_describe`
  private static func entry(_ name: String, _ description: String) -> String {
    shellWord(escaped(name, [":", "\\"]) + ":" + escaped(inOneLine(description), [":", "\\"]))
  }

  private static func escaped(_ text: String, _ special: Set<Unicode.Scalar>) -> String {
    rewritten(text) { special.contains($0) ? "\\" + String($0) : nil }
  }
}
