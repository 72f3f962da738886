internal import Diagnostics

/// Reads TOML as a document: tables by their headers, whatever the order in which these stand.
struct TOMLDocument {
  private let lines: TextLines
  private var scanner: TOMLScanner
  private var root = DocumentNode.table([])
  /// Where the table is whose keys are read now, and what has been read of it.
  private var path: [String] = []
  private var table = DocumentNode.table([])
  /// Comments that stand on lines of their own, before it is known what follows them.
  private var pending: [Comment] = []

  static func read(_ source: SourceText) throws(Diagnostic) -> DocumentNode {
    // Whatever passes here is TOML.
    _ = try TOMLSyntax.read(source)
    var reader = TOMLDocument(TextLines(source.bytes))
    return reader.readDocument()
  }

  private init(_ lines: TextLines) {
    self.lines = lines
    scanner = TOMLScanner(lines)
  }

  private mutating func readDocument() -> DocumentNode {
    while true {
      scanner.skipSpace(andBreaks: true)
      guard let sign = scanner.next else { break }
      switch sign {
      case "#":
        let range = scanner.comment()
        pending.append(comment(in: range, isAlone: true))
      case "[": readHeader()
      default: readEntry()
      }
    }
    // Behind the last table, what a blank line sets apart is about the whole file.
    let end = path.isEmpty ? 0 : pending.firstIndex(where: \.isAfterBlank) ?? pending.count
    let rest = pending[end...]
    table.ending += pending[..<end]
    closeTable()
    root.ending += rest
    return root
  }

  private func comment(in range: Range<Int>, isAlone: Bool) -> Comment {
    let isAfterBlank = isAlone && lines.isAfterBlank(line: lines.line(of: range.lowerBound))
    return Comment(written: lines.text(range.lowerBound + 1..<range.upperBound), isAfterBlank: isAfterBlank)
  }

  private mutating func readHeader() {
    let start = scanner.index
    takeEndOfTable(before: start)
    closeTable()
    let isElement = scanner.isNext("[[")
    scanner.skip(isElement ? 2 : 1)
    path = scanner.key()
    scanner.skip(isElement ? 2 : 1)
    var header = DocumentNode.table([])
    header.leading = pending
    header.isAfterBlank = lines.isAfterBlank(line: lines.line(of: start))
    pending = []
    scanner.skipSpace()
    if scanner.next == "#" { header.trailing = comment(in: scanner.comment(), isAlone: false) }
    if isElement {
      root.change(at: path[...], isLast: false) { $0.addElement() }
    }
    table = header
  }

  /// Comments directly above a header are about its table; those above these, if a blank line stands between, are not.
  private mutating func takeEndOfTable(before start: Int) {
    guard !path.isEmpty else { return }
    let isApart = lines.isAfterBlank(line: lines.line(of: start))
    let end = isApart ? pending.count : pending.indices.last { pending[$0].isAfterBlank } ?? 0
    table.ending += pending[..<end]
    pending.removeFirst(end)
  }

  private mutating func closeTable() {
    let table = table
    root.change(at: path[...]) { $0.merge(table) }
    self.table = .table([])
  }

  private mutating func readEntry() {
    let start = scanner.index
    let key = scanner.key()
    scanner.skip()
    scanner.skipSpace()
    var builder = DocumentBuilder(lines)
    builder.begin(isTable: true, isFlow: true, isInline: false, at: start)
    builder.key("", in: start..<scanner.index)
    readValue(&builder)
    scanner.skipSpace()
    if scanner.next == "#" {
      let range = scanner.comment()
      builder.comment(at: range.lowerBound, end: range.upperBound)
    }
    builder.end(at: scanner.index)
    var value = builder.finish().children[0]
    value.leading = pending + value.leading
    value.isAfterBlank = lines.isAfterBlank(line: lines.line(of: start))
    pending = []
    table.insert(value, at: key[...])
  }
}

// Values.
extension TOMLDocument {
  private mutating func readValue(_ builder: inout DocumentBuilder) {
    let start = scanner.index
    switch scanner.next {
    case "[": readList(&builder)
    case "{": readTable(&builder)
    case "\"", "'":
      let text = scanner.string()
      builder.scalar(DocumentScalar(text, .string), in: start..<scanner.index)
    default:
      let text = scanner.word()
      builder.scalar(DocumentScalar(text, .word), in: start..<start + text.unicodeScalars.count)
    }
  }

  private mutating func readList(_ builder: inout DocumentBuilder) {
    let start = scanner.index
    scanner.skip()
    scanner.skipSpace()
    let isInline = scanner.next != "\n" && scanner.next != "\r" && scanner.next != "#"
    builder.begin(isTable: false, isFlow: true, isInline: isInline, at: start)
    while let sign = scanner.next, sign != "]" {
      switch sign {
      case " ", "\t", "\n", "\r": scanner.skipSpace(andBreaks: true)
      case ",": scanner.skip()
      case "#":
        let range = scanner.comment()
        builder.comment(at: range.lowerBound, end: range.upperBound)
      default: readValue(&builder)
      }
    }
    scanner.skip()
    builder.end(at: scanner.index)
  }

  private mutating func readTable(_ builder: inout DocumentBuilder) {
    builder.begin(isTable: true, isFlow: true, isInline: true, at: scanner.index)
    scanner.skip()
    scanner.skipSpace()
    while let sign = scanner.next, sign != "}" {
      if sign == " " || sign == "\t" || sign == "," {
        scanner.skip()
        continue
      }
      let start = scanner.index
      let key = scanner.key()
      scanner.skip()
      scanner.skipSpace()
      // The parts of a key with dots are tables in tables; those of the same name become one at the end.
      for (number, part) in key.enumerated() {
        if number > 0 { builder.begin(isTable: true, isFlow: true, isInline: true, at: start) }
        builder.key(part, in: start..<start)
      }
      readValue(&builder)
      for _ in key.dropFirst() { builder.end(at: scanner.index) }
    }
    scanner.skip()
    builder.end(at: scanner.index)
  }
}

extension DocumentNode {
  /// Changes what stands at a path below this table, and makes the tables on the way. Of a list of tables, the last is
  /// meant; with `isLast` false the list itself, where the path ends at it.
  fileprivate mutating func change(
    at path: ArraySlice<String>, isLast: Bool = true, _ body: (inout DocumentNode) -> Void
  ) {
    switch content {
    case .list(var elements) where isLast || !path.isEmpty:
      content = .list([])
      elements[elements.count - 1].change(at: path, isLast: isLast, body)
      content = .list(elements)
    case .table(var entries) where !path.isEmpty:
      content = .table([])
      let key = path[path.startIndex]
      let index = entries.lastIndex { $0.key == key } ?? entries.count
      if index == entries.count { entries.append(Entry(key, .table([]))) }
      entries[index].value.change(at: path.dropFirst(), isLast: isLast, body)
      content = .table(entries)
    case .scalar, .list, .table: body(&self)
    }
  }

  /// Adds a table to a list of tables; what a path has just made in its place becomes one.
  fileprivate mutating func addElement() {
    if case .list(var elements) = content {
      content = .list([])
      elements.append(.table([]))
      content = .list(elements)
    } else {
      content = .list([.table([])])
    }
  }

  /// Adds the entries and comments of a table that has the same header.
  fileprivate mutating func merge(_ other: DocumentNode) {
    guard case .table(let mine) = content, case .table(let added) = other.content else { return }
    content = .table(mine + added)
    leading += other.leading
    trailing = trailing ?? other.trailing
    isAfterBlank = other.isAfterBlank
    ending += other.ending
  }

  /// Adds a value at a key with dots.
  fileprivate mutating func insert(_ value: DocumentNode, at key: ArraySlice<String>) {
    let value = value.unified
    change(at: key.dropLast()) { table in
      guard case .table(var entries) = table.content, let last = key.last else { return }
      table.content = .table([])
      entries.append(Entry(last, value))
      table.content = .table(entries)
    }
  }

  /// The same value with the entries of each key that stands several times in one.
  private var unified: DocumentNode {
    var copy = self
    switch content {
    case .scalar: break
    case .list(let elements): copy.content = .list(elements.map(\.unified))
    case .table(let entries):
      copy.content = .table([])
      for entry in entries { copy.take(entry) }
    }
    return copy
  }

  /// Adds an entry to a table; what it holds goes into the table that is there already under its key.
  private mutating func take(_ entry: Entry) {
    guard case .table(var entries) = content else { return }
    content = .table([])
    if case .table(let inside) = entry.value.content, let index = entries.firstIndex(where: { $0.key == entry.key }) {
      for inner in inside { entries[index].value.take(inner) }
    } else {
      entries.append(Entry(entry.key, entry.value.unified))
    }
    content = .table(entries)
  }
}
