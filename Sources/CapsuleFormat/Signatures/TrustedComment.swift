internal import ManifestFormat

/// What the trusted comment of a capsule's signature says, so that the signature of one cannot stand for another.
package struct SignedFacts: Hashable, Sendable {
  package let name: String
  /// nil for a capsule without one.
  package let version: String?
  package let id: CapsuleID
  /// In seconds since 1970.
  package let timestamp: Int64
  /// From when on the signature counts no more.
  package let expires: Int64?

  package init(name: String, version: String?, id: CapsuleID, timestamp: Int64, expires: Int64? = nil) {
    self.name = name
    self.version = version
    self.id = id
    self.timestamp = timestamp
    self.expires = expires
  }

  package var text: String {
    var fields = ["timestamp:\(timestamp)", "name:\(name)"]
    if let version { fields.append("version:\(version)") }
    fields.append("id:\(id)")
    if let expires { fields.append("expires:\(expires)") }
    return fields.joined(separator: "\t")
  }

  fileprivate init?(_ reader: FieldReader) {
    var reader = reader
    guard let timestamp = reader.time("timestamp"), let name = reader.value("name"), isCapsuleName(name) else {
      return nil
    }
    version = reader.value("version")
    if let version, SemanticVersion(version) == nil { return nil }
    guard let id = reader.value("id").flatMap({ CapsuleID($0) }) else { return nil }
    expires = reader.time("expires")
    guard reader.isAtEnd else { return nil }
    self.timestamp = timestamp
    self.name = name
    self.id = id
  }
}

/// What the trusted comment of any other file's signature says: the same as by minisign itself, and perhaps an end.
package struct SignedFile: Hashable, Sendable {
  package let name: String
  package let timestamp: Int64
  package let expires: Int64?

  package init(name: String, timestamp: Int64, expires: Int64? = nil) {
    self.name = name
    self.timestamp = timestamp
    self.expires = expires
  }

  package var text: String {
    "timestamp:\(timestamp)\tfile:\(name)\thashed" + (expires.map { "\texpires:\($0)" } ?? "")
  }

  fileprivate init?(_ reader: FieldReader) {
    var reader = reader
    guard let timestamp = reader.time("timestamp"), let name = reader.value("file"), !name.isEmpty else { return nil }
    // A legacy signature lacks the word.
    reader.skip("hashed")
    expires = reader.time("expires")
    guard reader.isAtEnd else { return nil }
    self.timestamp = timestamp
    self.name = name
  }
}

/// A trusted comment by what it says.
package enum TrustedComment: Hashable, Sendable {
  case capsule(SignedFacts)
  case file(SignedFile)
  /// In the signer's own words.
  case other(String)

  /// A comment that means to say until when it counts, or for which capsule, and cannot be read.
  package struct Malformed: Error, Hashable, Sendable {}

  package init(_ text: String) throws(Malformed) {
    let reader = FieldReader(text)
    if let facts = SignedFacts(reader) {
      self = .capsule(facts)
    } else if let file = SignedFile(reader) {
      self = .file(file)
    } else {
      // An end that is not understood must not be overlooked.
      guard !reader.has("expires"), !reader.has("id") else { throw Malformed() }
      self = .other(text)
    }
  }

  package var expires: Int64? {
    switch self {
    case .capsule(let facts): facts.expires
    case .file(let file): file.expires
    case .other: nil
    }
  }
}

/// Reads `key:value` fields that tabs part, in their order.
private struct FieldReader {
  private var rest: ArraySlice<Substring>

  init(_ text: String) { rest = text.split(separator: "\t", omittingEmptySubsequences: false)[...] }

  var isAtEnd: Bool { rest.isEmpty }

  // By bytes: as characters, a key would be missed where an accent follows it.
  func has(_ key: String) -> Bool { rest.contains { $0.utf8.starts(with: (key + ":").utf8) } }

  mutating func value(_ key: String) -> String? {
    guard let field = rest.first, field.utf8.starts(with: (key + ":").utf8) else { return nil }
    rest = rest.dropFirst()
    return String(field.utf8.dropFirst(key.utf8.count + 1))
  }

  mutating func skip(_ word: String) {
    if let first = rest.first, first.utf8.elementsEqual(word.utf8) { rest = rest.dropFirst() }
  }

  /// Seconds, in the one way in which a number is written; nil leaves the field for `isAtEnd` to find.
  mutating func time(_ key: String) -> Int64? {
    var ahead = self
    guard let text = ahead.value(key), let number = Int64(text), number >= 0, String(number) == text else { return nil }
    self = ahead
    return number
  }
}
