internal import Diagnostics

/// The syntaxes in which a manifest can be written: one model, whichever it is.
package enum ManifestSyntax: String, Hashable, Sendable, CaseIterable {
  case yaml, toml, json

  /// By the extension of the file's name; where that says nothing, by how the text begins.
  init(of source: SourceText) {
    switch source.file.split(separator: ".").last.map({ $0.lowercased() }) {
    case "yml", "yaml": self = .yaml
    case "toml": self = .toml
    case "json": self = .json
    default: self = Self.guess(from: source.bytes)
    }
  }

  /// JSON begins with a brace, TOML with a bracket or with a key and an equals sign.
  private static func guess(from bytes: [UInt8]) -> ManifestSyntax {
    let text = String(decoding: bytes, as: UTF8.self)
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.drop { $0 == " " || $0 == "\t" }
      guard let first = words.first, first != "#" else { continue }
      if first == "{" { return .json }
      let equals = words.firstIndex(of: "=") ?? words.endIndex
      let colon = words.firstIndex(of: ":") ?? words.endIndex
      return first == "[" || equals < colon ? .toml : .yaml
    }
    return .yaml
  }

  func read(_ source: SourceText) throws(Diagnostic) -> SyntaxNode {
    switch self {
    case .yaml: try YAMLSyntax.read(source)
    case .toml: try TOMLSyntax.read(source)
    case .json: try JSONSyntax.read(source)
    }
  }
}
