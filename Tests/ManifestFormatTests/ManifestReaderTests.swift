import Diagnostics
import ManifestFormat
import Testing

/// Reads a manifest from text; the problems as `LINE:COLUMN message`.
private func read(_ text: String, folder: String = "folder") throws -> Manifest {
  try Manifest.read(try SourceText(file: "capsule.yml", bytes: Array(text.utf8)), folderName: folder)
}

private func problems(_ text: String, folder: String = "folder") -> [String] {
  do {
    _ = try read(text, folder: folder)
    return []
  } catch let list as DiagnosticList {
    return list.all.map { "\($0.location?.line ?? 0):\($0.location?.column ?? 0) \($0.message)" }
  } catch let diagnostic as Diagnostic {
    return ["\(diagnostic.location?.line ?? 0):\(diagnostic.location?.column ?? 0) \(diagnostic.message)"]
  } catch {
    return ["\(error)"]
  }
}

@Suite struct ManifestReaderTests {
  @Test func `every key of the manifest reaches the model`() throws {
    let manifest = try read(
      """
      capsule: 1
      $schema: ./capsule.schema.json
      name: demo
      version: "1.2.0-rc.1+b5"
      description: one line
      processes:
        web:
          cmd: bin/web
          args: [--port, "80"]
          cwd: srv
          env: { PORT: 3000, DEBUG: true, NAME: "x" }
      env: { LOG: info }
      capabilities:
        fs_read: [/etc/ssl, /opt/may?]
        fs_write: [/srv/data/]
      """)
    #expect(manifest.name == "demo")
    #expect(manifest.about.version == "1.2.0-rc.1+b5")
    #expect(manifest.about.description == "one line")
    #expect(manifest.environment == ["LOG": Variable(value: "info")])
    let web = try #require(manifest.processes.first)
    #expect(web.name == "web")
    #expect(web.command?.value == "bin/web")
    #expect(web.arguments == ["--port", "80"])
    #expect(web.workingFolder == "srv")
    #expect(web.environment.mapValues(\.value) == ["PORT": "3000", "DEBUG": "true", "NAME": "x"])
    #expect(manifest.capabilities.read.map(\.value.path.description) == ["/etc/ssl", "/opt/may"])
    #expect(manifest.capabilities.read.map(\.value.mayBeMissing) == [false, true])
    #expect(manifest.capabilities.write.map(\.value.path.description) == ["/srv/data"])
  }

  @Test func `the folder gives the name where the manifest gives none`() throws {
    #expect(try read("capsule: 1\nentrypoint: a", folder: "My-App").name == "my-app")
    #expect(
      problems("capsule: 1\nentrypoint: a", folder: "my app")
        == ["1:1 the manifest gives no name, and that of its folder, \"my app\", is no valid name"])
  }

  @Test(arguments: [
    ("", "1:1 the manifest is empty"),
    ("capsule: 2\nentrypoint: a", "1:10 manifest format 2 is not known to this release"),
    ("entrypoint: a", "1:1 the manifest has no capsule"),
    ("capsule: one\nentrypoint: a", "1:10 capsule must be the number of the manifest format"),
    ("capsule: 1\nname: Bad Name\nentrypoint: a", "2:7 name \"Bad Name\" is no valid name"),
    ("capsule: 1\nversion: 2.1\nentrypoint: a", "2:10 version must be a string, not a floating-point number"),
    ("capsule: 1\nversion: '2.1'\nentrypoint: a", "2:10 version \"2.1\" is not of the form of SemVer"),
    ("capsule: 1\nnaem: x\nentrypoint: a", "2:1 unknown key \"naem\" in the manifest"),
    ("capsule: 1\nname: a\nname: b\nentrypoint: a", "3:1 the key \"name\" is given twice"),
    ("capsule: 1", "1:1 the manifest names no program"),
    ("capsule: 1\nentrypoint: ''", "2:13 entrypoint is empty"),
    ("capsule: 1\nentrypoint: [a]", "2:13 entrypoint must be a string, not a list"),
    ("capsule: 1\nentrypoint: a\nprocesses: {b: {cmd: c}}", "2:13 entrypoint and processes exclude each other"),
    ("capsule: 1\nprocesses: {b: {}}", "2:16 processes.b has no cmd"),
    ("capsule: 1\nprocesses: {B: {cmd: c}}", "2:13 the key \"B\" of processes is no valid name"),
    ("capsule: 1\nprocesses: {b: {cmd: c, args: d}}", "2:31 processes.b.args must be a list, not a string"),
    ("capsule: 1\nprocesses: {b: {cmd: c, args: [80]}}", "2:32 processes.b.args[0] must be a string, not an integer"),
    ("capsule: 1\nentrypoint: a\nenv: {1A: x}", "3:7 the key \"1A\" of env is no name of an environment variable"),
    ("capsule: 1\nentrypoint: a\nenv: {A: 1.5}", "3:10 env.A must be a string, not a floating-point number"),
    ("capsule: 1\nentrypoint: a\nenv: {A: }", "3:10 env.A must be a string, not null"),
    ("capsule: 1\nentrypoint: a\nenv: {A: [x]}", "3:10 env.A must be a string, not a list"),
    (
      "capsule: 1\nentrypoint: a\ncapabilities: {fs_read: [etc]}",
      "3:26 capabilities.fs_read[0] \"etc\" is not absolute"
    ),
    (
      "capsule: 1\nentrypoint: a\ncapabilities: {fs_write: [/a/../b]}",
      "3:27 capabilities.fs_write[0] \"/a/../b\" contains \"..\""
    ),
    ("capsule: 1\nentrypoint: a\nx: &a [b]", "3:4 anchors are not allowed in a manifest"),
    ("capsule: 1\nentrypoint: a\nx: *a", "3:4 aliases are not allowed in a manifest"),
    ("capsule: 1\nentrypoint: !!str a", "2:13 tags are not allowed in a manifest"),
    ("capsule: 1\n---\ncapsule: 1", "2:1 a manifest is one document, and here a second one starts"),
    ("capsule: 1\nname: \u{7}", "2:7 a control character (U+0007)"),
    ("capsule: 1\r\nname: é\u{7F}\u{7}", "2:8 a control character (U+007F)"),
    ("capsule: 1\rname: a", "1:11 a control character (U+000D)"),
    ("- a", "1:1 the manifest must be a table, not a list"),
    (
      "capsule: 1\nprocesses: {a: {cmd: x, args: [\"a\\0b\"]}}",
      "2:32 processes.a.args[0] contains a control character (U+0000)"
    ),
    ("capsule: 1\nentrypoint: a\ndescription: \"a\\eb\"", "3:14 description contains a control character (U+001B)"),
  ])
  func `a wrong manifest is refused with the place of the mistake`(text: String, problem: String) {
    #expect(problems(text) == [problem])
  }

  @Test func `all mistakes of a manifest are told at once, in the order of the file`() {
    #expect(
      problems("capsule: 1\nname: A B\nversion: 1\nfoo: 1\nprocesses:\n  web: {cmd: a, argz: []}\n")
        == [
          "2:7 name \"A B\" is no valid name", "3:10 version must be a string, not an integer",
          "4:1 unknown key \"foo\" in the manifest", "6:17 unknown key \"argz\" in processes.web",
        ])
  }

  @Test func `a tab in the indentation is a mistake with its line`() {
    #expect(problems("capsule: 1\nprocesses:\n\tweb: 1")[0].hasPrefix("3:1 this is not YAML"))
  }

  @Test func `nesting is limited`() {
    let levels = { (count: Int) in
      "capsule: 1\nentrypoint: a\nx: " + String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }
    #expect(problems(levels(60)) == ["3:1 unknown key \"x\" in the manifest"])
    #expect(problems(levels(70)) == ["3:67 more than 64 levels of nesting"])
  }

  @Test func `a manifest of more than a mebibyte is refused`() {
    let text = "capsule: 1\nentrypoint: a\n#" + String(repeating: "x", count: SourceText.largestSize)
    #expect(problems(text) == ["0:0 \"capsule.yml\" is larger than 1 MiB, which no manifest is"])
  }

  @Test func `bytes that are no UTF-8 are refused`() {
    #expect(throws: Diagnostic.self) { try SourceText(file: "x", bytes: [0xFF, 0xFE]) }
    #expect(throws: Never.self) { try SourceText(file: "x", bytes: Array("ü".utf8)) }
  }
}
