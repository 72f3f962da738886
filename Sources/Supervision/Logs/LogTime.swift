/// A moment as log records have it: microseconds since 1970, and in UTC as `2026-11-21T10:00:00.123456Z`.
package struct LogTime: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let microseconds: Int

  package init(microseconds: Int) { self.microseconds = microseconds }

  package static func < (one: LogTime, other: LogTime) -> Bool { one.microseconds < other.microseconds }

  /// How many characters `description` has.
  static let length = 27

  /// Reads what `description` writes, also with fewer digits behind the second, without a time, or a space for the T and no Z.
  package init?(_ text: String) {
    var bytes = Array(text.utf8)
    if bytes.last == UInt8(ascii: "Z"), bytes.count > 11 { bytes.removeLast() }
    let time = bytes.withUnsafeBytes { Self.parse($0) }
    guard let time else { return nil }
    self = time
  }

  static func parse(_ bytes: UnsafeRawBufferPointer) -> LogTime? {
    guard let year = number(bytes, 0, 4), let month = number(bytes, 5, 2), let day = number(bytes, 8, 2),
      bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), (1970...9999).contains(year),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var seconds = days(year, month, day) * 86400
    guard date(days(year, month, day)) == (year, month, day) else { return nil }
    if bytes.count == 10 { return LogTime(microseconds: seconds * 1_000_000) }
    guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "), let hour = number(bytes, 11, 2),
      let minute = number(bytes, 14, 2), bytes[13] == UInt8(ascii: ":"), hour < 24, minute < 60
    else { return nil }
    seconds += hour * 3600 + minute * 60
    if bytes.count == 16 { return LogTime(microseconds: seconds * 1_000_000) }
    guard bytes[16] == UInt8(ascii: ":"), let second = number(bytes, 17, 2), second < 60 else { return nil }
    seconds += second
    if bytes.count == 19 { return LogTime(microseconds: seconds * 1_000_000) }
    let digits = bytes.count - 20
    guard bytes[19] == UInt8(ascii: "."), (1...6).contains(digits), var fraction = number(bytes, 20, digits) else {
      return nil
    }
    for _ in digits..<6 { fraction *= 10 }
    return LogTime(microseconds: seconds * 1_000_000 + fraction)
  }

  package var description: String {
    var bytes = [UInt8](repeating: 0, count: Self.length)
    bytes.withUnsafeMutableBytes { write(to: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Writes the `length` bytes of its text.
  func write(to bytes: UnsafeMutableRawBufferPointer) {
    let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86400)
    let (year, month, day) = Self.date(days)
    Self.put(year, 4, at: 0, bytes)
    Self.put(month, 2, at: 5, bytes)
    Self.put(day, 2, at: 8, bytes)
    Self.put(rest / 3600, 2, at: 11, bytes)
    Self.put(rest / 60 % 60, 2, at: 14, bytes)
    Self.put(rest % 60, 2, at: 17, bytes)
    Self.put(fraction, 6, at: 20, bytes)
    bytes[4] = UInt8(ascii: "-")
    bytes[7] = UInt8(ascii: "-")
    bytes[10] = UInt8(ascii: "T")
    bytes[13] = UInt8(ascii: ":")
    bytes[16] = UInt8(ascii: ":")
    bytes[19] = UInt8(ascii: ".")
    bytes[26] = UInt8(ascii: "Z")
  }

  private static func put(_ number: Int, _ width: Int, at place: Int, _ bytes: UnsafeMutableRawBufferPointer) {
    var rest = number
    for index in stride(from: place + width - 1, through: place, by: -1) {
      bytes[index] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
  }

  private static func number(_ bytes: UnsafeRawBufferPointer, _ place: Int, _ width: Int) -> Int? {
    guard place + width <= bytes.count else { return nil }
    var value = 0
    for index in place..<place + width {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else { return nil }
      value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
    }
    return value
  }

  /// Days from 1970 to a date of the Gregorian calendar. Years begin in March, so that the leap day is the last.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
  }

  private static func date(_ days: Int) -> (Int, Int, Int) {
    // By eras of 400 years, which all have as many days.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}
