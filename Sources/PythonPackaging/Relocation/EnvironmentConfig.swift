/// `pyvenv.cfg`: lines `key = value`.
struct EnvironmentConfig {
  struct Line: Hashable {
    let key: String
    let value: String
  }

  private(set) var lines: [Line] = []

  init(_ bytes: [UInt8]) {
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      guard let sign = line.firstIndex(of: "=") else { continue }
      lines.append(Line(key: line[..<sign].trimmed.lowercased(), value: line[line.index(after: sign)...].trimmed))
    }
  }

  subscript(key: String) -> String? { lines.first { $0.key == key }?.value }

  /// As tools name it: `version = 3.11.7`, or `version_info = 3.11.7.final.0`.
  var interpreter: PackageVersion? {
    if let version = self["version"].flatMap({ PackageVersion($0) }) { return version }
    let numbers = (self["version_info"] ?? "").split(separator: ".").prefix { $0.utf8.allSatisfy(\.isDigit) }
    return PackageVersion(numbers.prefix(3).joined(separator: "."))
  }

  var usesSystemPackages: Bool { self["include-system-site-packages"]?.lowercased() == "true" }

  /// Where `python -m venv` was told to build: `command = PYTHON -m venv [OPTIONS] FOLDER`.
  var builtAt: String? {
    guard let command = self["command"], let module = command.firstRange(of: " -m venv ") else { return nil }
    var rest = command[module.upperBound...]
    while rest.hasPrefix("--") {
      // A prompt may have blanks, and is in quotation marks.
      if rest.hasPrefix("--prompt=\""), let end = rest.dropFirst(10).firstIndex(of: "\"") {
        rest = rest[rest.index(after: end)...]
      } else {
        rest = rest.drop { $0 != " " }
      }
      rest = rest.drop { $0 == " " }
    }
    return rest.hasPrefix("/") ? String(rest) : nil
  }

  /// The same for an interpreter of the sandbox, without what tells of the building machine.
  func relocated(to targets: RelocationTargets, _ release: InterpreterRelease) -> [UInt8] {
    let interpreter = "\(targets.home)/python\(release)"
    let prefix = EnvironmentPath.folder(of: targets.home)
    var text = self["home"] == nil ? "home = \(targets.home)\n" : ""
    for line in lines {
      switch line.key {
      case "command", "extends-environment": continue
      case "home": text += "home = \(targets.home)\n"
      case "executable", "base-executable": text += "\(line.key) = \(interpreter)\n"
      case "base-prefix", "base-exec-prefix": text += "\(line.key) = \(prefix)\n"
      default: text += "\(line.key) = \(line.value)\n"
      }
    }
    return Array(text.utf8)
  }
}
