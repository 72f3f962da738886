import Foundation
import Testing

/// `capsrun install` of the archives of Tests/Hostile.
@Suite struct HostileInstallTests {
  /// The archives, in a folder where they can be signed.
  private static func rows(in place: CapsulePlace) throws -> [[String]] {
    let corpus = try place.folder.folder("corpus", mode: 0o777)
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Hostile/generate").path
    let outcome = try Spawn([script, corpus]).run()
    try #require(outcome.exitCode == 0, "\(outcome)")
    return String(decoding: try place.bytes("corpus/table.tsv"), as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
  }

  /// By minisign, as `capsrun sign` reads what it signs and refuses it.
  private static func sign(_ name: String, in place: CapsulePlace) throws {
    let file = place.folder("corpus/\(name)")
    let outcome = try Spawn(["minisign", "-S", "-s", place.folder("k.key"), "-m", file]).run()
    try #require(outcome.exitCode == 0, "\(outcome)")
    #expect(chmod(file + ".minisig", 0o644) == 0)
  }

  /// All that lies beside the store and the archives, and what the archives try to make elsewhere.
  private static func surroundings(of place: CapsulePlace) throws -> String {
    let script = """
      find "$1" \\( -path "$1/store" -o -path "$1/corpus" \\) -prune -o ! -path "$1" -printf '%P %M %U %s %T@ %l\\n'
      ls -d /tmp/capsrun-hostile /tmp/outside /etc/capsrun-hostile /outside 2>/dev/null || :
      """
    return try Spawn(["/bin/sh", "-c", script, "sh", place.folder.path]).run().output
  }

  @Test func `no hostile archive is installed, also when a trusted key has signed it`() throws {
    let place = try CapsulePlace()
    try place.key("k")
    let rows = try Self.rows(in: place)
    #expect(rows.count >= 400)
    // In a store of their own: of what is there already, the rest of an archive is not read.
    let good = ["CAPSRUN_STORE": place.folder("good")]
    for row in rows where row[1] == "accepted" {
      try Self.sign(row[0], in: place)
      let outcome = try place.capsrun("install", "corpus/\(row[0])", environment: good)
      #expect(outcome.exitCode == 0, "\(row[0]): \(outcome)")
    }
    let before = try Self.surroundings(of: place)
    for row in rows where row[1] != "accepted" {
      try Self.sign(row[0], in: place)
      let outcome = try place.capsrun("install", "corpus/\(row[0])")
      #expect(outcome.exitCode == 65, "\(row[0]): \(outcome)")
      #expect(outcome.errors.firstMatch(of: try Regex(row[3])) != nil, "\(row[0]): \(row[3]): \(outcome)")
    }
    #expect(place.installed().isEmpty && place.staged().isEmpty)
    #expect(try Self.surroundings(of: place) == before)
  }
}
