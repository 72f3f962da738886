/// That a key is not to be trusted any more, by anybody who reads the list.
package struct Revocation: Hashable, Sendable {
  package let keyID: KeyID
  package let date: CalendarDate
  package let reason: String

  static let longestReason = 256

  /// Why a text cannot be the reason.
  package enum ReasonProblem: Error, Hashable, Sendable {
    case tooLong, controlCharacter

    package var explanation: String {
      switch self {
      case .tooLong: "is longer than \(Revocation.longestReason) bytes"
      case .controlCharacter: "contains a control character"
      }
    }
  }

  package init(_ keyID: KeyID, on date: CalendarDate, because reason: String) throws(ReasonProblem) {
    guard reason.utf8.count <= Self.longestReason else { throw .tooLong }
    for scalar in reason.unicodeScalars where scalar.properties.generalCategory == .control { throw .controlCharacter }
    self.keyID = keyID
    self.date = date
    self.reason = reason
  }

  fileprivate init?(line: some StringProtocol) {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
    // In its one way: what is written by hand in another could be meant otherwise.
    guard fields.count == 3, let id = KeyID(fields[0]), id.description.utf8.elementsEqual(fields[0].utf8),
      let date = CalendarDate(fields[1])
    else { return nil }
    do {
      try self.init(id, on: date, because: String(fields[2]))
    } catch {
      return nil
    }
  }

  fileprivate var line: String { "\(keyID)\t\(date)\t\(reason)\n" }
}

/// The list of revoked keys: a line for each, with id, day and reason apart by tabs.
package struct RevocationList: Hashable, Sendable {
  package private(set) var all: [Revocation] = []

  static let largest = 1 << 20

  init() {}

  /// The number of the first line that is wrong.
  struct BadLine: Error, Hashable {
    let number: Int
  }

  /// Reads a list; a line that is wrong makes all of it wrong, since a revocation must not be overlooked.
  init(file: [UInt8]) throws(BadLine) {
    var number = 0
    for line in file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      guard let text = String(validating: line, as: UTF8.self) else { throw BadLine(number: number) }
      if text.isEmpty, line.endIndex == file.endIndex { continue }
      guard let revocation = Revocation(line: text) else { throw BadLine(number: number) }
      all.append(revocation)
    }
  }

  var file: [UInt8] { Array(all.map(\.line).joined().utf8) }

  package subscript(id: KeyID) -> Revocation? { all.first { $0.keyID == id } }

  /// Adds a revocation, unless the key is in the list.
  mutating func add(_ revocation: Revocation) -> Bool {
    guard self[revocation.keyID] == nil else { return false }
    all.append(revocation)
    return true
  }
}
