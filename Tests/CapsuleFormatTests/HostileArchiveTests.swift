import Testing

@testable import CapsuleFormat
@testable import Diagnostics
@testable import Linux

struct HostileArchiveTests {
  @Test func `every hostile archive is refused with its own error, and changes nothing around`() throws {
    let corpus = try HostileCorpus()
    let hostile = corpus.rows.filter { $0.verdict == .unpack }
    #expect(hostile.count >= 300)
    for row in hostile {
      let tree = try WatchedTree()
      let message = try refusal { try Self.unpack(row, of: corpus, into: tree) }
      try expect(message, matches: row)
      // An error that is expected must not do for whatever is said.
      #expect("it is not a capsule".firstMatch(of: try Regex(row.error)) == nil, "\(row.file)")
      #expect(try tree.changes() == [], "\(row.file): \(row.tries)")
    }
  }

  @Test func `the archives beside them are unpacked to what others unpack them to`() throws {
    let corpus = try HostileCorpus()
    let good = corpus.rows.filter { $0.verdict != .unpack }
    #expect(good.count >= 12)
    for row in good {
      let tree = try WatchedTree()
      let message = try refusal { try Self.unpack(row, of: corpus, into: tree) }
      #expect(message == nil, "\(row.file): \(row.tries)")
      #expect(try tree.changes() == [], "\(row.file): \(row.tries)")
      #expect(try difference(of: row, in: corpus, from: tree) == "", "\(row.file): \(row.tries)")
    }
  }

  @Test func `no hostile archive is installed, and none leaves anything in the store but contents`() throws {
    let corpus = try HostileCorpus()
    for row in corpus.rows {
      let tree = try WatchedTree()
      let store = try Store.open("\(tree.around.path)/\(WatchedTree.staging)")
      let request = InstallRequest(file: row.file, now: 1)
      let message = try refusal {
        let copy = try PrivateCopy.make(of: try corpus.open(row), named: row.file, in: store)
        let result = try store.install(copy, request)
        #expect(!result.wasThere)
      }
      try expect(message, matches: row)
      #expect(try store.capsules.entries().count == (row.verdict == .accepted ? 1 : 0), "\(row.file)")
      #expect(try store.staging.entries() == [], "\(row.file)")
      #expect(try tree.changes() == [], "\(row.file): \(row.tries)")
    }
  }

  private static func unpack(_ row: HostileCorpus.Row, of corpus: HostileCorpus, into tree: WatchedTree) throws {
    let reader = try ArchiveReader.open(try corpus.open(row), name: row.file)
    var stream = MemberStream(file: row.file, sink: try TreeWriter.into(try tree.openStaging(), modes: .asListed))
    try reader.read(into: &stream)
  }

  /// What is said of an archive; nil when it is accepted. Any other error is one of the test.
  private func refusal(_ body: () throws -> Void) throws -> String? {
    do {
      try body()
      return nil
    } catch let error as CapsuleError {
      switch error {
      case .archive(let problem, _): return problem.explanation
      case .badManifest(let diagnostics): return diagnostics.map(\.message).joined(separator: "\n")
      default: throw error
      }
    }
  }

  private func expect(_ message: String?, matches row: HostileCorpus.Row) throws {
    guard row.verdict != .accepted else {
      return #expect(message == nil, "\(row.file): \(row.tries)")
    }
    guard let message else {
      Issue.record("\(row.file) was accepted: \(row.tries)")
      return
    }
    #expect(
      message.firstMatch(of: try Regex(row.error)) != nil, "\(row.file): \(row.tries): \"\(message)\", not \(row.error)"
    )
  }

  /// What the tar of others makes of it, compared with what is there.
  private func difference(
    of row: HostileCorpus.Row, in corpus: HostileCorpus, from tree: WatchedTree
  ) throws -> String {
    let other = TemporaryFolder()
    let option = row.file.hasSuffix(".zst") ? "--zstd" : "--gzip"
    let output = try Shell.run(
      """
      LC_ALL=C.UTF-8 tar -x \(option) -f '\(corpus.path(of: row))' -C '\(other.path)' --no-same-permissions 2>&1
      rm '\(other.path)/.capsule_listing' '\(other.path)/.capsule_metadata.json'
      """)
    let tools = try Shell.run(
      "diff -r --no-dereference '\(other.path)' '\(tree.around.path)/\(WatchedTree.staging)' 2>&1")
    return output + tools
  }
}
