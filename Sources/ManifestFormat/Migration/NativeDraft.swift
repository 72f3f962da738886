internal import Diagnostics

/// A key of the old file.
struct OldKey {
  /// As it stands in its table.
  let key: String
  /// With the names of the tables around it.
  let name: String
  let value: SyntaxNode
  let position: Position

  init(_ entry: SyntaxNode.Entry, below tables: String = "") {
    key = entry.key
    name = tables + entry.key
    value = entry.value
    position = entry.keyPosition
  }

  init(name: String, value: SyntaxNode, position: Position) {
    key = name
    self.name = name
    self.value = value
    self.position = position
  }

  /// A line of a file whose keys are plain.
  init(_ name: String, _ text: String, line: Int) {
    let position = Position(line: line, column: 1)
    self.init(
      name: name, value: SyntaxNode(content: .scalar(Scalar(text: text, kind: .string)), position: position),
      position: position)
  }

  /// The text of a scalar, whatever its kind.
  var text: String? {
    guard case .scalar(let scalar) = value.content, scalar.kind != .null else { return nil }
    return scalar.text
  }

  /// Whether the value says yes, in any of the words that the formats have for it.
  var isTrue: Bool { ["true", "yes", "on", "1"].contains(text?.lowercased() ?? "") }
}

/// A manifest that is being made from another file.
///
/// Whatever is put into it is checked by the forms of the manifest's own keys; what they refuse is told, with its place in
/// the old file, and stays out. So a draft always reads as a manifest.
struct NativeDraft {
  let source: SourceText
  private(set) var content = NativeTable()
  /// Comments that stand in front of a key, by its path.
  private var comments: [[String]: [Remark]] = [:]
  /// What holds for every capsule and was asked for, by the path of who did.
  private var held: [[String]: [String]] = [:]
  private(set) var warnings: [Diagnostic] = []

  init(source: SourceText) { self.source = source }

  /// Puts a value at a path of keys; returns whether it could stand there.
  @discardableResult
  mutating func put(_ value: JSONValue, at path: [String], from key: OldKey, for owner: [String]? = nil) -> Bool {
    if let problem = NativeTable.problem(of: value, at: path, source) {
      tell(key, problem.message, add: problem.hint, for: owner ?? Array(path.prefix(2)))
      return false
    }
    content.set(value, at: path[...])
    return true
  }

  /// Adds a value to the list at a path; one that is there already is not added again.
  @discardableResult
  mutating func append(_ value: JSONValue, at path: [String], from key: OldKey, for owner: [String]? = nil) -> Bool {
    var list: [JSONValue] = []
    if case .array(let values)? = content.value(at: path[...]) { list = values }
    guard !list.contains(value) else { return true }
    return put(.array(list + [value]), at: path, from: key, for: owner)
  }

  func value(at path: [String]) -> JSONValue? { content.value(at: path[...]) }

  /// What has been put so far, read as a manifest without places.
  var manifest: Manifest {
    var decoder = ManifestDecoder(source: source)
    var draft = ManifestDraft()
    precondition(decoder.table(SyntaxNode(content.json), ManifestFields.top, into: &draft), "a draft is a table")
    return draft.manifest
  }

  /// Says that a key of the old file is not converted, why, and what a person may add by hand.
  mutating func tell(_ key: OldKey, _ why: String, add: String? = nil, for path: [String]) {
    report("\(key.name) is not converted: \(why)", "not converted, \(why)", key, add, path)
  }

  /// Says that a key is converted, but that a person must look whether that will do.
  mutating func question(_ key: OldKey, _ what: String, add: String? = nil, for path: [String]) {
    report("\(key.name): \(what)", what, key, add, path)
  }

  private mutating func report(_ message: String, _ remark: String, _ key: OldKey, _ add: String?, _ path: [String]) {
    let location = source.location(of: key.position)
    warnings.append(Diagnostic(message, at: location, hint: add, severity: .warning, exitCode: .success))
    var line = trimmed(location.lineText)
    if line.hasSuffix(":") { line.removeLast() }
    let text = "TODO line \(key.position.line): \(line): \(remark)" + (add.map { "; \($0)" } ?? "")
    comments[path, default: []].append(Remark(line: key.position.line, text: text))
  }

  /// Takes over what another reader has found.
  mutating func add(_ found: [Diagnostic]) { warnings += found }

  /// Warns of something about the whole, which no key of the old file says.
  mutating func warn(_ message: String, hint: String? = nil) {
    warnings.append(Diagnostic(message, hint: hint, severity: .warning, exitCode: .success))
    comment("TODO " + message + (hint.map { ": \($0)" } ?? ""))
  }

  /// Remarks that what a key asks for holds for every capsule.
  mutating func hold(_ key: OldKey, for path: [String]) { held[path, default: []].append(key.name) }

  /// A remark for whoever reads the manifest; nothing is lost.
  mutating func note(_ key: OldKey, _ text: String, for path: [String]) {
    let remark = Remark(line: key.position.line, text: "line \(key.position.line): \(key.name): \(text)")
    comments[path, default: []].append(remark)
  }

  /// A remark about the whole.
  mutating func comment(_ text: String, for path: [String] = []) {
    comments[path, default: []].append(Remark(line: Int.max, text: text))
  }

  /// What stands before the key at a path, in the order of the old file.
  func remarks(for path: [String]) -> [String] {
    let remarks = comments[path, default: []].enumerated().sorted {
      ($0.element.line, $0.offset) < ($1.element.line, $1.offset)
    }
    let names = held[path, default: []]
    let promise = names.isEmpty ? [] : ["every capsule does so: " + names.joined(separator: ", ")]
    return remarks.map(\.element.text) + promise
  }

  private struct Remark {
    let line: Int
    let text: String
  }
}

/// Keys with values or further tables, in the order in which they were put.
struct NativeTable {
  indirect enum Node {
    case value(JSONValue)
    case table(NativeTable)

    init(_ json: JSONValue) {
      guard case .object(let members) = json else { self = .value(json); return }
      var table = NativeTable()
      for member in members { table.entries.append((member.key, Node(member.value))) }
      self = .table(table)
    }

    var json: JSONValue {
      switch self {
      case .value(let value): value
      case .table(let table): table.json
      }
    }
  }

  private(set) var entries: [(key: String, node: Node)] = []

  mutating func set(_ value: JSONValue, at path: ArraySlice<String>) {
    guard let key = path.first else { return }
    let index = entries.firstIndex { $0.key == key }
    let rest = path.dropFirst()
    guard !rest.isEmpty else {
      let node = Node(value)
      if let index { entries[index].node = node } else { entries.append((key, node)) }
      return
    }
    var table = NativeTable()
    if let index, case .table(let known) = entries[index].node {
      table = known
      // Held once, it is changed in place; a file may have thousands of variables.
      entries[index].node = .value(.null)
    }
    table.set(value, at: rest)
    if let index { entries[index].node = .table(table) } else { entries.append((key, .table(table))) }
  }

  func value(at path: ArraySlice<String>) -> JSONValue? {
    guard let key = path.first, let node = entries.first(where: { $0.key == key })?.node else { return nil }
    switch node {
    case .value(let value): return path.count == 1 ? value : nil
    case .table(let table): return path.count == 1 ? table.json : table.value(at: path.dropFirst())
    }
  }

  var json: JSONValue {
    .object(entries.map { .init($0.key, $0.node.json) })
  }

  /// Why the manifest would not take a value at a path; nil when it would.
  static func problem(
    of value: JSONValue, at path: [String], _ source: SourceText
  ) -> (message: String, hint: String?)? {
    var probe = NativeTable()
    probe.set(.integer(1), at: ["capsule"])
    if path.first == "processes", path.count > 2 { probe.set(.string("x"), at: [path[0], path[1], "cmd"]) }
    probe.set(value, at: path[...])
    var decoder = ManifestDecoder(source: source)
    var draft = ManifestDraft()
    guard decoder.table(SyntaxNode(probe.json), ManifestFields.top, into: &draft), !decoder.hasErrors else {
      let first = decoder.problems.first { $0.severity == .error }
      return (first?.message ?? "a manifest cannot say it", first?.hint)
    }
    return nil
  }
}

extension SyntaxNode {
  /// A tree without places.
  init(_ json: JSONValue) {
    let nowhere = Position(line: 1, column: 1)
    func scalar(_ text: String, _ kind: Scalar.Kind) -> Content { .scalar(Scalar(text: text, kind: kind)) }
    let content: Content =
      switch json {
      case .null: scalar("null", .null)
      case .bool(let value): scalar(String(value), .bool)
      case .integer(let value): scalar(String(value), .integer)
      case .number(let value): scalar(value.description, .float)
      case .string(let value): scalar(value, .string)
      case .array(let values): .list(values.map { SyntaxNode($0) })
      case .object(let members):
        .table(members.map { Entry(key: $0.key, keyPosition: nowhere, value: SyntaxNode($0.value)) })
      }
    self.init(content: content, position: nowhere)
  }
}
