import Glibc

@testable import CapsuleFormat
@testable import Linux

/// The archives that Tests/Hostile/generate writes, with its table of what each of them tries.
struct HostileCorpus {
  struct Row {
    enum Verdict: String {
      /// Refused by whoever unpacks it.
      case unpack
      /// Refused only when it is installed, by what it says of itself.
      case install
      case accepted
    }

    let file: String
    let verdict: Verdict
    let tries: String
    /// What the message must match.
    let error: String
  }

  struct Malformed: Error {
    let line: String
  }

  let folder = TemporaryFolder()
  let rows: [Row]

  /// Writes all of them; they are gone with this value.
  init() throws {
    let script = #filePath.split(separator: "/").dropLast(2).map { "/\($0)" }.joined() + "/Hostile/generate"
    let output = try Shell.run("'\(script)' '\(folder.path)' 2>&1")
    guard output.isEmpty else { throw Malformed(line: output) }
    rows = try String(decoding: folder.read("table.tsv"), as: UTF8.self).split(separator: "\n").map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 4, let verdict = Row.Verdict(rawValue: fields[1]) else {
        throw Malformed(line: String(line))
      }
      return Row(file: fields[0], verdict: verdict, tries: fields[2], error: fields[3])
    }
  }

  func path(of row: Row) -> String { "\(folder.path)/\(row.file)" }

  func open(_ row: Row) throws -> Descriptor { try Descriptor.open(path(of: row), .read) }
}

/// A folder for unpacking that lies within others, all of which are watched.
final class WatchedTree {
  let around = TemporaryFolder()
  static let staging = "one/two/staging"
  /// Names elsewhere that the archives try to make.
  private static let elsewhere = [
    "/tmp/capsrun-hostile", "/tmp/outside", "/etc/capsrun-hostile", "/capsrun-hostile", "/outside",
  ]
  private let before: [String]

  init() throws {
    try around.write("canary", "canary")
    try around.write("etc/passwd", "canary")
    try around.write("one/bin/run", "canary", mode: 0o755)
    try around.write("one/two/canary", "canary")
    around.link("one/two/link", to: "canary")
    before = try around.snapshot()
    around.folder(Self.staging)
  }

  func openStaging() throws -> Descriptor { try Descriptor.open("\(around.path)/\(Self.staging)", .folder) }

  /// What has changed around the folder, or what is in it that no capsule has.
  func changes() throws -> [String] {
    let after = try around.snapshot()
    let inside = after.filter { $0.hasPrefix(Self.staging + "/") }
    let outside = after.filter { !$0.hasPrefix(Self.staging) }
    let made = Self.elsewhere.filter { access($0, F_OK) == 0 }
    return outside.filter { !before.contains($0) } + before.filter { !outside.contains($0) } + made
      + inside.filter { $0.hasSuffix(" ?") } + (try oddPermissions())
  }

  private func oddPermissions() throws -> [String] {
    try Shell.run("find '\(around.path)/\(Self.staging)' ! -type l -perm /7022 2>&1").split(separator: "\n").map(
      String.init)
  }
}
