/// The fields at the head of METADATA, PKG-INFO and WHEEL: `Name: value`, where lines that begin with a blank go on.
struct MetadataHeaders {
  private var values: [String: [String]] = [:]

  init(_ bytes: [UInt8]) {
    var last: String?
    // A file in another encoding has its fields in ASCII all the same.
    for line in String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    {
      if line.isEmpty { return }
      if let first = line.unicodeScalars.first, first.isBlank {
        if let last, let index = values[last]?.indices.last { values[last]?[index] += "\n" + line.trimmed }
        continue
      }
      guard let colon = line.firstIndex(of: ":") else { continue }
      let name = line[..<colon].lowercased()
      values[name, default: []].append(line[line.index(after: colon)...].trimmed)
      last = name
    }
  }

  /// All values of a field, by its name in small letters.
  func all(_ name: String) -> [String] { values[name] ?? [] }

  func first(_ name: String) -> String? { values[name]?.first }
}
