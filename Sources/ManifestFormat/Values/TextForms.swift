internal import Diagnostics

// The forms of texts that stay texts.
extension Form where Value == String {
  static let capsuleName = text("a name", pattern: Names.pattern, Names.problemOfName)
  static let version = text(
    "a version as in SemVer", pattern: "^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)([-+].+)?$",
    Names.problemOfVersion)

  static let url = text("an address of the web", pattern: "^https?://.") { text in
    let isURL =
      (text.hasPrefix("http://") || text.hasPrefix("https://")) && !text.hasSuffix("://")
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return isURL ? nil : TextProblem(explanation: "is no address of the web", hint: "write https://…")
  }

  /// A licence as SPDX expressions name it. Which identifiers there are is not checked.
  static let license = text("an SPDX licence expression", pattern: "^[A-Za-z0-9.+() -]+$") { text in
    LicenseExpression.isValid(text)
      ? nil : TextProblem(explanation: "is no SPDX licence expression", hint: "write, for example, MIT OR Apache-2.0")
  }

  static let keyword = text("a short word", pattern: "^.{1,64}$") { text in
    (1...64).contains(text.count) ? nil : TextProblem(explanation: "is no short word", hint: "use 1 to 64 characters")
  }

  /// A path of a file of the capsule, relative to its root.
  static let capsulePath = text("a path in the capsule", pattern: "^[^/].*$") { text in
    do throws(AbsolutePath.Problem) {
      _ = try RelativePath(text)
      return nil
    } catch {
      return TextProblem(explanation: error.explanation, hint: "write a path below the folder of the manifest")
    }
  }

  static let signal = Form.text(
    "a signal such as SIGTERM", pattern: "^(SIG)?[A-Z0-9]+$",
    { (text: String) throws(TextProblem) in
      let name = text.hasPrefix("SIG") ? text : "SIG" + text
      guard SignalNames.all.contains(name) else {
        let near = suggestion(for: name, among: SignalNames.all)
        throw TextProblem(
          explanation: "is no signal", hint: near.map { "did you mean \($0)?" } ?? "write a name such as SIGTERM")
      }
      return name
    }, back: { $0 })

  static let event = text("an event of the capsule's life", pattern: "^[A-Za-z_]+$") { text in
    guard Events.spelling(of: text) == nil else { return nil }
    let near = suggestion(for: text, among: Events.all)
    return TextProblem(
      explanation: "is no event",
      hint: near.map { "did you mean \(quoted($0))?" } ?? "known events: \(Events.all.joined(separator: ", "))")
  }.map({ Events.spelling(of: $0) ?? $0 }, back: { $0 })

  static let sha256 = text("a SHA-256 in hexadecimal", pattern: "^(sha256:)?[0-9a-f]{64}$") { text in
    let digits = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
    let isHash = digits.utf8.count == 64 && digits.allSatisfy { $0.isHexDigit && !$0.isUppercase }
    return isHash ? nil : TextProblem(explanation: "is no SHA-256", hint: "write 64 digits of 0-9 and a-f")
  }

  static let linuxCapability = text("a Linux capability such as NET_ADMIN", pattern: "^(CAP_)?[A-Z_]+$") { text in
    let name = text.hasPrefix("CAP_") ? String(text.dropFirst(4)) : text
    guard !LinuxCapabilityNames.all.contains(name) else { return nil }
    let near = suggestion(for: name, among: LinuxCapabilityNames.all)
    return TextProblem(
      explanation: "is no Linux capability",
      hint: near.map { "did you mean \($0)?" } ?? "write a name of capabilities(7), such as NET_BIND_SERVICE")
  }.map({ $0.hasPrefix("CAP_") ? String($0.dropFirst(4)) : $0 }, back: { $0 })

  static let pythonVersion = text("a Python version such as 3.11", pattern: "^[0-9]+\\.[0-9]+$") { text in
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }
      ? nil : TextProblem(explanation: "is no Python version", hint: "write two numbers, such as \"3.11\"")
  }

  /// Processors by number, as in cpuset.cpus: `0-3,6`.
  static let processorList = text(
    "processors by number such as 0-3,6", pattern: "^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$"
  ) {
    text in
    let isList = text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
      return (1...2).contains(ends.count) && ends.allSatisfy { $0 >= 0 } && ends.first ?? 0 <= ends.last ?? 0
    }
    return isList ? nil : TextProblem(explanation: "is no list of processors", hint: "write, for example, 0-3,6")
  }
}

extension Form where Value == String {
  /// The name of a profile, or a file of the capsule that holds one.
  static let seccompProfile = Form(
    shape: .either([
      .words(ProfileNames.all), .text(form: "the path of a JSON file in the capsule", pattern: "^[^/].*\\.json$"),
    ]),
    read: { node, decoder in
      guard let text = decoder.string(node) else { return nil }
      if ProfileNames.isFile(text) { return Form.capsulePath.read(node, &decoder) }
      if ProfileNames.all.contains(text) { return text }
      decoder.report("is no seccomp profile", about: text, at: node, hint: ProfileNames.remedy(for: text))
      return nil
    },
    write: { .string($0) })
}

extension Form where Value == AbsolutePath {
  /// A path inside the sandbox, or of the host.
  static let absolutePath = Form.text(
    "an absolute path", pattern: "^/",
    { (text: String) throws(TextProblem) in
      do throws(AbsolutePath.Problem) {
        return try AbsolutePath(text)
      } catch {
        throw TextProblem(explanation: error.explanation, hint: "write an absolute path")
      }
    }, back: \.description)
}

extension Form where Value == PathGrant {
  static let pathGrant = Form.text(
    "an absolute path of the host; with ? behind it, it may be missing", pattern: "^/",
    { (text: String) throws(TextProblem) in
      do throws(AbsolutePath.Problem) {
        return try PathGrant(text)
      } catch {
        throw TextProblem(explanation: error.explanation, hint: "write an absolute path of the host")
      }
    }, back: \.text)
}

extension Form where Value == CapabilityName {
  static let capability = Form.text(
    "a name such as topic:llm.stream.*", pattern: "^[!-~]+$",
    { (text: String) throws(TextProblem) in
      do throws(CapabilityName.Problem) {
        return try CapabilityName(text)
      } catch {
        throw TextProblem(explanation: error.explanation, hint: "write TYPE:NAME, the name's parts between dots")
      }
    }, back: \.text)
}

extension Form where Value == JSONValue {
  /// Anything that JSON can say, kept as it is.
  static let anything = Form(shape: .anything, read: { $1.json($0) }, write: { $0 })

  /// A table of anything.
  static let freeTable = Form(
    shape: .map(keys: ".*", .anything),
    read: { node, decoder in decoder.entries(node) == nil ? nil : decoder.json(node) }, write: { $0 })
}

extension ManifestDecoder {
  /// Any value as JSON; dates become strings.
  fileprivate mutating func json(_ node: SyntaxNode) -> JSONValue? {
    switch node.content {
    case .list(let elements): return .array(elements.compactMap { json($0) })
    case .table(let entries):
      return .object(entries.compactMap { entry in json(entry.value).map { .init(entry.key, $0) } })
    case .scalar(let scalar):
      switch scalar.kind {
      case .string, .date: return .string(scalar.text)
      case .null: return .null
      case .bool: return .bool(scalar.text.lowercased() == "true")
      case .integer, .float:
        guard let number = JSONValue(number: scalar) else {
          report("has no form in JSON", about: scalar.text, at: node, hint: "quote it")
          return nil
        }
        return number
      }
    }
  }
}

extension JSONValue {
  /// Nil for what JSON has no number for.
  fileprivate init?(number scalar: Scalar) {
    if scalar.kind == .integer, let integer = scalar.integer {
      self = .integer(Int64(integer))
    } else if let number = Double(scalar.text), number.isFinite {
      self = .number(number)
    } else {
      return nil
    }
  }
}
