import Diagnostics
import Testing

@testable import ManifestFormat

/// How strings are written, each read again by the syntax's own reader.
@Suite struct StringFormTests {
  /// A string, how it stands in a line of its own, and how between brackets where that differs.
  static let inYAML: [(text: String, plain: String, flow: String?)] = [
    ("word", "word", nil), ("two words", "two words", nil), ("bin/x-y.z", "bin/x-y.z", nil), ("1.2.3", "1.2.3", nil),
    ("http://x.y/z#w", "http://x.y/z#w", nil), ("--port", "--port", nil), ("-", "\"-\"", nil), ("-x", "-x", nil),
    ("---", "\"---\"", nil), ("...", "\"...\"", nil), ("yes", "\"yes\"", nil), ("No", "\"No\"", nil),
    ("on", "\"on\"", nil), ("y", "\"y\"", nil), ("true", "\"true\"", nil), ("null", "\"null\"", nil),
    ("~", "\"~\"", nil), ("", "\"\"", nil), ("1.0", "\"1.0\"", nil), ("80", "\"80\"", nil), ("0o17", "\"0o17\"", nil),
    ("0x1f", "\"0x1f\"", nil), ("1_000", "\"1_000\"", nil), ("12:30:45", "\"12:30:45\"", nil),
    ("1e3", "\"1e3\"", nil), (".5", "\".5\"", nil), (".inf", "\".inf\"", nil), ("2020-01-01", "\"2020-01-01\"", nil),
    ("2020-1-1 x", "\"2020-1-1 x\"", nil), ("<<", "\"<<\"", nil), ("=", "\"=\"", nil), (" a", "\" a\"", nil),
    ("a ", "\"a \"", nil), ("a: b", "\"a: b\"", nil), ("a:", "\"a:\"", nil), ("a:b", "a:b", nil),
    (":a", ":a", "\":a\""),
    ("#x", "\"#x\"", nil), ("a #x", "\"a #x\"", nil), ("a#x", "a#x", nil), ("- x", "\"- x\"", nil),
    ("? x", "\"? x\"", nil), ("?x", "?x", "\"?x\""), ("[x]", "\"[x]\"", nil), ("a,b", "a,b", "\"a,b\""),
    ("a{b}", "a{b}", "\"a{b}\""), ("*/5 0 * * *", "\"*/5 0 * * *\"", nil), ("&a", "\"&a\"", nil), ("!a", "\"!a\"", nil),
    ("|", "\"|\"", nil), (">x", "\">x\"", nil), ("%a", "\"%a\"", nil), ("@daily", "\"@daily\"", nil),
    ("`a", "\"`a\"", nil), ("'a'", "\"'a'\"", nil), ("it's", "it's", nil), ("\"a\"", "'\"a\"'", nil),
    ("say \"a\"", "say \"a\"", nil), ("\"it's\"", "'\"it''s\"'", nil), ("a\\b", "a\\b", nil),
    ("a\\b: c", "'a\\b: c'", nil),
    ("\\", "\\", nil), ("a\tb", "\"a\\tb\"", nil), ("ü", "ü", nil), ("😀", "😀", nil), ("a\u{A0}b", "a\u{A0}b", nil),
    ("a\u{85}b", "\"a\\u0085b\"", nil), ("a\u{2028}b", "\"a\\u2028b\"", nil), ("\u{FEFF}a", "\"\\uFEFFa\"", nil),
    ("a\u{7F}\"", "\"a\\u007F\\\"\"", nil), ("a\r\n", "\"a\\r\\n\"", nil), ("\n", "\"\\n\"", nil),
    ("\na", "\"\\na\"", nil), (" a\nb", "\" a\\nb\"", nil), ("a\n\n", "\"a\\n\\n\"", nil),
  ]

  @Test(arguments: inYAML)
  func `a string is quoted in YAML where it must be`(text: String, plain: String, flow: String?) throws {
    #expect(YAMLScalar.text(text, isInFlow: false) == plain)
    #expect(YAMLScalar.text(text, isInFlow: true) == flow ?? plain)
    #expect(try Self.readBack(text, isInline: true) == text)
    #expect(try Self.readBack(text, isInline: false) == text)
  }

  @Test(arguments: [
    ("a\nb", "v: |-\n  a\n  b\n"), ("a\nb\n", "v: |\n  a\n  b\n"), ("a\n", "v: |\n  a\n"),
    ("# a\n\n\n  b\n", "v: |\n  # a\n\n\n    b\n"), ("- a\n: b", "v: |-\n  - a\n  : b\n"),
    ("a \n b", "v: |-\n  a \n   b\n"),
  ])
  func `text of several lines is a block in YAML`(text: String, expected: String) throws {
    #expect(YAMLWriter.text(of: .table([.init("v", .string(text))])) == expected)
    #expect(try Self.readBack(text, isInline: false) == text)
    #expect(try Self.readBack(text, isInline: true) == text)
  }

  @Test(arguments: [
    "one", "one\n", "one two", "a\n\nb\n", "a\nb", String(repeating: "word ", count: 60) + "end\n",
    String(repeating: "x", count: 300), "a  b " + String(repeating: "word ", count: 60),
    "a\n" + String(repeating: "- # word ", count: 30) + "end\n b",
  ])
  func `filled text is filled again, and means the same`(text: String) throws {
    let node = DocumentNode(.scalar(DocumentScalar(text, .folded)))
    let written = YAMLWriter.text(of: .table([.init("v", node)]))
    let source = try SourceText(file: "x.yml", bytes: Array(written.utf8))
    let read = try YAMLDocument.read(source)
    #expect(read.children.map(\.content) == SyntaxText.scalars(text, like: read.children))
    #expect(YAMLWriter.text(of: read) == written)
  }

  @Test(arguments: [
    ("word", "\"word\""), ("", "\"\""), ("a\"b", "'a\"b'"), ("a\\b", "'a\\b'"), ("a\"'b", "\"a\\\"'b\""),
    ("a\tb", "\"a\\tb\""), ("a\u{85}", "\"a\\u0085\""), ("ü😀", "\"ü😀\""), ("a\n", "\"a\\n\""),
    ("\u{1B}", "\"\\u001B\""),
    ("a\nb", "\"\"\"\na\nb\"\"\""), ("\na\"\"\"\\\nb\"", "\"\"\"\n\na\\\"\\\"\\\"\\\\\nb\\\"\"\"\""),
    ("a\r\nb", "\"a\\r\\nb\""),
  ])
  func `a string of TOML is read as it was`(text: String, expected: String) throws {
    let written = TOMLWriter.text(of: .table([.init("v", .string(text)), .init("l", .list([.string(text)]))]))
    #expect(written.hasPrefix("v = \(expected)\n"))
    let source = try SourceText(file: "x.toml", bytes: Array(written.utf8))
    let document = try TOMLDocument.read(source)
    #expect(document.children[0] == .string(text))
    #expect(document.children[1].children == [.string(text)])
    guard case .table(let entries) = try TOMLSyntax.read(source).content,
      case .scalar(let scalar) = entries[0].value.content
    else { return #expect(Bool(false), "\(written)") }
    #expect(scalar.text == text && scalar.kind == .string)
  }

  @Test(arguments: [
    (#""a\b\t\n\f\r\"\\\u00e9\U0001F600""#, "a\u{8}\t\n\u{C}\r\"\\é😀"), (#"'a\b'"#, #"a\b"#),
    ("\"\"\"\r\na\r\nb\"\"\"", "a\nb"), ("\"\"\"a \\\n\n   b\"\"\"", "a b"), ("''''a''''", "'a'"),
    ("\"\"\"\"\"a\"\"\"\"\"", "\"\"a\"\""), ("'''\n'''", ""), ("\"\"", ""),
  ])
  func `every string of TOML stands for what toml++ says`(written: String, text: String) throws {
    let source = try SourceText(file: "x.toml", bytes: Array("v = \(written)".utf8))
    #expect(try TOMLDocument.read(source).children == [.string(text)])
    guard case .table(let entries) = try TOMLSyntax.read(source).content,
      case .scalar(let scalar) = entries[0].value.content
    else { return #expect(Bool(false)) }
    #expect(scalar.text == text)
  }

  /// What YAML reads of a string as a value, as a key and as an element; nil when these differ.
  private static func readBack(_ text: String, isInline: Bool) throws -> String? {
    let list = DocumentNode(.list([.string(text), .string(text)]), isInline: isInline)
    let table = DocumentNode(.table([.init(text, .string(text))]), isInline: isInline)
    let root = DocumentNode.table([.init("v", .string(text)), .init("l", list), .init("t", table)])
    let source = try SourceText(file: "x.yml", bytes: Array(YAMLWriter.text(of: root).utf8))
    guard case .table(let entries) = try YAMLSyntax.read(source).content, entries.count == 3,
      case .list(let elements) = entries[1].value.content, case .table(let inner) = entries[2].value.content,
      inner.count == 1
    else { return nil }
    let scalars = [entries[0].value] + elements + [inner[0].value]
    let isSame = scalars.allSatisfy { $0.content == .scalar(Scalar(text: text, kind: .string)) } && inner[0].key == text
    return scalars.count == 4 && isSame ? text : nil
  }
}

private enum SyntaxText {
  /// The one scalar `text`, in whatever form it was read.
  static func scalars(_ text: String, like nodes: [DocumentNode]) -> [DocumentNode.Content] {
    nodes.map { node in
      guard case .scalar(let scalar) = node.content, scalar.form != .word else { return .list([]) }
      return .scalar(DocumentScalar(text, scalar.form))
    }
  }
}
