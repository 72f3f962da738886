import ManifestFormat
import Testing

@testable import CapsrunCLI

@Suite struct StarterCapsuleTests {
  @Test(arguments: [
    ("demo", "demo"), ("My Demo", "my-demo"), ("..x", "x"), ("-_a.b", "a.b"), ("ü", "capsule"), ("", "capsule"),
    ("Straße 7", "stra-e-7"), (String(repeating: "a", count: 80), String(repeating: "a", count: 63)), ("İx", "i-x"),
  ])
  func `a folder's name becomes one of a capsule`(folder: String, name: String) {
    #expect(StarterCapsule.name(from: folder) == name)
  }

  @Test(arguments: ManifestSyntax.allCases)
  func `a new manifest is right, in its form, and names its schema`(syntax: ManifestSyntax) throws {
    let text = StarterCapsule(folderName: "My Demo").manifest(syntax)
    let file = StarterCapsule.fileName(syntax)
    #expect(Manifest.fileNames.contains(file))
    let source = try SourceText(file: file, bytes: Array(text.utf8))
    let (manifest, warnings) = try Manifest.readWithWarnings(source, folderName: "other")
    #expect(manifest.name == "my-demo" && manifest.entrypoint?.value == StarterCapsule.programPath)
    #expect(warnings.isEmpty && manifest.notYet.isEmpty)
    #expect(try ManifestFormatter.formatted(source, folderName: "other") == text)
    let header = ["yaml": "# yaml-language-server: $schema=", "toml": "#:schema ", "json": "{\n  \"capsule\""]
    #expect(text.hasPrefix(try #require(header[syntax.rawValue])))
    #expect(text.contains("./\(ManifestSchema.fileName)"))
  }
}
