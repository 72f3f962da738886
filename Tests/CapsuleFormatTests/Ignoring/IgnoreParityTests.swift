import Testing

@testable import CapsuleFormat

/// `git check-ignore` says what is right.
@Suite(GitOracle.isThere) struct IgnoreParityTests {
  @Test(arguments: [UInt64](1...5))
  func `generated trees are ignored as git ignores them, by the same line`(seed: UInt64) throws {
    var corpus = IgnoreCorpus(seed: seed)
    let forest = corpus.forest(of: 60)
    let answers = try GitOracle().answers(to: forest)
    compare(forest, with: answers)
    // Each kind of answer is there often, or the comparison would say little.
    #expect(answers.count { $0.isSilent } > 300)
    #expect(answers.count { $0.isPacking } > 300)
    #expect(answers.count { !$0.isSilent && !$0.isPacking } > 300)
  }

  @Test func `each byte is in the classes and ranges that it is in for git`() throws {
    let classes = [
      "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit",
    ]
    let sets =
      classes.map { Array("[[:\($0):]]".utf8) }
      + ["?", "*", "[!a-z]", "[^[:alnum:]_]", "[!-~]", "[]-a]", "[\\]-\\a]", "[[-]", "[a-]", "[[:digit:]-z]"].map {
        Array($0.utf8)
      }
      + [[0x5B, 0x80, 0x2D, 0xFE, 0x5D], [0x5B, 0x21, 0xFF, 0x5D], [0x5B, 0x01, 0x2D, 0xFF, 0x5D]]
    var tree = IgnoreTree()
    for (index, set) in sets.enumerated() {
      tree.files["set\(index)"] = Array("x".utf8) + set
      for byte in UInt8(1)...255 where byte != UInt8(ascii: "/") {
        tree.subjects.append(.init(path: Array("set\(index)/x".utf8) + [byte], isFolder: false))
      }
    }
    compare(tree, with: try GitOracle().answers(to: tree))
  }

  @Test func `the documented cases are git's as well`() throws {
    var tree = IgnoreTree()
    for (index, example) in IgnoreExample.all.enumerated() { tree.add(example.tree, as: "example\(index)") }
    compare(tree, with: try GitOracle().answers(to: tree))
  }

  private func compare(_ tree: IgnoreTree, with answers: [IgnoreAnswer]) {
    #expect(answers.count == tree.subjects.count)
    for (subject, expected) in zip(tree.subjects, answers) {
      let answer = tree.answer(subject)
      // An expectation for each of the thousands would take longer than all else.
      if answer != expected { Issue.record("\(answer), and for git \(expected): \(tree.files(above: subject))") }
    }
  }
}

extension IgnoreTree {
  /// The files that have a say, for a message.
  fileprivate func files(above subject: Subject) -> String {
    let path = String(decoding: subject.path, as: UTF8.self)
    let above = files.filter { $0.key.isEmpty || (path + "/").hasPrefix($0.key + "/") }
    let shown = above.map { "\($0.key): \(String(decoding: $0.value, as: UTF8.self).debugDescription)" }.sorted()
    return "\(path.debugDescription)\(subject.isFolder ? ", a folder" : "") below " + shown.joined(separator: "; ")
  }
}
