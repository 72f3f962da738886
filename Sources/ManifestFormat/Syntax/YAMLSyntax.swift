internal import CYAML
internal import Diagnostics

/// Reads YAML 1.2 core into a syntax tree through libyaml's events.
///
/// Anchors, aliases, tags and further documents are refused: a manifest needs none, and aliases can grow without limit.
struct YAMLSyntax {
  /// Whose file it is, in the words of the errors.
  enum Purpose: Sendable {
    case manifest
    /// A file of another tool, which is only read to be converted.
    case migration

    fileprivate var refusal: String { self == .manifest ? "not allowed in a manifest" : "not read here" }

    fileprivate func hint(_ own: String) -> String {
      self == .manifest ? own : "write the values out first; docker compose config does so for its files"
    }
  }

  private let source: SourceText
  private let purpose: Purpose
  private let lineStarts: LineStarts
  private var parser = yaml_parser_t()
  private var depth = 0

  /// The tree of one document; throws the one diagnostic at which reading had to stop.
  static func read(_ source: SourceText, for purpose: Purpose = .manifest) throws(Diagnostic) -> SyntaxNode {
    var reader = YAMLSyntax(source: source, purpose: purpose)
    return try reader.readDocument()
  }

  private init(source: SourceText, purpose: Purpose) {
    self.source = source
    self.purpose = purpose
    lineStarts = LineStarts(of: source.bytes)
  }

  /// What stands where in a document, for those who need more than its meaning.
  static func events(of source: SourceText) throws(Diagnostic) -> [Event] {
    var reader = YAMLSyntax(source: source, purpose: .manifest)
    return try reader.parse { (reader: inout YAMLSyntax) throws(Diagnostic) in try reader.readEvents() }
  }

  private mutating func readEvents() throws(Diagnostic) -> [Event] {
    var events: [Event] = []
    while true {
      let event = try next()
      events.append(event)
      if case .streamEnd = event.kind { return events }
    }
  }

  private mutating func readDocument() throws(Diagnostic) -> SyntaxNode {
    try parse { (reader: inout YAMLSyntax) throws(Diagnostic) in try reader.readOnlyDocument() }
  }

  private mutating func parse<Value>(
    _ read: (inout YAMLSyntax) throws(Diagnostic) -> Value
  ) throws(Diagnostic) -> Value {
    guard yaml_parser_initialize(&parser) == 1 else {
      throw Diagnostic("cannot read YAML: out of memory", exitCode: .failed)
    }
    defer { yaml_parser_delete(&parser) }
    // libyaml keeps the pointer while it reads, so all reading happens inside this closure.
    let result: Result<Value, Diagnostic> = source.bytes.withUnsafeBufferPointer { bytes in
      yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
      yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      return Result { () throws(Diagnostic) in try read(&self) }
    }
    return try result.get()
  }

  private mutating func readOnlyDocument() throws(Diagnostic) -> SyntaxNode {
    if let offset = YAMLDirectives.first(in: source) { throw directiveError(at: offset) }
    _ = try next()  // the start of the stream
    guard case .documentStart = try next().kind else {
      throw source.error("the \(purpose == .manifest ? "manifest" : "file") is empty", at: Position(line: 1, column: 1))
    }
    let root = try readNode(from: try next())
    let documentEnd = try next()
    if let offset = YAMLDirectives.first(in: source, behindDocumentAt: documentEnd.range.upperBound) {
      throw directiveError(at: offset)
    }
    let end = try next()
    guard case .streamEnd = end.kind else {
      throw source.error(
        "\(purpose == .manifest ? "a manifest" : "it") is one document, and here a second one starts", at: end.position)
    }
    return root
  }

  private mutating func readNode(from event: Event) throws(Diagnostic) -> SyntaxNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= SyntaxNode.deepestLevel else { throw source.tooDeep(at: event.position) }
    switch event.kind {
    case .scalar(let scalar):
      return SyntaxNode(content: .scalar(scalar), position: event.position)
    case .listStart:
      return SyntaxNode(content: .list(try readList()), position: event.position)
    case .tableStart:
      return SyntaxNode(content: .table(try readTable()), position: event.position)
    case .documentStart, .documentEnd, .streamStart, .streamEnd, .listEnd, .tableEnd:
      throw source.error("a value is missing here", at: event.position)
    }
  }

  private mutating func readList() throws(Diagnostic) -> [SyntaxNode] {
    var elements: [SyntaxNode] = []
    while true {
      let event = try next()
      if case .listEnd = event.kind { return elements }
      elements.append(try readNode(from: event))
    }
  }

  private mutating func readTable() throws(Diagnostic) -> [SyntaxNode.Entry] {
    var entries: [SyntaxNode.Entry] = []
    var keys = KeySet()
    while true {
      let event = try next()
      if case .tableEnd = event.kind { return entries }
      guard case .scalar(let key) = event.kind else {
        throw source.error("a key must be a plain name", at: event.position)
      }
      try keys.insert(key.text, at: event.position, of: source)
      let value = try readNode(from: try next())
      entries.append(SyntaxNode.Entry(key: key.text, keyPosition: event.position, value: value))
    }
  }
}

extension YAMLSyntax {
  struct Event {
    enum Kind {
      case streamStart, streamEnd, documentStart, documentEnd
      case scalar(Scalar)
      case listStart, listEnd, tableStart, tableEnd
    }

    let kind: Kind
    let position: Position
    /// Where it stands, in Unicode scalars.
    let range: Range<Int>
    /// Of a list or table: whether it stands between brackets or braces.
    var isFlow = false
    /// Of a scalar: whether its lines are filled.
    var isFolded = false
  }

  private mutating func next() throws(Diagnostic) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(&parser, &event) == 1 else { throw syntaxError() }
    defer { yaml_event_delete(&event) }
    let position = lineStarts.position(ofScalar: event.start_mark.index)
    var result = Event(
      kind: try kind(of: event, at: position), position: position,
      range: event.start_mark.index..<max(event.start_mark.index, event.end_mark.index))
    switch event.type {
    case YAML_SEQUENCE_START_EVENT: result.isFlow = event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
    case YAML_MAPPING_START_EVENT: result.isFlow = event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
    case YAML_SCALAR_EVENT: result.isFolded = event.data.scalar.style == YAML_FOLDED_SCALAR_STYLE
    default: break
    }
    return result
  }

  private func kind(of event: yaml_event_t, at position: Position) throws(Diagnostic) -> Event.Kind {
    switch event.type {
    case YAML_STREAM_START_EVENT: return .streamStart
    case YAML_STREAM_END_EVENT: return .streamEnd
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_SEQUENCE_END_EVENT: return .listEnd
    case YAML_MAPPING_END_EVENT: return .tableEnd
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      try refuseAnchorAndTag(start.anchor, start.tag, at: position)
      return .listStart
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      try refuseAnchorAndTag(start.anchor, start.tag, at: position)
      return .tableStart
    case YAML_SCALAR_EVENT:
      let start = event.data.scalar
      try refuseAnchorAndTag(start.anchor, start.tag, at: position)
      return .scalar(scalar(of: event))
    default:
      throw source.error("aliases are \(purpose.refusal)", at: position, hint: purpose.hint("write the value out"))
    }
  }

  private func refuseAnchorAndTag(
    _ anchor: UnsafeMutablePointer<yaml_char_t>?, _ tag: UnsafeMutablePointer<yaml_char_t>?, at position: Position
  ) throws(Diagnostic) {
    if anchor != nil {
      throw source.error("anchors are \(purpose.refusal)", at: position, hint: purpose.hint("write the value out"))
    }
    if tag != nil {
      throw source.error("tags are \(purpose.refusal)", at: position, hint: purpose.hint("remove the tag"))
    }
  }

  private func scalar(of event: yaml_event_t) -> Scalar {
    let data = event.data.scalar
    let bytes = UnsafeBufferPointer(start: data.value, count: data.length)
    let text = String(decoding: bytes, as: UTF8.self)
    let isPlain = data.style == YAML_PLAIN_SCALAR_STYLE
    return Scalar(text: text, kind: isPlain ? YAMLCoreSchema.kind(of: text) : .string)
  }

  private func directiveError(at offset: Int) -> Diagnostic {
    source.error(
      "directives are not allowed in a manifest", at: lineStarts.position(ofScalar: offset), hint: "remove the line")
  }

  private func syntaxError() -> Diagnostic {
    let problem = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
    // What reads the characters knows a byte only, what makes sense of them knows a mark.
    let place =
      parser.error == YAML_READER_ERROR
      ? source.position(ofByte: parser.problem_offset) : lineStarts.position(ofScalar: parser.problem_mark.index)
    return source.error(
      "this is not YAML: \(problem)", at: place,
      hint: problem.contains("token") ? "indent by spaces, never by tabs, and quote text with special characters" : nil)
  }
}
