internal import Diagnostics
internal import Linux

/// A signal as a person writes it.
enum SignalWord {
  static func read(_ text: String) throws(DiagnosticList) -> Signal {
    if let signal = Signal(spelling: text) { return signal }
    let spelt = text.uppercased()
    let near = suggestion(for: spelt.hasPrefix("SIG") ? spelt : "SIG" + spelt, among: Signal.symbolicNames)
    throw DiagnosticList([
      Diagnostic(
        "\(quoted(text)) is no signal", hint: near.map { "did you mean \($0)?" } ?? "such as SIGHUP, or its number",
        exitCode: .usage)
    ])
  }
}
