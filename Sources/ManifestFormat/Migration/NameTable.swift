internal import Diagnostics

/// Names of the old file as a manifest can spell them, each once.
struct NameTable {
  private var native: [String: String] = [:]
  private var used: Set<String> = []

  /// The spelling of a name; the same each time it is asked for.
  mutating func add(_ old: String) -> String {
    if let known = native[old] { return known }
    let base = Self.spelling(of: old) ?? "process"
    var name = base
    var number = 2
    while !used.insert(name).inserted {
      name = "\(base.prefix(58))-\(number)"
      number += 1
    }
    native[old] = name
    return name
  }

  subscript(old: String) -> String? { native[old] }

  /// A valid name that looks like the text; nil when nothing of it can stay.
  static func spelling(of text: String) -> String? {
    let name = text.lowercased().map { Names.isName("a\($0)") ? $0 : "-" }.drop { $0 == "-" || $0 == "." || $0 == "_" }
    let short = String(name.prefix(63))
    return Names.isName(short) ? short : nil
  }
}

/// What processes wait for, collected until all of them are known.
struct Waiting {
  private var found: [(process: String, other: String, condition: String, isRequired: Bool, key: OldKey)] = []

  mutating func add(_ process: String, on other: String, _ condition: String, isRequired: Bool = true, from key: OldKey)
  {
    found.append((process, other, condition, isRequired, key))
  }

  /// Puts what is left into the draft; processes that wait for each other are an error.
  func put(into draft: inout NativeDraft, _ names: NameTable) throws(Diagnostic) {
    var successors: [String: [String]] = [:]
    for wait in found {
      let path = ["processes", wait.process]
      guard let other = names[wait.other], draft.value(at: ["processes", other]) != nil else {
        draft.tell(wait.key, "\(quoted(wait.other)) is no process of this file", for: path)
        continue
      }
      guard !Self.reaches(wait.process, from: other, successors) else {
        throw draft.source.error(
          "\(quoted(wait.process)) and \(quoted(other)) wait for each other", at: wait.key.position,
          hint: "remove one of these dependencies")
      }
      successors[wait.process, default: []].append(other)
      var condition = wait.condition
      let probe = ["ready": "ready", "healthy": "health"][condition]
      if let probe, draft.value(at: ["processes", other, probe]) == nil {
        draft.question(
          wait.key, "\(quoted(other)) has nothing that tells when it is \(condition), so only its start is waited for",
          add: "give \(other) a \(probe) probe, and write: \(other): \(condition)", for: path)
        condition = "started"
      }
      let value: JSONValue =
        wait.isRequired
        ? .string(condition) : .object([.init("condition", .string(condition)), .init("required", .bool(false))])
      draft.put(value, at: path + ["depends_on", other], from: wait.key)
    }
  }

  private static func reaches(_ goal: String, from start: String, _ successors: [String: [String]]) -> Bool {
    var seen: Set<String> = []
    var open = [start]
    while let next = open.popLast() {
      if next == goal { return true }
      if seen.insert(next).inserted { open += successors[next] ?? [] }
    }
    return false
  }
}
