import Cryptography
import Testing

@testable import CapsuleFormat

@Suite struct SignatureTests {
  private typealias Fixtures = MinisignFixtures

  @Test func `a public key of minisign is read and written as it is`() throws {
    let key = try Fixtures.key()
    #expect(key.id.description == Fixtures.id)
    #expect(key.file == Array(Fixtures.publicKey.utf8))
  }

  @Test(arguments: [(MinisignFixtures.signature, false), (MinisignFixtures.legacySignature, true)])
  func `a signature of minisign is read, written and verified`(text: String, isLegacy: Bool) throws {
    let signature = try Signature(file: Array(text.utf8))
    #expect(signature.keyID.description == Fixtures.id)
    #expect((signature.algorithm == .legacy) == isLegacy)
    #expect(signature.file == Array(text.utf8))
    let content = isLegacy ? SignedContent.whole(Fixtures.content) : Fixtures.hash(Fixtures.content)
    #expect(signature.check(content, with: try Fixtures.key()) == .valid)
  }

  @Test func `what a signature signs is not what a legacy one signs`() throws {
    let key = try Fixtures.key()
    // The content of this file is the hash of that one: a legacy signature of the one is none of the other.
    let hash = Fixtures.contentHash(Fixtures.content)
    let signature = try Signature(file: Array(Fixtures.signature.utf8))
    #expect(signature.check(.whole(hash.bytes), with: key) == .wrongContent)
    #expect(signature.check(.hash(hash), with: key) == .valid)
    let legacy = try Signature(file: Array(Fixtures.legacySignature.utf8))
    #expect(legacy.check(.hash(hash), with: key) == .wrongContent)
  }

  @Test func `each changed byte of a file is seen`() throws {
    let key = try Fixtures.key()
    let signature = try Signature(file: Array(Fixtures.signature.utf8))
    for index in Fixtures.content.indices {
      var changed = Fixtures.content
      changed[index] ^= 1
      #expect(signature.check(Fixtures.hash(changed), with: key) == .wrongContent)
    }
    for changed in [Fixtures.content + [0], Array(Fixtures.content.dropLast()), []] {
      #expect(signature.check(Fixtures.hash(changed), with: key) == .wrongContent)
    }
    #expect(signature.check(Fixtures.hash(Fixtures.content), with: key) == .valid)
  }

  /// Whether these bytes are a signature of the fixture's content by its key.
  private func isSignature(_ file: [UInt8]) throws -> Bool {
    do {
      return try Signature(file: file).check(Fixtures.hash(Fixtures.content), with: try Fixtures.key()) == .valid
    } catch is MinisignError {
      return false
    }
  }

  @Test(arguments: [UInt8(1), 0x20, 0x80, 0xff])
  func `each changed byte of a signature is seen, but of the comment that nobody signs`(change: UInt8) throws {
    let file = Array(Fixtures.signature.utf8)
    let unsigned = MinisignText.untrustedPrefix.utf8.count..<(try #require(file.firstIndex(of: UInt8(ascii: "\n"))))
    // The last one is the end of the last line, which may be missing.
    for index in file.indices.dropLast() where !unsigned.contains(index) {
      var changed = file
      changed[index] ^= change
      #expect(!(try isSignature(changed)), "\(index)")
    }
    #expect(try isSignature(file))
  }

  @Test func `a signature that is cut anywhere is none`() throws {
    let file = Array(Fixtures.signature.utf8)
    for count in 0..<file.count - 1 { #expect(!(try isSignature(Array(file.prefix(count)))), "\(count)") }
    #expect(try isSignature(Array(file.dropLast())))
    #expect(try isSignature(file))
  }

  private static let broken: [(change: @Sendable ([String]) -> [String], problem: MinisignError)] = [
    ({ $0 + [""] }, .lines(expected: 4)), ({ $0 + ["more"] }, .lines(expected: 4)),
    ({ [""] + $0 }, .lines(expected: 4)), ({ Array($0.dropLast()) }, .lines(expected: 4)),
    ({ ["comment: x"] + $0.dropFirst() }, .prefix(line: 1, expected: "untrusted comment: ")),
    ({ ["untrusted comment: a\u{1B}[2Jb"] + $0.dropFirst() }, .controlCharacter(line: 1)),
    ({ ["untrusted comment: a\u{85}b"] + $0.dropFirst() }, .controlCharacter(line: 1)),
    ({ [$0[0] + "\r"] + $0.dropFirst() }, .controlCharacter(line: 1)),
    (
      { ["untrusted comment: " + String(repeating: "x", count: 1025)] + $0.dropFirst() },
      .longComment(line: 1, limit: 1024)
    ),
    ({ [$0[0], $0[1] + " ", $0[2], $0[3]] }, .encoding(line: 2, bytes: 74)),
    ({ [$0[0], $0[3], $0[2], $0[3]] }, .encoding(line: 2, bytes: 74)),
    ({ [$0[0], "RX" + $0[1].dropFirst(2), $0[2], $0[3]] }, .algorithm),
    ({ [$0[0], $0[1], "Trusted comment: x", $0[3]] }, .prefix(line: 3, expected: "trusted comment: ")),
    (
      { [$0[0], $0[1], "trusted comment: " + String(repeating: "x", count: 8193), $0[3]] },
      .longComment(line: 3, limit: 8192)
    ),
    ({ [$0[0], $0[1], $0[2], $0[3] + "AA"] }, .encoding(line: 4, bytes: 64)),
    ({ [$0[0], $0[1], $0[2], String(repeating: "x", count: 20000)] }, .tooLong),
  ]

  @Test(arguments: broken.indices)
  func `a file that is not wholly right is refused for its reason`(index: Int) throws {
    let lines = Fixtures.signature.split(separator: "\n").map(String.init)
    let (change, problem) = Self.broken[index]
    #expect(throws: problem) { try Signature(file: Array((change(lines).joined(separator: "\n") + "\n").utf8)) }
    #expect(throws: Never.self) { try Signature(file: Array((lines.joined(separator: "\n") + "\n").utf8)) }
  }

  @Test func `a comment may be as long as it may be`() throws {
    let key = SecretKey()
    for (count, isRight) in [(8192, true), (8193, false)] {
      let hash = Fixtures.contentHash([1])
      do throws(MinisignError) {
        let signature = try key.sign(
          hash, untrustedComment: "", trustedComment: String(repeating: "x", count: count))
        #expect(isRight && signature.check(.hash(hash), with: key.publicKey) == .valid)
        #expect(try Signature(file: signature.file) == signature)
      } catch {
        #expect(!isRight && error == .longComment(line: 3, limit: 8192))
      }
    }
  }

  @Test(arguments: [
    ("", MinisignError.lines(expected: 2)), ("untrusted comment: x\n", .lines(expected: 2)),
    (
      "x\nRWTqUspR32e2yJUmJjIZIqdKQeEC11SxKVBmpfqjDcdpxkpe5VfExlfR\n", .prefix(line: 1, expected: "untrusted comment: ")
    ),
    ("untrusted comment: x\nRWTqUspR32e2yJUmJjIZIqdKQeEC11SxKVBmpfqjDcdpxkpe5VfExlf\n", .encoding(line: 2, bytes: 42)),
    (
      "untrusted comment: x\nRWTqUspR32e2yJUmJjIZIqdKQeEC11SxKVBmpfqjDcdpxkpe5VfExlfRAAAA\n",
      .encoding(line: 2, bytes: 42)
    ),
    ("untrusted comment: x\nRWTqUspR32e2yJUmJjIZIqdKQeEC11SxKVBmpfqjDcdpxkpe5VfE*lfR\n", .encoding(line: 2, bytes: 42)),
    ("untrusted comment: x\nRUTqUspR32e2yJUmJjIZIqdKQeEC11SxKVBmpfqjDcdpxkpe5VfExlfR\n", .algorithm),
    ("untrusted comment: x\nRWTqUspR32e2yJUmJjIZIqdKQeEC11SxKVBmpfqjDcdpxkpe5VfExlfR\nx\n", .lines(expected: 2)),
  ])
  func `a public key that is not wholly right is refused for its reason`(text: String, problem: MinisignError) {
    #expect(throws: problem) { try PublicKey(file: Array(text.utf8)) }
  }

  @Test(arguments: ["C8B667DF51CA52EA", "0000000000000001", "0C8B667DF51CA52E", "FFFFFFFFFFFFFFFF"])
  func `a key id is read as it is printed`(text: String) throws {
    let id = try #require(KeyID(text))
    #expect(id.description == text)
    #expect(KeyID(text.lowercased()) == id)
    #expect(KeyID(bytes: id.bytes) == id)
    #expect(KeyID(text.dropLast()) == nil && KeyID(text + "0") == nil && KeyID("+" + text.dropFirst()) == nil)
  }
}
