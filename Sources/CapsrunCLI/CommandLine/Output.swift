internal import Diagnostics
internal import Linux

/// Results go to standard output, diagnostics to standard error; both as text or, with `--json`, as JSON.
struct Output {
  let isJSON: Bool

  func result(_ text: String) throws(DiagnosticList) {
    do {
      try StandardStream.output.write(text)
    } catch {
      throw DiagnosticList([
        Diagnostic(
          "cannot write the result: \(error.errno.meaning) (\(error.errno.name))",
          hint: error.errno == .noSpace ? "make room on the device" : nil, exitCode: .failed)
      ])
    }
  }

  func result(_ json: JSONValue) throws(DiagnosticList) {
    try result(json.text(isIndented: true) + "\n")
  }

  func diagnostics(_ list: DiagnosticList) {
    let isColoured = StandardStream.error.isTerminal && CurrentProcess.environmentValue("NO_COLOR") == nil
    let text =
      isJSON ? list.json.text(isIndented: true) + "\n" : list.all.map { $0.text(isColoured: isColoured) }.joined()
    do {
      try StandardStream.error.write(text)
    } catch {
      // There is nowhere left to say it; the exit code still does.
      return
    }
  }

  /// Something to know while it works; nothing for a program.
  func note(_ text: String) {
    if !isJSON { aside("capsrun: \(text)\n") }
  }

  /// What was asked for beside the result.
  func aside(_ text: String) {
    do {
      try StandardStream.error.write(text)
    } catch {
      // As above.
      return
    }
  }
}
