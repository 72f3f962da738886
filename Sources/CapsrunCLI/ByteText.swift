/// A number of bytes for people: `1.50 MB`, with powers of 1000.
struct ByteText: CustomStringConvertible {
  private let count: Int

  init(_ count: Int) { self.count = count }

  var description: String {
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    var hundredths = count * 100
    var unit = 0
    while hundredths >= 100_000, unit < units.count - 1 {
      hundredths /= 1000
      unit += 1
    }
    guard unit > 0 else { return count == 1 ? "1 byte" : "\(count) bytes" }
    return "\(Self.twoDecimals(hundredths)) \(units[unit])"
  }

  /// In megabytes, whatever the size, with two decimals.
  var megabytes: String { "\(Self.twoDecimals((count + 5000) / 10000)) MB" }

  private static func twoDecimals(_ hundredths: Int) -> String {
    let rest = String(hundredths % 100)
    return "\(hundredths / 100).\(rest.count == 1 ? "0" + rest : rest)"
  }
}
