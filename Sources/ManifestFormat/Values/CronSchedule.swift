internal import Diagnostics

/// The times of a job: minute, hour, day of the month, month, day of the week, as in crontab(5), or `@daily` and the like.
///
/// Only its form is looked at here.
enum CronSchedule {
  static let macros = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@reboot"]

  private struct Part {
    let name: String
    let range: ClosedRange<Int>
    var words: [String] = []
    /// Whether L, the last one, may stand there.
    var mayBeLast = false

    /// The number of a word, or the number itself.
    func number(_ text: Substring) -> Int? {
      if let index = words.firstIndex(of: text.lowercased()) { return index + range.lowerBound }
      guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text), range.contains(number) else {
        return nil
      }
      return number
    }
  }

  private static let parts = [
    Part(name: "minute", range: 0...59), Part(name: "hour", range: 0...23),
    Part(name: "day of the month", range: 1...31, mayBeLast: true),
    Part(
      name: "month", range: 1...12,
      words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
    Part(
      name: "day of the week", range: 0...7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"], mayBeLast: true),
  ]

  static func problem(_ text: String) -> TextProblem? {
    if text.hasPrefix("@") {
      guard !macros.contains(text) else { return nil }
      return TextProblem(explanation: "is no schedule", hint: "known names: \(macros.joined(separator: ", "))")
    }
    let fields = text.split(separator: " ")
    guard fields.count == parts.count else {
      return TextProblem(
        explanation: "has \(fields.count) fields",
        hint: "write five: minute, hour, day of the month, month, day of the week")
    }
    for (part, field) in zip(parts, fields) {
      for element in field.split(separator: ",", omittingEmptySubsequences: false) where !isValid(element, part) {
        return TextProblem(
          explanation: "has \(quoted(String(element))) for the \(part.name)",
          hint: "use \(part.range.lowerBound) to \(part.range.upperBound), ranges a-b, lists a,b, steps */n, or *")
      }
    }
    return nil
  }

  private static func isValid(_ element: Substring, _ part: Part) -> Bool {
    let step = element.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    if step.count == 2 {
      guard let every = Int(step[1]), (1...part.range.upperBound).contains(every) else { return false }
    }
    guard let span = step.first else { return false }
    if span == "*" { return true }
    if span == "L" { return part.mayBeLast && step.count == 1 }
    let ends = span.split(separator: "-", omittingEmptySubsequences: false).map(part.number)
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else { return false }
    return first <= last
  }
}

extension Form where Value == String {
  static let schedule = text(
    "five fields as in crontab(5), or a name such as @daily", pattern: "^(@[a-z]+|\\S+( +\\S+){4})$",
    CronSchedule.problem)
}
