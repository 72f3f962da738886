import Glibc
import Testing

@testable import ManifestFormat

/// Checks each row of the tables in docs/grants.md.
@Suite struct GrantsPageTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let table: String
    let cells: [String]
    var testDescription: String { "\(table): \(cells.joined(separator: " | "))" }
  }

  /// Four components above this file.
  private static let root = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }

  static let rows: [Row] = {
    var rows: [Row] = []
    var table: String?
    var isHeader = true
    for line in lines(of: root + "/docs/grants.md") {
      if line.hasPrefix("<!-- checked: ") {
        table = String(line.dropFirst("<!-- checked: ".count).dropLast(" -->".count))
        isHeader = true
      } else if line == "<!-- end -->" {
        table = nil
      } else if line.hasPrefix("|---") {
        isHeader = false
      } else if let table, line.hasPrefix("|"), !isHeader {
        rows.append(Row(table: table, cells: line.split(separator: "|").map(trimmed)))
      }
    }
    return rows
  }()

  private static func lines(of path: String) -> [String] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
  }

  private static func trimmed(_ cell: Substring) -> String {
    String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  @Test func `the tables of the page are found`() {
    #expect(Self.rows.count > 80)
    #expect(Set(Self.rows.map(\.table)) == ["net", "net decisions", "resolved", "listen", "devices", "unix", "files"])
  }

  @Test(arguments: rows) func `a row of the page says what the program does`(row: Row) throws {
    let expected = try #require(row.cells.last)
    let answer =
      switch row.table {
      case "net": written(row) { try NetGrant($0).description }
      case "listen": written(row) { try ListenGrant($0).description }
      case "devices": written(row) { try DeviceGrant($0).description }
      case "unix": written(row) { text in try unix(text) }
      case "net decisions": text(try grants(row.cells[0]).decision(for: NetTarget(code(row.cells[1]))))
      case "resolved":
        text(
          try grants(row.cells[0]).decision(
            forResolved: IPAddress(code(row.cells[1])), of: NetTarget("github.com:443")))
      case "files": try files(row.cells)
      default: "no such table"
      }
    #expect(answer == expected)
  }

  private func written(_ row: Row, _ canonical: (String) throws -> String) -> String {
    do {
      let text = try canonical(code(row.cells[0]))
      return text.hasPrefix("`") ? text : "`\(text)`"
    } catch {
      return "refused: \(explanation(error))"
    }
  }

  private func explanation(_ error: any Error) -> String {
    switch error {
    case let problem as NetGrant.Problem: problem.explanation
    case let problem as ListenGrant.Problem: problem.explanation
    case let problem as DeviceGrant.Problem: problem.explanation
    case let problem as UnixGrant.Problem: problem.explanation
    default: "\(error)"
    }
  }

  private func unix(_ text: String) throws -> String {
    let grant = try UnixGrant(text)
    guard let danger = grant.danger else { return grant.description }
    return "`\(grant)` as good as \(danger.reach == .host ? "root" : "its user"): \(danger.reason)"
  }

  private func text(_ decision: NetDecision) -> String {
    switch decision {
    case .granted(let grant): "granted by `\(grant)`"
    case .denied(let denial): "denied: \(denial.explanation)"
    }
  }

  private func grants(_ cell: String) throws -> NetGrants {
    NetGrants(try codes(cell).map { try NetGrant($0) })
  }

  private func files(_ cells: [String]) throws -> String {
    let grants = FileGrants(
      read: try codes(cells[0]).map { try PathGrant($0) }, write: try codes(cells[1]).map { try PathGrant($0) })
    let access: FileGrants.Access = cells[2].hasPrefix("read ") ? .read : .write
    switch grants.decision(for: try AbsolutePath(code(cells[2])), access) {
    case .granted(_, let grant): return "granted by `\(grant.path.description)`"
    case .onlyReadable(let grant): return "denied: `\(grant.path.description)` is only readable"
    case .notGranted: return "denied"
    }
  }

  /// The texts between back-ticks; none when the cell holds the word "none".
  private func codes(_ cell: String) -> [String] {
    let parts = cell.split(separator: "`", omittingEmptySubsequences: false)
    return stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
  }

  private func code(_ cell: String) -> String { codes(cell).first ?? cell }
}
