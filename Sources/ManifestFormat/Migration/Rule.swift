internal import Diagnostics

/// What becomes of one key of an old format.
enum Rule<Context>: Sendable {
  /// Its value stands at this path, below that of the context.
  case put([String], Reading)
  case convert(@Sendable (OldKey, inout Context) -> Void)
  /// What it asks for holds for every capsule, if the value is none of these.
  case holds(unless: [String] = [])
  /// It says nothing that a manifest would say; a comment tells why.
  case needless(String)
  /// It is told why it cannot be converted, and what a person may add.
  case cannot(String, add: String? = nil)
  case table([String: Rule])
}

/// Converts the keys of one table of an old file. Every key is converted or told: whatever has no rule is told too.
protocol Converter {
  var draft: NativeDraft { get set }
  /// Where in the manifest it puts things.
  var path: [String] { get }
  static var rules: [String: Rule<Self>] { get }
}

extension Converter {
  mutating func convert(_ entries: [SyntaxNode.Entry]) {
    convert(entries.map { OldKey($0) }, Self.rules)
  }

  mutating func convert(_ keys: [OldKey], _ rules: [String: Rule<Self>]) {
    for key in keys {
      guard let rule = rules[key.key] else {
        tell(key, "it is unknown to this program")
        continue
      }
      apply(rule, to: key)
    }
  }

  private mutating func apply(_ rule: Rule<Self>, to key: OldKey) {
    switch rule {
    case .put(let below, let reading):
      if let value = read(key, reading) { put(value, below, from: key) }
    case .convert(let convert): convert(key, &self)
    case .holds(let exceptions):
      guard let text = key.text, exceptions.contains(text.lowercased()) else {
        return draft.hold(key, for: path)
      }
      tell(key, "what it takes away holds for every capsule")
    case .needless(let why): note(key, why)
    case .cannot(let why, let add): tell(key, why, add: add)
    case .table(let rules):
      guard case .table(let entries) = key.value.content else { return tell(key, "it is no table") }
      convert(entries.map { OldKey($0, below: key.name + ".") }, rules)
    }
  }

  /// The value in the manifest's words; told when it has none.
  mutating func read(_ key: OldKey, _ reading: Reading) -> JSONValue? {
    do throws(TextProblem) {
      return try reading.read(key.value)
    } catch {
      tell(key, error.explanation, add: error.hint.isEmpty ? nil : error.hint)
      return nil
    }
  }

  @discardableResult
  mutating func put(_ value: JSONValue, _ below: [String], from key: OldKey) -> Bool {
    draft.put(value, at: path + below, from: key, for: path)
  }

  /// Adds to a list of grants of the capsule.
  @discardableResult
  mutating func grant(_ kind: String, _ text: String, from key: OldKey) -> Bool {
    draft.append(.string(text), at: ["capabilities", kind], from: key, for: path)
  }

  mutating func tell(_ key: OldKey, _ why: String, add: String? = nil) {
    draft.tell(key, why, add: add, for: path)
  }

  mutating func question(_ key: OldKey, _ what: String, add: String? = nil) {
    draft.question(key, what, add: add, for: path)
  }

  mutating func note(_ key: OldKey, _ text: String) {
    draft.note(key, text, for: path)
  }

  /// The texts of a list, or of one scalar; told when something else stands there.
  mutating func texts(_ key: OldKey) -> [String]? {
    if let text = key.text { return [text] }
    guard case .list(let elements) = key.value.content else {
      tell(key, "it is no list")
      return nil
    }
    let texts = elements.map { OldKey(name: key.name, value: $0, position: $0.position) }.compactMap(\.text)
    if texts.count < elements.count { tell(key, "the list holds more than texts") }
    return texts
  }

  /// An environment variable with its value.
  mutating func setVariable(_ name: String, _ value: String, from key: OldKey) {
    put(.string(value), ["env", name], from: key)
  }
}
