/// The script for bash 4 and newer.
///
/// Files and folders are left to readline, which quotes them as it must. The words that stand in the script are compared
/// one by one, because `compgen -W` would expand them.
enum BashCompletion {
  static func script(for commands: [Command]) -> String {
    """
    # bash completion for capsrun, written by: capsrun completions bash

    # What may stand behind a command or, with a second argument, behind an option of it.
    _capsrun_table() {
      kind='' limit=0 options=() once=() words=()
      case $1 in
      '')
        options=(\(Option.leading.map { shellWord("--" + $0.name) }.joined(separator: " ")))
        words=(\((commands.map(\.name) + ["help"]).map(shellWord).joined(separator: " ")))
        ;;
      help)
        kind=words limit=1
        words=(\(commands.map { shellWord($0.name) }.joined(separator: " ")))
        ;;
    \(commands.map(table).joined(separator: "\n"))
      esac
    }

    \(machinery)
    """
  }

  private static func table(of command: Command) -> String {
    let options = command.allOptions
    let names = options.map { shellWord("--" + $0.name) }.joined(separator: " ")
    let once = options.filter { !$0.isRepeatable }.map { shellWord("--" + $0.name) }.joined(separator: " ")
    let values = options.filter { $0.value != nil }.map { option in
      "    \(shellWord("--" + option.name))) \(assignments(option.kind)) ;;"
    }
    return """
        \(shellWord(command.name)))
          options=(\(names))
          once=(\(once))
          case $2 in
          '') \(operands(of: command)) ;;
      \(values.map { $0 + "\n" }.joined())    esac
          ;;
      """
  }

  private static func operands(of command: Command) -> String {
    switch command.operands {
    case .none: "limit=0"
    case .one(_, let kind), .optional(_, let kind): "limit=1 \(assignments(kind))"
    case .many(_, let kind): "limit=999999 \(assignments(kind))"
    case .series(let names, let last): "limit=\(last == nil ? names.count : 999_999) \(assignments(.text))"
    // Within the table it is known how many operands stand before the one that is completed.
    case .action(let words, _, let kind):
      "limit=2; if [[ $operands -eq 0 ]]; then \(assignments(.words(words))); else \(assignments(kind)); fi"
    case .oneAndArguments(_, let kind, _): "limit=1 \(assignments(kind))"
    case .program: "kind=program"
    }
  }

  private static func assignments(_ kind: ValueKind) -> String {
    switch kind {
    case .text: "kind=text"
    case .path: "kind=path"
    case .folder: "kind=folder"
    case .variable: "kind=variable"
    case .words(let words): "kind=words words=(\(words.map(shellWord).joined(separator: " ")))"
    }
  }

  private static let machinery = #"""
    # Completes $typed by the kind of value that the table says.
    _capsrun_value() {
      case $kind in
      path) compopt -o default ;;
      folder) compopt -o dirnames -o filenames ;;
      variable) mapfile -t words < <(compgen -e) && _capsrun_words "${words[@]}" ;;
      words) _capsrun_words "${words[@]}" ;;
      esac
    }

    # Offers those of the arguments that begin with $typed.
    _capsrun_words() {
      local word quoted
      for word; do
        printf -v quoted %q "$word"
        [[ $word == "$typed"* || $quoted == "$typed"* ]] || continue
        word=$head$quoted
        COMPREPLY+=("${word#"$prefix"}")
      done
    }

    # Offers the options that may still be given.
    _capsrun_options() {
      local option
      for option in "${options[@]}"; do
        [[ " ${once[*]} " == *" $option "* && " ${given[*]} " == *" $option "* ]] || _capsrun_words "$option"
      done
    }

    # Completes the command line that begins at the given one of COMP_WORDS as if it stood alone.
    _capsrun_program() {
      if declare -F _comp_command_offset >/dev/null; then
        _comp_command_offset "$1"
      elif declare -F _command_offset >/dev/null; then
        _command_offset "$1"
      elif [[ $1 -eq $COMP_CWORD && $typed != */* ]]; then
        mapfile -t COMPREPLY < <(compgen -c -- "$typed")
      else
        compopt -o default
      fi
    }

    _capsrun() {
      local IFS=$' \t\n' line=${COMP_LINE:0:COMP_POINT} command='' option=''
      local head='' prefix='' dashes='' operands=0 i last=-1 piece typed kind limit
      local -a all=() starts=() given=() options=() once=() words=()
      COMPREPLY=()

      # bash has split at = and : as well. What no blank parts is one word; $prefix of the last one is not replaced.
      for ((i = 0; i <= COMP_CWORD; i++)); do
        piece=${COMP_WORDS[i]}
        if [[ $i -eq 0 || $line == [[:blank:]]* ]]; then
          last=$((last + 1)) prefix='' line=${line#"${line%%[![:blank:]]*}"}
          starts[last]=$i
        else
          prefix=${all[last]}
        fi
        [[ $i -lt $COMP_CWORD ]] || piece=$line
        all[last]=${all[last]-}$piece
        line=${line#"$piece"}
      done
      [[ $piece != [=:]* ]] || prefix=${all[last]}
      typed=${all[last]}

      for ((i = 1; i < last; i++)); do
        piece=${all[i]}
        if [[ $option ]]; then
          option=''
        elif [[ ! $command && $piece == -* ]]; then
          given+=("$piece")
        elif [[ ! $command ]]; then
          command=$piece
        elif [[ ! $dashes && $piece == -- ]]; then
          dashes=1
          _capsrun_table "$command"
          [[ $kind != program ]] || { _capsrun_program "${starts[i + 1]}"; return; }
        elif [[ ! $dashes && $piece == -?* ]]; then
          given+=("${piece%%=*}")
          _capsrun_table "$command" "$piece"
          [[ ! $kind ]] || option=$piece
        else
          operands=$((operands + 1))
          _capsrun_table "$command"
          [[ $kind != program ]] || { _capsrun_program "${starts[i]}"; return; }
        fi
      done

      if [[ $option ]]; then
        _capsrun_table "$command" "$option"
        _capsrun_value
      elif [[ ! $command ]]; then
        _capsrun_table ''
        if [[ $typed == -* ]]; then _capsrun_options; else _capsrun_words "${words[@]}"; fi
      elif [[ ! $dashes && $typed == --*=* ]]; then
        head=${typed%%=*}= typed=${typed#*=}
        _capsrun_table "$command" "${head%=}"
        _capsrun_value
      elif [[ ! $dashes && $typed == -* ]]; then
        _capsrun_table "$command"
        _capsrun_options
      else
        _capsrun_table "$command"
        if [[ $kind == program ]]; then
          _capsrun_program "${starts[last]}"
        elif [[ $dashes ]]; then
          compopt -o default
        elif [[ $operands -lt $limit ]]; then
          _capsrun_value
        else
          _capsrun_options
        fi
      fi
    }

    complete -F _capsrun capsrun

    """#
}
