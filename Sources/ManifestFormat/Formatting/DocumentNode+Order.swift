extension DocumentNode {
  /// The same document with the keys of each table in the order of the field table. Where the author chooses the keys, or
  /// may write anything, the order stays.
  func ordered(by shape: Shape) -> DocumentNode {
    var copy = self
    switch content {
    case .scalar: break
    case .list(let elements):
      guard let element = shape.alternatives.firstNonNil(\.element) else { break }
      copy.content = .list(elements.map { $0.ordered(by: element) })
    case .table(let entries):
      if let fields = shape.alternatives.firstNonNil(\.fields) {
        copy.content = .table(Self.ordered(entries, by: fields))
      } else if let value = shape.alternatives.firstNonNil(\.value) {
        copy.content = .table(entries.map { Entry($0.key, $0.value.ordered(by: value)) })
      }
    }
    return copy
  }

  private static func ordered(_ entries: [Entry], by fields: [FieldShape]) -> [Entry] {
    let ranked = entries.enumerated().map { index, entry in
      let rank = fields.firstIndex { $0.key == entry.key || $0.aliases.contains(entry.key) }
      let value = rank.map { entry.value.ordered(by: fields[$0].shape) } ?? entry.value
      return (rank: rank ?? fields.count, index: index, entry: Entry(entry.key, value))
    }
    return ranked.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }.map(\.entry)
  }

  /// The same document with the comments that stand above its first key, and are not about it, at its top.
  func withHeader() -> DocumentNode {
    guard case .table(var entries) = content, !entries.isEmpty else { return self }
    let comments = entries[0].value.leading
    var count = entries[0].value.isAfterBlank ? comments.count : 0
    if count == 0 { count = comments.indices.dropFirst().last { comments[$0].isAfterBlank } ?? 0 }
    if count == 0, comments.first?.isForEditors == true { count = 1 }
    var copy = self
    copy.leading += comments[..<count]
    entries[0].value.leading = Array(comments[count...])
    copy.content = .table(entries)
    return copy
  }
}

extension Comment {
  /// Whether it names the schema to an editor, which looks for it in the first line.
  fileprivate var isForEditors: Bool { text.hasPrefix(":schema ") || text.hasPrefix(" yaml-language-server:") }
}

extension Shape {
  fileprivate var alternatives: [Shape] {
    if case .either(let shapes) = self { return shapes.flatMap(\.alternatives) }
    return [self]
  }

  fileprivate var element: Shape? {
    if case .list(let element) = self { return element }
    return nil
  }

  fileprivate var fields: [FieldShape]? {
    if case .table(let fields) = self { return fields }
    return nil
  }

  /// What stands at the keys of the author's choice.
  fileprivate var value: Shape? {
    if case .map(_, let value) = self { return value }
    return nil
  }
}

extension [Shape] {
  fileprivate func firstNonNil<Value>(_ get: (Shape) -> Value?) -> Value? {
    for shape in self {
      if let value = get(shape) { return value }
    }
    return nil
  }
}
