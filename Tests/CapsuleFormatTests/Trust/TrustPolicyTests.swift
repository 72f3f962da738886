import Cryptography
import Testing

@testable import CapsuleFormat

@Suite struct TrustPolicyTests {
  private typealias Fixtures = MinisignFixtures
  private static let today = CalendarDate(secondsSince1970: 1_800_000_000)

  private func policy(
    _ keys: [PublicKey], revoked: [Revocation] = [], now: Int64 = 1_800_000_000, allowsLegacy: Bool = false
  ) -> TrustPolicy {
    var list = RevocationList()
    for revocation in revoked {
      let isNew = list.add(revocation)
      #expect(isNew)
    }
    return TrustPolicy(keys: keys, revocations: list, now: now, allowsLegacy: allowsLegacy)
  }

  private func signature(_ text: String = Fixtures.signature) throws -> Signature {
    try Signature(file: Array(text.utf8))
  }

  private let content = Fixtures.hash(Fixtures.content)

  @Test func `a signature by a trusted key is trusted, and says by which`() throws {
    let key = try Fixtures.key()
    let comment = TrustedComment.file(SignedFile(name: "f", timestamp: 1_795_263_127))
    #expect(
      policy([SecretKey().publicKey, key]).verdict(on: try signature(), of: content) == .trusted(by: key, comment))
  }

  @Test func `what has no signature is unsigned`() throws {
    #expect(policy([try Fixtures.key()]).verdict(on: nil, of: content) == .refused(.unsigned))
  }

  @Test func `a signature by another key is untrusted`() throws {
    let id = try Fixtures.key().id
    for keys in [[], [SecretKey().publicKey]] {
      #expect(policy(keys).verdict(on: try signature(), of: content) == .refused(.untrusted(id)))
    }
  }

  @Test func `a key with a stolen id has signed nothing`() throws {
    let key = try Fixtures.key()
    let thief = PublicKey(id: key.id, key: SecretKey().publicKey.key)
    #expect(policy([thief]).verdict(on: try signature(), of: content) == .refused(.badSignature(key.id)))
    // Beside the right one it does no harm.
    guard case .trusted(let by, _) = policy([thief, key]).verdict(on: try signature(), of: content) else {
      Issue.record("the right key does not count")
      return
    }
    #expect(by == key)
  }

  @Test func `a revoked key counts no more, trusted or not`() throws {
    let key = try Fixtures.key()
    let revocation = try Revocation(key.id, on: Self.today, because: "lost")
    for keys in [[], [key]] {
      let verdict = policy(keys, revoked: [revocation]).verdict(on: try signature(), of: content)
      #expect(verdict == .refused(.revoked(revocation)))
    }
    let other = try Revocation(SecretKey().id, on: Self.today, because: "")
    guard case .trusted = policy([key], revoked: [other]).verdict(on: try signature(), of: content) else {
      Issue.record("the revocation of another key counts")
      return
    }
  }

  @Test func `a legacy signature counts only where it is allowed`() throws {
    let key = try Fixtures.key()
    let legacy = try signature(Fixtures.legacySignature)
    let whole = SignedContent.whole(Fixtures.content)
    #expect(policy([key]).verdict(on: legacy, of: whole) == .refused(.legacy(key.id)))
    let comment = TrustedComment.file(SignedFile(name: "f", timestamp: 1))
    #expect(policy([key], allowsLegacy: true).verdict(on: legacy, of: whole) == .trusted(by: key, comment))
    #expect(
      policy([key], allowsLegacy: true).verdict(on: legacy, of: .whole([1])) == .refused(.badSignature(key.id)))
  }

  @Test func `a changed comment is told apart from a changed file`() throws {
    let key = try Fixtures.key()
    let changed = try signature(Fixtures.signature.replacing("file:f", with: "file:g"))
    #expect(policy([key]).verdict(on: changed, of: content) == .refused(.badComment(key.id)))
    #expect(policy([key]).verdict(on: changed, of: Fixtures.hash([])) == .refused(.badSignature(key.id)))
  }

  @Test func `a signature ends when it says so`() throws {
    let key = SecretKey()
    let hash = Fixtures.contentHash([7])
    let file = SignedFile(name: "x", timestamp: 1, expires: 1000)
    let signature = try key.sign(hash, untrustedComment: "", trustedComment: file.text)
    func verdict(_ now: Int64) -> TrustPolicy.Verdict {
      policy([key.publicKey], now: now).verdict(on: signature, of: .hash(hash))
    }
    #expect(verdict(999) == .trusted(by: key.publicKey, .file(file)))
    let end = CalendarDate(secondsSince1970: 1000)
    for now in [1000, 1001, .max] as [Int64] { #expect(verdict(now) == .refused(.expired(key.id, on: end))) }
  }

  @Test func `a comment whose end cannot be read is refused although it is signed`() throws {
    let key = SecretKey()
    let hash = Fixtures.contentHash([7])
    for (comment, isRefused) in [("expires:soon", true), ("ends soon", false)] {
      let signature = try key.sign(hash, untrustedComment: "", trustedComment: comment)
      let verdict = policy([key.publicKey]).verdict(on: signature, of: .hash(hash))
      #expect((verdict == .refused(.malformedComment(key.id))) == isRefused)
    }
  }
}

@Suite struct RevocationTests {
  @Test(arguments: [
    (Int64(0), "1970-01-01"), (86399, "1970-01-01"), (86400, "1970-01-02"), (-1, "1969-12-31"),
    (951_782_400, "2000-02-29"), (951_868_800, "2000-03-01"), (1_700_000_000, "2023-11-14"),
    (4_102_444_799, "2099-12-31"), (4_107_542_400, "2100-03-01"),
  ])
  func `a moment has the day that the calendar says`(seconds: Int64, text: String) {
    let date = CalendarDate(secondsSince1970: seconds)
    #expect(date.description == text)
    #expect(CalendarDate(text) == date)
  }

  @Test(arguments: [
    "2023-02-29", "2100-02-29", "2023-13-01", "2023-00-01", "2023-01-00", "2023-04-31", "2023-1-01", "", "x",
  ])
  func `a day that there is not is none`(text: String) { #expect(CalendarDate(text) == nil) }

  private static let line = "C8B667DF51CA52EA\t2024-02-29\tlost, with the bag\n"

  @Test(arguments: ["", line, line + "0000000000000001\t1999-12-31\t\n"])
  func `a list is read as it is written`(text: String) throws {
    let list = try RevocationList(file: Array(text.utf8))
    #expect(list.all.count == text.split(separator: "\n").count)
    #expect(list.file == Array(text.utf8))
  }

  @Test(arguments: [
    "x", "c8b667df51ca52ea\t2024-02-29\tx\n", "C8B667DF51CA52EA 2024-02-29 x\n", "C8B667DF51CA52EA\t2024-02-30\tx\n",
    "C8B667DF51CA52EA\t2024-02-29\n", "C8B667DF51CA52EA\t2024-02-29\tx\ty\n", "\n", "# comment\n", "\u{FEFF}\n",
  ])
  func `a line that is wrong makes the list wrong, by its number`(text: String) throws {
    for (before, number) in [("", 1), (Self.line, 2)] {
      #expect(throws: RevocationList.BadLine(number: number)) {
        try RevocationList(file: Array((before + text + Self.line).utf8))
      }
    }
  }

  @Test func `a reason stands in one line`() throws {
    let id = SecretKey().id
    let day = CalendarDate(secondsSince1970: 0)
    for reason in ["a\nb", "a\tb", "\u{1B}"] {
      #expect(throws: Revocation.ReasonProblem.controlCharacter) { try Revocation(id, on: day, because: reason) }
    }
    let long = String(repeating: "x", count: 257)
    #expect(throws: Revocation.ReasonProblem.tooLong) { try Revocation(id, on: day, because: long) }
    #expect(try Revocation(id, on: day, because: String(long.dropFirst())).reason.utf8.count == 256)
  }
}
