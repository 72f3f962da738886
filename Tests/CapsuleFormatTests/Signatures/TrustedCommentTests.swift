import Cryptography
import Testing

@testable import CapsuleFormat

@Suite struct TrustedCommentTests {
  private static let id = String(repeating: "0123456789abcdef", count: 4)
  private static let capsuleID = CapsuleID(id)

  private static func facts(version: String?, expires: Int64?) -> SignedFacts {
    guard let id = capsuleID else { preconditionFailure("the id is one") }
    return SignedFacts(name: "hello", version: version, id: id, timestamp: 1_700_000_000, expires: expires)
  }

  @Test(arguments: [
    (facts(version: "1.2.0", expires: nil), "timestamp:1700000000\tname:hello\tversion:1.2.0\tid:\(id)"),
    (facts(version: nil, expires: nil), "timestamp:1700000000\tname:hello\tid:\(id)"),
    (
      facts(version: "1.2.0-rc.1", expires: 1_800_000_000),
      "timestamp:1700000000\tname:hello\tversion:1.2.0-rc.1\tid:\(id)\texpires:1800000000"
    ),
  ])
  func `the facts of a capsule are read as they are written`(facts: SignedFacts, text: String) throws {
    #expect(facts.text == text)
    #expect(try TrustedComment(text) == .capsule(facts))
  }

  @Test(arguments: [
    (SignedFile(name: "a b.tar.gz", timestamp: 5), "timestamp:5\tfile:a b.tar.gz\thashed"),
    (SignedFile(name: "x", timestamp: 0, expires: 9), "timestamp:0\tfile:x\thashed\texpires:9"),
  ])
  func `those of any other file are what minisign writes`(file: SignedFile, text: String) throws {
    #expect(file.text == text)
    #expect(try TrustedComment(text) == .file(file))
  }

  @Test(arguments: [
    "timestamp:1700000000\tname:hello\tversion:1.2.0\tid:0123", "timestamp:1\tname:Hello\tid:\(id)",
    "timestamp:1\tname:hello\tversion:1.2\tid:\(id)", "timestamp:01\tname:hello\tid:\(id)",
    "timestamp:-1\tname:hello\tid:\(id)", "timestamp:+1\tname:hello\tid:\(id)", "name:hello\tid:\(id)",
    "timestamp:1\tname:hello\tid:\(id)\t", "timestamp:1\tname:hello\tid:\(id)\tid:\(id)",
    "timestamp:1\tid:\(id)\tname:hello", "timestamp:1\tname:hello\tid:\(id)\texpires:",
    "timestamp:1\tname:hello\tid:\(id)\texpires:soon",
    "timestamp:1\tname:hello\tid:\(id)\texpires:99999999999999999999",
    "timestamp:1\tname:hello\tid:\(id)\texpires:1\texpires:2", "timestamp:1\tname:hello\tid:\(id.uppercased())",
    "timestamp:1\tfile:x\thashed\texpires:1x", "expires:1", "anything\texpires:1", "timestamp:1\tname:hello\tid:\(id) ",
  ])
  func `what means to be facts and is not wholly right is refused`(text: String) {
    #expect(throws: TrustedComment.Malformed.self) { try TrustedComment(text) }
  }

  @Test(arguments: ["", "my comment", "timestamp:1", "version:1.2", "this expires:never", "timestamp:1\tfile:"])
  func `any other comment is the signer's own`(text: String) throws {
    #expect(try TrustedComment(text) == .other(text))
  }
}
