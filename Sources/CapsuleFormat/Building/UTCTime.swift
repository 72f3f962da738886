/// A moment, written as `2026-11-21T12:00:00Z`.
package struct UTCTime: Hashable, Sendable, CustomStringConvertible {
  /// Since 1970.
  package let seconds: Int

  package init(_ seconds: Int) { self.seconds = seconds }

  /// Reads what `description` writes, and nothing else.
  package init?(_ text: String) {
    let parts = text.split { "-T:Z".contains($0) }.map { Int($0) }
    guard parts.count == 6, let year = parts[0], let month = parts[1], let day = parts[2], let hour = parts[3],
      let minute = parts[4], let second = parts[5], (1...12).contains(month), (1970...9999).contains(year),
      // Whoever wrote it may have meant a number that is too large to count with.
      (1...31).contains(day), (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
    else { return nil }
    seconds = (Self.days(year, month, day) * 24 + hour) * 3600 + minute * 60 + second
    guard description == text else { return nil }
  }

  package var description: String {
    let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86400)
    let (year, month, day) = Self.date(days)
    return "\(Self.pad(year, 4))-\(Self.pad(month))-\(Self.pad(day))T"
      + "\(Self.pad(rest / 3600)):\(Self.pad(rest / 60 % 60)):\(Self.pad(rest % 60))Z"
  }

  private static func pad(_ number: Int, _ width: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  /// Days from 1970 to a date of the Gregorian calendar. Years begin in March, so that the leap day is the last.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
  }

  private static func date(_ days: Int) -> (Int, Int, Int) {
    // The year is that whose first of March is not later; one of two that an average year gives.
    var year = 1970 + days / 365 + 1
    while Self.days(year, 3, 1) > days { year -= 1 }
    let dayOfYear = days - Self.days(year, 3, 1)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    return month < 10 ? (year, month + 3, day) : (year + 1, month - 9, day)
  }
}
