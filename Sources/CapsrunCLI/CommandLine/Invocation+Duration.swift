internal import Diagnostics
internal import ManifestFormat

extension Invocation {
  /// How many milliseconds an option says; nil when it is not given. `hint` tells what to do instead of giving no time at all.
  func milliseconds(_ option: Option, noTime hint: String) throws(DiagnosticList) -> Int? {
    guard let text = value(option) else { return nil }
    func problem(_ words: String, _ hint: String) -> DiagnosticList {
      DiagnosticList([Diagnostic("--\(option.name) \(quoted(text)) \(words)", hint: hint, exitCode: .usage)])
    }
    let duration: Duration
    do throws(TextProblem) {
      duration = try TimeSpan.duration(text)
    } catch {
      throw problem(error.explanation, error.hint)
    }
    guard duration > .zero else { throw problem("leaves it no time", hint) }
    return TimeSpan.milliseconds(duration)
  }
}
