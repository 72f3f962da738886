/// A day of the calendar, in UTC.
package struct CalendarDate: Hashable, Sendable, CustomStringConvertible {
  private let year: Int
  private let month: Int
  private let day: Int

  private static let months = 1...12

  /// The day of a moment in seconds since 1970.
  package init(secondsSince1970 seconds: Int64) {
    // The calendar repeats itself after 400 years; a year that begins in March has its odd day at the end.
    let days = Int(seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400) + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// `YYYY-MM-DD`, of a day that there is.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2], let year = Self.number(parts[0]), let month = Self.number(parts[1]),
      let day = Self.number(parts[2]), Self.months.contains(month), day >= 1,
      day <= Self.days(in: month, year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  private static func number(_ text: some StringProtocol) -> Int? {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
  }

  private static func days(in month: Int, _ year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  package var description: String {
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}
