extension PlannedProcess {
  /// Another command in place of its program, confined in the same way: without a slash it is looked for in PATH.
  package func running(_ command: [String]) -> PlannedProcess {
    precondition(!command.isEmpty, "a command without a program")
    var process = self
    process.arguments = command
    process.candidates = candidates(of: command[0])
    return process
  }

  private func candidates(of command: String) -> [String] {
    if command.hasPrefix("/") { return [command] }
    let name = command.hasPrefix("./") ? String(command.dropFirst(2)) : command
    let folders = command.contains("/") ? [workingFolder] : searchPath
    return folders.map { $0 == "/" ? "/" + name : $0 + "/" + name }
  }

  private var searchPath: [String] {
    for variable in environment where variable.utf8.starts(with: "PATH=".utf8) {
      return variable.utf8.dropFirst("PATH=".utf8.count).split(separator: UInt8(ascii: ":")).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
    return []
  }

  /// With further variables, each `KEY=value`, which win over its own.
  package func adding(_ variables: [String]) -> PlannedProcess {
    let names = variables.map(Self.name)
    var process = self
    process.environment.removeAll { variable in
      let name = Self.name(of: variable)
      return names.contains { $0.elementsEqual(name) }
    }
    process.environment += variables
    process.environment.sort()
    return process
  }

  private static func name(of variable: String) -> Substring.UTF8View {
    variable.utf8.prefix { $0 != UInt8(ascii: "=") }
  }
}
