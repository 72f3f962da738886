import Diagnostics
import ManifestFormat
import Testing

/// What is told of a manifest: `LINE:COLUMN message` each, or nothing when it is well.
private func told(_ text: String, _ file: String) -> [String] {
  let diagnostics: [Diagnostic]
  do {
    _ = try Manifest.read(try SourceText(file: file, bytes: Array(text.utf8)), folderName: "folder")
    diagnostics = []
  } catch let list as DiagnosticList {
    diagnostics = list.all
  } catch let diagnostic as Diagnostic {
    diagnostics = [diagnostic]
  } catch {
    return ["\(error)"]
  }
  return diagnostics.map { "\($0.location?.line ?? 0):\($0.location?.column ?? 0) \($0.message)" }
}

/// What the fuzzer of scripts/fuzz found, and shapes of which a mebibyte took minutes or gigabytes.
@Suite struct HostileInputTests {
  private static let yaml = "capsule: 1\nentrypoint: a\n"
  private static let toml = "capsule = 1\nentrypoint = 'a'\n"
  private static let json = "{\"capsule\": 1, \"entrypoint\": \"a\""

  @Test func `the manifests that the hostile ones are made of are well`() {
    #expect(told(Self.yaml, "m.yml") == [])
    #expect(told(Self.toml, "m.toml") == [])
    #expect(told(Self.json + "}", "m.json") == [])
  }

  private static let unexpected: [(text: String, start: String)] = [
    ("[.a]", "1:2 this is not TOML: Error while parsing key: expected bare key starting character"),
    ("[[[a]]]", "1:3 this is not TOML: Error while parsing key: expected bare key starting character"),
    ("x = [}", "1:6 this is not TOML: Error while parsing value: could not determine value type"),
    ("x = [\u{2028}1]", "1:6 this is not TOML: Error while parsing value: could not determine value type"),
    ("x = \"\"\"\\\n \"\"\ny = 1", "3:6 this is not TOML"),
    ("a" + String(repeating: ".a", count: 500_000) + " = 1", "1:130 more than 64 levels of nesting"),
    ("[\(dots)a]", "1:129 more than 64 levels of nesting"),
    ("x = [\"\"\"a\"\"\"\", {\(dots)a=1}]", "1:142 more than 64 levels of nesting"),
    ("x = [\"\", '', {\(dots)a=1}]", "1:140 more than 64 levels of nesting"),
  ]

  @Test(arguments: unexpected)
  func `TOML that toml++ does not expect is refused at its place`(text: String, start: String) {
    let found = told(text, "m.toml")
    #expect(found.count == 1 && found[0].hasPrefix(start), "\(found)")
  }

  private static let dots: String = String(repeating: "a.", count: 100)
  private static let brackets: String = String(repeating: "[.", count: 100)
  private static let harmless: [String] = [
    "# \(dots)\n", "x = '\(dots)'\n", "x = '''\n\(brackets)'''''\n", "x = \"\\\"\(dots)\"\n",
    "x = [" + String(repeating: "1.5, ", count: 100) + "]\n",
  ]

  @Test(arguments: harmless)
  func `dots in text, comments and numbers are no nesting`(line: String) {
    let found = told(Self.toml + line, "m.toml")
    #expect(!found.contains { $0.contains("nesting") || $0.contains("not TOML") }, "\(found)")
  }

  @Test(arguments: [
    ("%YAML 1.2\n---\n", "1:1 directives are not allowed in a manifest"),
    ("# a\n\n%TAG ! a\n---\n", "3:1 directives are not allowed in a manifest"),
  ])
  func `YAML directives are refused before the manifest`(start: String, problem: String) {
    #expect(told(start + Self.yaml, "m.yml") == [problem])
  }

  @Test(arguments: ["%TAG ! a\n", "...\n%TAG ! a\n", "...\n# a\n...\n\n%TAG ! a\n---\n"])
  func `YAML directives are refused behind the manifest`(end: String) {
    let found = told(Self.yaml + end, "m.yml")
    #expect(found.count == 1 && found[0].hasSuffix("1 directives are not allowed in a manifest"), "\(found)")
  }

  @Test func `a per cent sign in a value is no directive`() {
    #expect(told("# 1\n" + Self.yaml + "description: |\n  50\n  %TAG\nname: b\n...\n# 5 %\n", "m.yml") == [])
  }

  @Test func `places are counted by the lines that an editor shows`() {
    #expect(
      told(Self.yaml + "description: \"a\u{2028}b\u{85}c\"\nfoo: 1", "m.yml") == [
        "4:1 unknown key \"foo\" in the manifest"
      ])
    #expect(told(Self.yaml + "name: \u{FFFF}", "m.yml")[0].hasPrefix("3:7 this is not YAML: control characters"))
  }

  @Test func `the mark of UTF-8 at the start is no part of a manifest`() {
    for (text, file) in [
      (Self.yaml + "foo: 1", "m.yml"), (Self.toml + "foo = 1", "m.toml"), (Self.json + ",\n\"foo\": 1}", "m.json"),
    ] {
      let found = told(text, file)
      #expect(found.count == 1 && found[0].hasSuffix(":1 unknown key \"foo\" in the manifest"), "\(found)")
      #expect(told("\u{FEFF}" + text, file) == found)
    }
  }

  @Test(arguments: ["\n", "\t", "\r\n"])
  func `a string in JSON is one line without tabs`(space: String) {
    #expect(
      told("{\"a\": \"b" + space + "c\"}", "m.json") == [
        "1:9 this is not JSON: a string may not hold a line break or a tab"
      ])
    #expect(told(Self.json + space + "}", "m.json") == [])
  }

  @Test func `of very many mistakes the first hundred are told, and how many more there are`() {
    let found = told(Self.yaml + (1...1000).map { "k\($0): x\n" }.joined(), "m.yml")
    #expect(found.count == 101)
    #expect(found[99] == "102:1 unknown key \"k100\" in the manifest")
    #expect(found[100] == "0:0 900 problems more")
  }

  @Test func `a message shows no more than the start of an endless key`() throws {
    let key = String(repeating: "k", count: 500_000)
    for (text, file) in [(Self.toml + key + " = 1", "m.toml"), (Self.json + ", \"" + key + "\": 1}", "m.json")] {
      let found = told(text, file)
      #expect(
        found.count == 1 && found[0].contains("unknown key \"kkk") && found[0].utf8.count < 400,
        "\(found[0].utf8.count)")
    }
  }

  @Test func `mistakes in one long line do not copy that line`() throws {
    let text = Self.json + (1...20_000).map { ", \"k\($0)\": 1" }.joined() + "}"
    let source = try SourceText(file: "m.json", bytes: Array(text.utf8))
    let error = #expect(throws: DiagnosticList.self) { try Manifest.read(source, folderName: "folder") }
    #expect(error?.all.first?.location?.lineText == "")
    let short = try SourceText(file: "m.json", bytes: Array((Self.json + ", \"k\": 1}").utf8))
    let shortError = #expect(throws: DiagnosticList.self) { try Manifest.read(short, folderName: "folder") }
    #expect(shortError?.all.first?.location?.lineText == Self.json + ", \"k\": 1}")
  }
}
