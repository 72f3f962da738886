internal import CapsuleFormat
internal import Diagnostics

/// An installed capsule with what holds of it now.
struct CapsuleState {
  let capsule: InstalledCapsule
  let isActive: Bool
  let isPinned: Bool
  let isRunning: Bool

  init(_ capsule: InstalledCapsule, in store: Store) throws(CapsuleError) {
    self.capsule = capsule
    isActive = try store.current(of: capsule.name) == capsule.id
    isPinned = try store.isPinned(capsule.id)
    isRunning = try store.isUsed(capsule.id)
  }

  /// In words, for people. That nobody vouches for a capsule is never left out.
  var words: String {
    let words = [
      isActive ? "active" : nil, isRunning ? "running" : nil, isPinned ? "pinned" : nil,
      capsule.signer == nil ? "UNSIGNED" : nil,
    ]
    return words.compactMap { $0 }.joined(separator: ", ")
  }

  var json: JSONValue { .object(members) }

  var members: [JSONValue.Member] {
    guard case .object(let members) = capsule.json else { preconditionFailure("a record is an object") }
    return members + [
      .init("active", .bool(isActive)), .init("pinned", .bool(isPinned)), .init("running", .bool(isRunning)),
    ]
  }
}

extension InstalledCapsule {
  /// Who vouches for it, as a line for people.
  var vouching: String { signer.map { "Signed by: key \($0.keyID)" } ?? "UNSIGNED: nobody vouches for it" }
}

/// Columns for people.
enum TextTable {
  /// Each row in a line; the last column is not filled up.
  static func text(_ rows: [[String]]) -> String {
    let shown = rows.map { $0.map(printable) }
    var widths: [Int] = []
    for row in shown {
      for (index, cell) in row.enumerated() {
        if index == widths.count { widths.append(0) }
        widths[index] = max(widths[index], cell.count)
      }
    }
    return shown.map { row in
      let cells = row.enumerated().map { index, cell in
        index == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
      }
      return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }
}
