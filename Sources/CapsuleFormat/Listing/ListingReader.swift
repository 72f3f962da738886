internal import Cryptography

extension Listing {
  /// Reads the text of a listing, which must be written in the one way that there is.
  package init(text: [UInt8]) throws(ArchiveProblem) {
    guard text.count <= ArchiveLimits.largestListing else {
      throw .tooLarge(what: "its listing", limit: ArchiveLimits.largestListing)
    }
    // Counted before they are divided: a listing of nothing but line breaks would take a gigabyte.
    guard text.reduce(0, { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }) <= ArchiveLimits.mostEntries + 1 else {
      throw .listing(line: ArchiveLimits.mostEntries + 2, .tooManyEntries(limit: ArchiveLimits.mostEntries))
    }
    var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.popLast()?.isEmpty == true, let first = lines.first else { throw .listing(line: 1, .format) }
    try Self.checkHeader(first)
    var entries: [Entry] = []
    entries.reserveCapacity(lines.count - 1)
    for (index, line) in lines.enumerated().dropFirst() {
      do throws(ListingProblem) {
        let entry = try Self.entry(line)
        if let last = entries.last {
          guard last.path != entry.path else { throw .duplicate }
          guard last.path < entry.path else { throw .notOrdered }
        }
        entries.append(entry)
      } catch {
        throw .listing(line: index + 1, error)
      }
    }
    self.init(entries)
    try checkRules()
    // Numbers and digits have one form; this holds for whatever was forgotten above.
    guard self.text == text else { throw .listing(line: 1, .notCanonical) }
  }

  /// More than any has, and little enough to be looked at whatever stands there.
  private static let longestHeader = 100

  private static func checkHeader(_ line: ArraySlice<UInt8>) throws(ArchiveProblem) {
    let words = String(decoding: line.prefix(longestHeader), as: UTF8.self)
      .split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[0] == "capsule", words[1] == "listing" else { throw .listing(line: 1, .format) }
    guard words[2] == String(format) else {
      let number = Int(words[2]) ?? 0
      throw .listing(line: 1, number > format ? .newerFormat(String(number)) : .format)
    }
  }

  private static func entry(_ line: ArraySlice<UInt8>) throws(ListingProblem) -> Entry {
    let fields = line.split(separator: UInt8(ascii: "\t"), maxSplits: 5, omittingEmptySubsequences: false)
    guard let kind = fields.first, let last = fields.last, fields.count > 1 else { throw .notALine }
    let path: CapsulePath
    do throws(CapsulePath.Problem) {
      path = try CapsulePath(bytes: last)
    } catch {
      throw .badPath(error)
    }
    switch String(decoding: kind, as: UTF8.self) {
    case "file" where fields.count == 5: return Entry(path, try file(Array(fields[1..<4])))
    case "folder" where fields.count == 2: return Entry(path, .folder)
    case "link" where fields.count == 3: return Entry(path, .link(target: try target(fields[1])))
    default: throw .notALine
    }
  }

  private static func file(_ fields: [ArraySlice<UInt8>]) throws(ListingProblem) -> Content {
    let texts = fields.map { String(decoding: $0, as: UTF8.self) }
    guard texts[0] == "0644" || texts[0] == "0755", let digest = Digest(hex: texts[2]) else { throw .notALine }
    guard let size = Int(texts[1]), size >= 0, String(size) == texts[1] else { throw .notALine }
    return .file(size: size, digest: digest, isExecutable: texts[0] == "0755")
  }

  private static func target(_ bytes: ArraySlice<UInt8>) throws(ListingProblem) -> String {
    guard let text = String(validating: bytes, as: UTF8.self), LinkTarget.isText(text) else { throw .badTarget }
    return text
  }
}
