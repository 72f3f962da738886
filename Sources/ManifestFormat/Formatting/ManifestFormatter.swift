package import Diagnostics

/// Writes a manifest in its one stable form, in the syntax that it has.
package enum ManifestFormatter {
  /// The text in its stable form; throws the problems of a manifest that is wrong.
  ///
  /// What would not mean the same, or would lose a comment, is never returned.
  package static func formatted(_ source: SourceText, folderName: String) throws(DiagnosticList) -> String {
    let syntax = ManifestSyntax(of: source)
    let manifest = try Manifest.read(source, folderName: folderName)
    let document = try syntax.document(source)
    let text = syntax.text(of: arranged(document))
    let result: SourceText
    let again: String
    do throws(DiagnosticList) {
      result = try SourceText(text, as: source)
      again = syntax.text(of: arranged(try syntax.document(result)))
    } catch {
      throw unfit(source, error.all.first?.message ?? "it could not be read again")
    }
    guard text == again else { throw unfit(source, "formatting it twice would change it twice") }
    guard try syntax.tree(result).means(sameAs: try syntax.tree(source)),
      try Manifest.read(result, folderName: folderName).means(sameAs: manifest)
    else { throw unfit(source, "it would mean something else") }
    // The second condition does not depend on how comments are found.
    guard texts(try syntax.document(result)) == texts(document), result.signs >= source.signs else {
      throw unfit(source, "a comment would be lost")
    }
    return text
  }

  /// Keys in their order, and the header at the top.
  private static func arranged(_ document: DocumentNode) -> DocumentNode {
    let isPackage: Bool =
      if case .table(let entries) = document.content { entries.contains { $0.key == "package" } } else { false }
    let fields = (isPackage ? PackageDialect.top : ManifestFields.top).map(\.fieldShape)
    return document.withHeader().ordered(by: .table(fields))
  }

  private static func texts(_ document: DocumentNode) -> [String] { document.comments.map(\.text).sorted() }

  private static func unfit(_ source: SourceText, _ reason: String) -> DiagnosticList {
    DiagnosticList([
      Diagnostic(
        "cannot format \(quoted(source.file)): \(reason)", hint: "nothing was changed; report this with the file",
        exitCode: .failed)
    ])
  }
}

extension SourceText {
  /// How often the sign is there that begins comments; of strings, all of its occurrences stay as well.
  fileprivate var signs: Int { bytes.count { $0 == UInt8(ascii: "#") } }

  /// A new text in the place of another.
  fileprivate init(_ text: String, as other: SourceText) throws(DiagnosticList) {
    do {
      self = try SourceText(file: other.file, bytes: Array(text.utf8))
    } catch {
      throw DiagnosticList([error])
    }
  }
}

extension ManifestSyntax {
  fileprivate func tree(_ source: SourceText) throws(DiagnosticList) -> SyntaxNode {
    do {
      return try read(source)
    } catch {
      throw DiagnosticList([error])
    }
  }

  fileprivate func document(_ source: SourceText) throws(DiagnosticList) -> DocumentNode {
    do {
      switch self {
      case .yaml: return try YAMLDocument.read(source)
      case .toml: return try TOMLDocument.read(source)
      case .json: return try JSONDocument.read(source)
      }
    } catch {
      throw DiagnosticList([error])
    }
  }

  /// A document in this syntax.
  package func text(of document: DocumentNode) -> String {
    switch self {
    case .yaml: YAMLWriter.text(of: document)
    case .toml: TOMLWriter.text(of: document)
    case .json: JSONWriter.text(of: document)
    }
  }
}

extension Manifest {
  /// Whether two manifests are equal, in whatever order the keys stand that this release does not execute.
  fileprivate func means(sameAs other: Manifest) -> Bool {
    var (a, b) = (self, other)
    (a.notYet, b.notYet) = ([], [])
    return a == b && notYet.map(\.value).sorted() == other.notYet.map(\.value).sorted()
  }
}

extension SyntaxNode {
  /// Whether two trees hold the same values, in whatever order the keys of a table stand.
  fileprivate func means(sameAs other: SyntaxNode) -> Bool {
    switch (content, other.content) {
    case (.scalar(let a), .scalar(let b)): return a.kind == b.kind && (a.text == b.text || a.kind == .null)
    case (.list(let a), .list(let b)): return a.count == b.count && zip(a, b).allSatisfy { $0.means(sameAs: $1) }
    case (.table(let a), .table(let b)):
      let (first, second) = (a.sorted { $0.key < $1.key }, b.sorted { $0.key < $1.key })
      return a.count == b.count
        && zip(first, second).allSatisfy { $0.key == $1.key && $0.value.means(sameAs: $1.value) }
    default: return false
    }
  }
}
