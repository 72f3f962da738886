/// What can be turned into a manifest.
package enum MigrationFormat: String, Hashable, Sendable, CaseIterable {
  case systemd, procfile, compose, supervisord
  case processCompose = "process-compose"
  case package

  /// By the file's name; where that says nothing, by what stands in it. Nil when neither tells.
  init?(of source: SourceText) {
    let name = source.file.split(separator: "/").last.map { $0.lowercased() } ?? ""
    guard let format = Self.named(name) ?? Self.holding(source) else { return nil }
    self = format
  }

  private static func named(_ name: String) -> MigrationFormat? {
    if name.hasSuffix(".service") { return .systemd }
    if name == "procfile" || name.hasPrefix("procfile.") { return .procfile }
    if name.hasPrefix("process-compose") { return .processCompose }
    if name.contains("compose"), isYAML(name) { return .compose }
    if name.hasPrefix("supervisor") { return .supervisord }
    return nil
  }

  private static func isYAML(_ name: String) -> Bool { name.hasSuffix(".yml") || name.hasSuffix(".yaml") }

  private static func holding(_ source: SourceText) -> MigrationFormat? {
    let lines = source.numberedLines.map { trimmed($0.text) }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
    let tops = Set(source.numberedLines.map(\.text))
    if lines.contains("[package]") { return .package }
    if lines.contains("[Service]") || lines.contains("[Unit]") { return .systemd }
    if lines.contains(where: { $0.hasPrefix("[program:") || $0 == "[supervisord]" }) { return .supervisord }
    if tops.contains(where: { $0.hasPrefix("services:") }) { return .compose }
    if tops.contains(where: { $0.hasPrefix("processes:") }), !tops.contains(where: { $0.hasPrefix("capsule:") }) {
      return .processCompose
    }
    return nil
  }
}

/// A text without the spaces and tabs around it.
func trimmed(_ text: some StringProtocol) -> String {
  var rest = Substring(text)
  while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
  while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
  return String(rest)
}
