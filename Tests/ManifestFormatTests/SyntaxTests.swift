import Diagnostics
import Testing

@testable import ManifestFormat

private func source(_ text: String, _ file: String) throws -> SourceText {
  try SourceText(file: file, bytes: Array(text.utf8))
}

private func problems(_ text: String, _ file: String) -> [String] {
  do {
    _ = try Manifest.read(try source(text, file), folderName: "folder")
    return []
  } catch let list as DiagnosticList {
    return list.all.map { "\($0.location?.line ?? 0):\($0.location?.column ?? 0) \($0.message)" }
  } catch {
    return ["\(error)"]
  }
}

@Suite struct SyntaxTests {
  private static let yaml = """
    capsule: 1
    name: demo
    version: 1.2.0
    processes:
      web: { cmd: bin/web, args: ["--port", "80"], env: { PORT: 3000, DEBUG: true } }
    capabilities: { fs_read: [/etc/ssl] }
    """
  private static let toml = """
    capsule = 1
    name = "demo"
    version = "1.2.0"
    [processes.web]
    cmd = "bin/web"
    args = ["--port", "80"]
    env = { PORT = 0xBB8, DEBUG = true }
    [capabilities]
    fs_read = ["/etc/ssl"]
    """
  private static let json = """
    {"capsule": 1, "name": "demo", "version": "1.2.0",
     "processes": {"web": {"cmd": "bin/web", "args": ["--port", "\\u0038\\u0030"], "env": {"PORT": 3000, "DEBUG": true}}},
     "capabilities": {"fs_read": ["/etc/ssl"]}}
    """

  private func content(_ text: String, _ file: String) throws -> Manifest {
    try Manifest.read(try source(text, file), folderName: "folder")
  }

  @Test func `the same content in three syntaxes is the same manifest`() throws {
    let expected = try content(Self.yaml, "capsule.yml")
    #expect(try content(Self.toml, "capsule.toml") == expected)
    #expect(try content(Self.json, "capsule.json") == expected)
  }

  @Test func `without a telling extension the text tells its syntax`() throws {
    for text in [Self.yaml, Self.toml, "# comment\n\n" + Self.toml, Self.json, "  \n" + Self.json] {
      #expect(try content(text, "manifest") == content(Self.yaml, "capsule.yml"))
    }
  }

  @Test func `five mistakes are told with their places in every syntax`() {
    let yaml = "capsule: 1\nname: A B\nversion: 1.0\nfoo: 1\nprocesses:\n  web: {cmd: a, argz: []}\nenv: {A: [x]}\n"
    let messages = [
      "name \"A B\" is no valid name", "version must be a string, not a floating-point number",
      "unknown key \"foo\" in the manifest", "unknown key \"argz\" in processes.web",
      "env.A must be a string, not a list",
    ]
    let inYAML = ["2:7", "3:10", "4:1", "6:17", "7:10"]
    #expect(problems(yaml, "capsule.yml") == zip(inYAML, messages).map { $0 + " " + $1 })
    let toml =
      "capsule = 1\nname = 'A B'\nversion = 1.0\nfoo = 1\nenv = {A = ['x']}\n[processes.web]\ncmd = 'a'\nargz = []\n"
    let inTOML = [("2:8", 0), ("3:11", 1), ("4:1", 2), ("5:12", 4), ("8:1", 3)]
    #expect(problems(toml, "capsule.toml") == inTOML.map { $0.0 + " " + messages[$0.1] })
    let json =
      "{\"capsule\": 1,\n\"name\": \"A B\",\n\"version\": 1.0,\n\"foo\": 1,\n\"processes\": {\n \"web\": {\"cmd\": \"a\", \"argz\": []}},\n\"env\": {\"A\": [\"x\"]}}"
    let inJSON = ["2:9", "3:12", "4:1", "6:22", "7:14"]
    #expect(problems(json, "capsule.json") == zip(inJSON, messages).map { $0 + " " + $1 })
  }

  @Test(arguments: [
    ("{", "1:2 this is not JSON: a key in double quotes is missing here"),
    ("", "1:1 this is not JSON: a value is missing here"),
    ("{} x", "1:4 this is not JSON: it is one value, and here something follows it"),
    ("{\"a\": 1,}", "1:9 this is not JSON: a value is missing behind the comma"),
    ("{\"a\" 1}", "1:6 this is not JSON: a colon is missing here"),
    ("{\"a\": 1 \"b\": 2}", "1:9 this is not JSON: a comma or \"}\" is missing here"),
    ("{\"a\": 1, \"a\": 2}", "1:10 the key \"a\" is given twice"),
    ("{\"a\": \"x}", "1:7 this is not JSON: the string that starts here does not end"),
    ("{\"a\": 01}", "1:7 this is not JSON: \"01\" is no value"),
    ("{\"a\": +1}", "1:7 this is not JSON: \"+1\" is no value"),
    ("{\"a\": NaN}", "1:7 this is not JSON: \"NaN\" is no value"),
    ("{\"a\": 1.}", "1:7 this is not JSON: \"1.\" is no value"),
    ("{\"a\": '1'}", "1:7 this is not JSON: \"'\" is no value"),
    ("{\"a\": \"\\x\"}", "1:9 this is not JSON: \"\\x\" is no escape"),
    ("{\"a\": \"\\ud800\"}", "1:9 this is not JSON: half of a character"),
    ("// no\n{}", "1:1 this is not JSON: \"/\" is no value"),
  ])
  func `what is no JSON is refused at its place`(text: String, problem: String) {
    #expect(problems(text, "capsule.json") == [problem])
  }

  @Test(arguments: [
    ("a = 1\na = 2", "2:5"), ("a = ", "1:5"), ("[a\n", "1:3"), ("a = [1,,2]", "1:8"), ("a = 1979-13-01", "1:"),
  ])
  func `what is no TOML is refused at its place`(text: String, place: String) {
    let found = problems(text, "capsule.toml")
    #expect(found.count == 1 && found[0].hasPrefix(place), "\(found)")
    #expect(found[0].contains("this is not TOML"), "\(found)")
  }

  @Test func `an empty TOML file is an empty manifest`() {
    #expect(problems("# nothing\n", "capsule.toml") == ["1:1 the manifest is empty"])
  }

  @Test func `nesting is limited in every syntax`() {
    let list = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
    #expect(problems("{\"capsule\": 1, \"x\": \(list)}", "capsule.json")[0].hasSuffix("more than 64 levels of nesting"))
    #expect(problems("capsule = 1\nx = \(list)", "capsule.toml")[0].hasSuffix("more than 64 levels of nesting"))
  }

  @Test func `escapes of JSON give the characters that they stand for`() throws {
    let text = #""\"\\\/\b\f\n\r\t\u00fc\ud83d\ude00""#
    let scalar = Scalar(text: "\"\\/\u{8}\u{C}\n\r\tü😀", kind: .string)
    #expect(try JSONSyntax.read(try source(text, "capsule.json")).content == .scalar(scalar))
  }
}
