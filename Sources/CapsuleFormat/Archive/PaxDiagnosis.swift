/// Tells what is wrong with the records of a pax header that is not the expected one.
struct PaxDiagnosis {
  /// Each record's key and value; nil when they are malformed.
  private let records: [(key: String, value: String)]?
  private let expected: TarHeader
  private static let mostBytes = 64 << 10

  /// `bytes` are what follows the header, which says how many of them are records.
  init(_ bytes: ArraySlice<UInt8>, size: Int?, expected: TarHeader) {
    self.expected = expected
    guard let size, (1...min(Self.mostBytes, max(1, bytes.count))).contains(size) else {
      records = nil
      return
    }
    records = Self.records(bytes.prefix(size))
  }

  /// `LENGTH KEY=VALUE\n` again and again, where the length counts itself.
  private static func records(_ bytes: ArraySlice<UInt8>) -> [(key: String, value: String)]? {
    var rest = bytes
    var records: [(key: String, value: String)] = []
    while !rest.isEmpty {
      let digits = rest.prefix { $0 != 0x20 }
      guard digits.count < 8, let length = Int(String(decoding: digits, as: UTF8.self)), length > digits.count + 1,
        length <= rest.count
      else { return nil }
      let record = rest.prefix(length).dropFirst(digits.count + 1)
      guard record.last == 0x0A, let equals = record.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      let key = String(decoding: record[..<equals], as: UTF8.self)
      records.append((key, String(decoding: record[(equals + 1)...].dropLast(), as: UTF8.self)))
      rest = rest.dropFirst(length)
    }
    return records
  }

  var problem: MemberProblem {
    guard let records else { return .badPax(path: expected.path) }
    let due = Set(expected.paxKeys)
    if let other = records.first(where: { !due.contains($0.key) }) {
      return .paxRecord(key: other.key, path: expected.path)
    }
    guard Set(records.map(\.key)).count == records.count else { return .paxTwice(path: expected.path) }
    for (key, value) in records where key == "path" {
      if let problem = problem(ofPath: value) { return problem }
    }
    for (key, value) in records where key == "linkpath" && !value.utf8.elementsEqual(expected.target.utf8) {
      return .differs(path: expected.path, expected: expected.noun)
    }
    return .otherWayOfWriting(path: expected.path)
  }

  private func problem(ofPath text: String) -> MemberProblem? {
    var bytes = Array(text.utf8)
    if expected.kind == .folder, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    do throws(CapsulePath.Problem) {
      let path = try CapsulePath(bytes: bytes)
      return path.text.utf8.elementsEqual(expected.path.utf8) ? nil : .another(path: path.text, expected: expected.path)
    } catch {
      return .badPath(error, path: text)
    }
  }
}
