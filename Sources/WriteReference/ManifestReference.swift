internal import ManifestFormat

/// The page of the reference on the keys of a manifest.
struct ManifestReference {
  private var sections: [String] = []
  /// Tables that have a section already, by their keys, and its title.
  private var titles: [[String]: String] = [:]

  static var page: String {
    var reference = ManifestReference()
    reference.add(ManifestKeys.native, title: "At the top", path: "")
    var package = ManifestReference()
    package.titles = reference.titles
    let dialect = ManifestKeys.package.filter { $0.key == "package" }
    package.add(dialect, title: "In the dialect with package", path: "")
    return """
      \(MarkdownReference.origin)# The manifest

      A capsule is described by one file: \(Manifest.fileNames.map { "`\($0)`" }.joined(separator: ", ")). The three syntaxes say the same; anchors, aliases, tags and
      unknown keys are errors. `capsrun check` tells all mistakes, `capsrun schema` prints a schema for editors.

      Not every key is executed by this release. One that is marked *not yet* is read and checked, and shown by `capsrun explain`;
      a capsule that declares it is not run. *Packing* decides what is packed into a capsule; *description* is for people.

      \((reference.sections + package.sections).joined(separator: "\n"))
      """
  }

  private mutating func add(_ fields: [FieldShape], title: String, path: String) {
    let keys = fields.map(\.key)
    guard titles[keys] == nil else { return }
    titles[keys] = title
    let place = sections.count
    sections.append("")
    var rows: [String] = []
    for field in fields {
      let below = path.isEmpty ? field.key : path + "." + field.key
      let use = Self.words(for: field.use)
      let notes =
        (field.isRequired ? ["required"] : []) + field.aliases.map { "or `\($0)`" } + (use.isEmpty ? [] : [use])
      let meaning = MarkdownReference.text(field.summary) + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
      let cells = ["`\(field.key)`", words(for: field.shape, at: below), meaning].map(MarkdownReference.cell)
      rows.append("| \(cells.joined(separator: " | ")) |\n")
    }
    sections[place] = "## \(title)\n\n| key | value | meaning |\n|---|---|---|\n" + rows.joined()
  }

  private static func words(for use: FieldUse) -> String {
    switch use {
    case .planned: ""
    case .described: "*description*"
    case .packing: "*packing*"
    case .notYet: "*not yet*"
    }
  }

  private mutating func words(for shape: Shape, at path: String) -> String {
    switch shape {
    case .text(let form, _): return MarkdownReference.text(form)
    case .integer(let range): return Self.words(for: range)
    case .number: return "a number"
    case .bool: return "true or false"
    case .words(let words): return words.map { "`\($0)`" }.joined(separator: ", ")
    case .list(let element): return "list of: " + words(for: element, at: path)
    case .map(_, let element): return "table by name of: " + words(for: element, at: path + ".NAME")
    case .either(let shapes):
      var choices: [String] = []
      for choice in shapes { choices.append(words(for: choice, at: path)) }
      return choices.joined(separator: "; or ")
    case .anything: return "anything"
    case .table(let fields):
      add(fields, title: "`\(path)`", path: path)
      return "table, see \(titles[fields.map(\.key)] ?? path)"
    }
  }

  private static func words(for range: ClosedRange<Int>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (Int.min, Int.max): "an integer"
    case (let low, Int.max): "an integer of at least \(low)"
    case (let low, let high) where low == high: "`\(low)`"
    case (let low, let high): "an integer from \(low) to \(high)"
    }
  }
}
