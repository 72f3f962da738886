/// The script for fish 3.4 and newer.
enum FishCompletion {
  static func script(for commands: [Command]) -> String {
    let valued = commands.flatMap { command in
      command.allOptions.filter { $0.value != nil }.map { fishWord("\(command.name) --\($0.name)") }
    }
    return """
      # fish completion for capsrun, written by: capsrun completions fish

      # The options that take a value, and the commands that wrap another command line.
      set -g __capsrun_valued \(valued.joined(separator: " "))
      set -g __capsrun_wrapping \(commands.filter(\.isWrapping).map { fishWord($0.name) }.joined(separator: " "))

      \(machinery)

      complete -c capsrun -e
      complete -c capsrun -f
      complete -c capsrun -n __capsrun_wraps -a '(__capsrun_program)'
      complete -c capsrun -n __capsrun_has_arguments -F
      \(Option.leading.map { line("__capsrun_in_command ''", $0) }.joined(separator: "\n"))

      \(names(commands, "__capsrun_in_command ''"))
      \(names([help], "__capsrun_in_command ''"))
      \(names(commands, "__capsrun_has_operands help 1"))

      \(commands.map(lines).joined(separator: "\n\n"))

      """
  }

  private static let help = (name: "help", summary: "explain a command")

  private static func names(_ commands: [Command], _ condition: String) -> String {
    names(commands.map { (name: $0.name, summary: $0.summary) }, condition)
  }

  private static func names(_ commands: [(name: String, summary: String)], _ condition: String) -> String {
    commands.map { name, summary in
      "complete -c capsrun -n \(fishWord(condition)) -a \(fishWord(fishWord(name))) -d \(described(summary))"
    }.joined(separator: "\n")
  }

  private static func lines(of command: Command) -> String {
    let place = "__capsrun_in_command " + fishWord(command.name)
    let options = command.allOptions.map { line(place, $0) }
    return (options + operands(of: command)).joined(separator: "\n")
  }

  private static func line(_ place: String, _ option: Option) -> String {
    let value = option.value == nil ? "" : " " + argument(option.kind, isRequired: true)
    return "complete -c capsrun -n \(fishWord(place)) -l \(fishWord(option.name))\(value) -d \(described(option.help))"
  }

  private static func operands(of command: Command) -> [String] {
    switch command.operands {
    case .none, .series, .program: []
    case .one(_, let kind), .optional(_, let kind), .oneAndArguments(_, let kind, _): operand(of: command, 1, kind)
    case .many(_, let kind): operand(of: command, 999_999, kind)
    case .action(let words, _, let kind):
      operand(of: command, 1, .words(words)) + operand(of: command, 2, from: 1, kind)
    }
  }

  /// Completes an operand before which at least `least` and less than `limit` others stand.
  private static func operand(of command: Command, _ limit: Int, from least: Int = 0, _ kind: ValueKind) -> [String] {
    guard kind != .text else { return [] }
    let name = fishWord(command.name)
    let others = least == 0 ? "" : "; and not __capsrun_has_operands \(name) \(least)"
    let place = "__capsrun_has_operands \(name) \(limit)\(others)"
    return ["complete -c capsrun -n \(fishWord(place)) \(argument(kind, isRequired: false))"]
  }

  /// What completes a value. fish reads the words once as an argument of `complete`, and again as a command line.
  private static func argument(_ kind: ValueKind, isRequired: Bool) -> String {
    let (isFile, candidates): (Bool, String?) =
      switch kind {
      case .text: (false, nil)
      case .path: (true, nil)
      case .folder: (false, "(__fish_complete_directories (commandline -ct) '')")
      case .variable: (false, "(set --names --export)")
      case .words(let words): (false, words.map(fishWord).joined(separator: " "))
      }
    let required = isRequired ? "-r " : ""
    return required + (isFile ? "-F" : "-f") + (candidates.map { " -a " + fishWord($0) } ?? "")
  }

  private static func described(_ text: String) -> String {
    fishWord(inOneLine(text))
  }

  private static let machinery = #"""
    # Prints where the cursor is: the command, what is expected, the number of operands, and the program's own words.
    function __capsrun_place
        set -l words (commandline -opc)
        set -e words[1]
        set -l name ''
        set -l operands 0
        set -l expected options
        while set -q words[1]
            if test -z "$name"
                string match -q -- '-*' $words[1]; or set name $words[1]
            else if test $expected = arguments
            else if test "$words[1]" = --
                set expected arguments
                if contains -- $name $__capsrun_wrapping
                    set expected program
                    set -e words[1]
                    break
                end
            else if contains -- "$name $words[1]" $__capsrun_valued
                set -e words[1]
            else if not string match -q -- '-?*' $words[1]
                set operands (math $operands + 1)
                if contains -- $name $__capsrun_wrapping
                    set expected program
                    break
                end
            end
            set -q words[1]; and set -e words[1]
        end
        if test $expected = options; and contains -- "$name" $__capsrun_wrapping
            # The program itself may come here, and options as well.
            set expected either
        end
        printf '%s\n' "$name" $expected $operands $words
    end

    function __capsrun_in_command
        set -l place (__capsrun_place)
        test "$place[1]" = "$argv[1]"; and contains -- $place[2] options either
    end

    function __capsrun_has_operands
        set -l place (__capsrun_place)
        test "$place[1]" = "$argv[1]"; and test $place[2] = options; and test $place[3] -lt $argv[2]
    end

    function __capsrun_has_arguments
        test (__capsrun_place)[2] = arguments
    end

    function __capsrun_wraps
        contains -- (__capsrun_place)[2] program either
    end

    function __capsrun_program
        set -l place (__capsrun_place)
        set -l line (string escape -- $place[4..-1]) (commandline -ct)
        complete --do-complete="$line"
    end
    """#
}

extension Command {
  /// Whether another command line stands behind this command's options.
  fileprivate var isWrapping: Bool {
    if case .program = operands { true } else { false }
  }
}
