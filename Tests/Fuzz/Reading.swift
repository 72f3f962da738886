import Diagnostics
import ManifestFormat

/// What came of reading a file: a manifest, or what is wrong with it.
struct Reading: Equatable {
  let bytes: [UInt8]
  let manifest: Manifest?
  let diagnostics: [Diagnostic]

  init(of bytes: [UInt8], as file: String) {
    self.bytes = bytes
    do throws(Diagnostic) {
      let source = try SourceText(file: file, bytes: bytes)
      do throws(DiagnosticList) {
        manifest = try Manifest.read(source, folderName: "folder")
        diagnostics = []
      } catch {
        manifest = nil
        diagnostics = error.all
      }
    } catch {
      manifest = nil
      diagnostics = [error]
    }
  }

  /// Checks what every diagnostic promises to its reader.
  func checkDiagnostics() {
    expect(manifest != nil || !diagnostics.isEmpty, "a manifest that is refused has a diagnostic")
    expect(diagnostics.count <= 101, "there are not endlessly many diagnostics", "\(diagnostics.count)")
    for diagnostic in diagnostics {
      expect(!diagnostic.message.isEmpty, "a message says something")
      let due: ExitCode = diagnostic.severity == .error ? .badData : .success
      expect(diagnostic.exitCode == due, "a bad manifest is bad data", "\(diagnostic)")
      if let location = diagnostic.location { checkPlace(location, of: diagnostic) }
      checkText(diagnostic)
    }
    checkJSON()
  }

  private func checkPlace(_ location: SourceLocation, of diagnostic: Diagnostic) {
    let line = bytes.split(
      separator: UInt8(ascii: "\n"), maxSplits: max(0, location.line), omittingEmptySubsequences: false)
    let lines = line.count
    expect((1...lines).contains(location.line), "a line is one of the file", "\(diagnostic)")
    let text = String(decoding: line[location.line - 1], as: UTF8.self).unicodeScalars
    expect((1...text.count + 1).contains(location.column), "a column is one of its line", "\(diagnostic)")
  }

  private func checkText(_ diagnostic: Diagnostic) {
    let text = diagnostic.text(isColoured: false)
    expect(text.utf8.count <= 8192, "a diagnostic fits on a screen", "\(text.utf8.count)")
    expect(!text.unicodeScalars.contains(where: isRaw), "no text steers a terminal", "\(diagnostic)")
    expect(diagnostic.text(isColoured: true).utf8.count > text.utf8.count, "colour is added", "\(diagnostic)")
  }

  private func checkJSON() {
    let text = DiagnosticList(diagnostics).json.text(isIndented: true)
    expect(!text.unicodeScalars.contains { isRaw($0) || $0 == "\t" }, "no JSON steers a terminal", text)
    guard text.utf8.count <= SourceText.largestSize else { return }
    let again = Reading(of: Array(text.utf8), as: "again.json").diagnostics
    let isJSON = again.contains { $0.message == "unknown key \"diagnostics\" in the manifest" }
    expect(isJSON, "what is told as JSON is JSON", text)
  }

  private func isRaw(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
