import Foundation
import Testing

@testable import CapsrunCLI

extension Trait where Self == ConditionTrait {
  /// For tests that run another program of this machine; `CAPSRUN_MUST_WORK=1` makes it an error when it is missing.
  static func needs(_ programs: String...) -> Self {
    let mustWork = ProcessInfo.processInfo.environment["CAPSRUN_MUST_WORK"] == "1"
    let areThere = programs.allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/" + $0) }
    return .enabled(if: areThere || mustWork, "scripts/bootstrap test installs \(programs.joined(separator: " and "))")
  }
}

/// A folder to complete in: it has the folder `data`, the file `data.txt`, and the program `sample` in `bin`.
final class PlaygroundFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "capsrun-completion-\(UUID().uuidString)")
    for name in ["data", "bin", "zsh"] {
      try FileManager.default.createDirectory(at: url.appending(path: name), withIntermediateDirectories: true)
    }
    try write("data.txt", "")
    try write("bin/sample", "#!/bin/sh\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: self["bin/sample"])
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      Issue.record(error)
    }
  }

  subscript(name: String) -> String { url.appending(path: name).path }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: url.appending(path: name))
    return self[name]
  }

  /// What a program of this machine prints on both its streams.
  func run(_ commandLine: [String], _ environment: [String: String] = [:]) throws -> String {
    let process = Foundation.Process()
    let pipe = Foundation.Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = commandLine
    process.currentDirectoryURL = url
    let own = ["PATH": self["bin"] + ":/usr/bin:/bin", "HOME": url.path, "LANG": "C.UTF-8", "TERM": "dumb"]
    process.environment = own.merging(environment) { _, given in given }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
  }
}

/// A real shell that completes command lines by a script.
struct CompletingShell {
  struct Answer: Hashable {
    var candidates: Set<String> = []
    /// As the shell shows them; bash has none.
    var descriptions: Set<String> = []
  }

  let shell: Shell
  let folder: PlaygroundFolder

  /// What it offers for each of these lines, with the cursor at its end.
  func answers(to lines: [String], by script: String) throws -> [String: Answer] {
    let file = try folder.write("script", script)
    let answers = try folder.write("answers", "")
    let environment = [
      "SCRIPT": file, "ANSWERS": answers, "LINES_TO_ASK": lines.joined(separator: "\n"), "CAPSRUN_VISIBLE": "1",
      "ZDOTDIR": folder["zsh"],
    ]
    let printed: String
    switch shell {
    case .bash: printed = try folder.run(["bash", "--norc", "--noprofile", "-c", Self.bash], environment)
    case .zsh:
      try folder.write("zsh/.zshrc", Self.zshInside)
      printed = try folder.run(["zsh", "-f", "-c", Self.zsh], environment)
    case .fish: printed = try folder.run(["fish", "--no-config", "-c", Self.fish], environment)
    }
    let text = try String(contentsOfFile: answers, encoding: .utf8)
    #expect(text.hasPrefix("== "), "\(shell) printed \(printed)")
    return parse(text)
  }

  private func parse(_ text: String) -> [String: Answer] {
    var result: [String: Answer] = [:]
    var line = ""
    for entry in text.split(separator: "\n") {
      if entry.hasPrefix("== ") {
        line = String(entry.dropFirst(3))
        result[line] = Answer()
      } else if entry.hasPrefix("## ") {
        result[line]?.descriptions.insert(String(entry.dropFirst(3)))
      } else {
        // Shells differ in whether they tell the slash of a folder, and the option again that stands before a value.
        var candidate = entry.hasSuffix("/") ? entry.dropLast() : entry
        if shell == .fish, line.contains("="), let sign = candidate.firstIndex(of: "=") {
          candidate = candidate[sign...].dropFirst()
        }
        result[line]?.candidates.insert(String(candidate))
      }
    }
    return result
  }

  /// Splits a line as readline does, and does what readline would do for `compopt`.
  private static let bash = #"""
    source /usr/share/bash-completion/bash_completion
    complete -W '--alpha --beta' sample
    compopt() {
      case $* in
      *default*) mapfile -t COMPREPLY < <(compgen -f -- "$typed") ;;
      *dirnames*) mapfile -t COMPREPLY < <(compgen -d -- "$typed") ;;
      esac
    }
    source "$SCRIPT"
    while IFS= read -r COMP_LINE; do
      COMP_POINT=${#COMP_LINE} COMP_WORDS=() rest=$COMP_LINE
      while [[ $rest =~ ^[[:blank:]]*([=:]+|[^=:[:blank:]]+)(.*) ]]; do
        COMP_WORDS+=("${BASH_REMATCH[1]}") rest=${BASH_REMATCH[2]}
      done
      [[ $COMP_LINE != *[[:blank:]] ]] || COMP_WORDS+=('')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      printf '== %s\n' "$COMP_LINE" >>"$ANSWERS"
      _capsrun
      for reply in "${COMPREPLY[@]}"; do
        eval "set -- $reply"
        printf '%s\n' "$*" >>"$ANSWERS"
      done
    done <<<"$LINES_TO_ASK"
    """#

  /// Only a line editor completes in zsh, and it wants a terminal.
  private static let zsh = #"""
    zmodload zsh/zpty
    zpty inside 'exec zsh -i'
    while zpty -r inside text; do print -rn -- "$text"; done
    """#

  private static let zshInside = #"""
    stty columns 2000
    autoload -Uz compinit
    compinit -u -D
    _sample() { _arguments '--alpha' '--beta' }
    compdef _sample sample
    source $SCRIPT
    compadd() {
      local -a options=("${(@)@[1,(i)(-|--)]}") shown found
      # Calls that only sort matches into arrays are no answers.
      if (( ${options[(I)-[OAD]*]} )); then builtin compadd "$@"; return; fi
      (( ${options[(I)-*d]} )) && shown=("${(@P)options[${options[(I)-*d]}+1]}")
      builtin compadd -O found "$@"
      (( $#found )) && print -rl -- "$found[@]" >>$ANSWERS
      (( $#shown )) && print -rl -- "## "${^shown} >>$ANSWERS
      builtin compadd "$@"
    }
    ask() { _main_complete }
    zle -C ask list-choices ask
    zle-line-init() {
      for BUFFER in ${(f)LINES_TO_ASK}; do
        print -r -- "== $BUFFER" >>$ANSWERS
        CURSOR=$#BUFFER
        zle ask
      done
      exit
    }
    zle -N zle-line-init
    """#

  private static let fish = #"""
    complete -c sample -f
    complete -c sample -l alpha
    complete -c sample -l beta
    source $SCRIPT
    for line in (string split \n -- $LINES_TO_ASK)
        echo "== $line" >>$ANSWERS
        for answer in (complete --do-complete=$line)
            set -l parts (string split -m 1 \t -- $answer)
            echo -E "$parts[1]" >>$ANSWERS
            set -q parts[2]; and echo -E "## $parts[2]" >>$ANSWERS
        end
    end
    """#
}
