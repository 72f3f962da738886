import Cryptography
import Testing

@testable import CapsuleFormat

@Suite struct SecretKeyTests {
  private static let cheap = ScryptCost(operations: 32768, memory: 1 << 20)

  private func read(_ text: String) throws -> SecretKeyFile {
    try SecretKeyFile.read(SecretBytes(copying: text.utf8))
  }

  /// Whether what this key signs is verified by that one.
  private func belong(_ key: borrowing SecretKey, _ publicKey: PublicKey) throws -> Bool {
    let hash = MinisignFixtures.contentHash([1, 2, 3])
    let signature = try key.sign(hash, untrustedComment: "x", trustedComment: "y")
    return signature.check(.hash(hash), with: publicKey) == .valid
  }

  @Test func `a key of minisign without a password signs`() throws {
    let file = try read(MinisignFixtures.secretKey)
    let isProtected = file.isProtected
    #expect(!isProtected)
    let key = try file.open()
    #expect(key.id.description == MinisignFixtures.id)
    #expect(try belong(key, try MinisignFixtures.key()))
  }

  @Test func `a new key is read again, and no other fits it`() throws {
    let key = SecretKey()
    let text = SecretKeyFile.text(of: key)
    let again = try SecretKeyFile.read(text).open()
    #expect(again.publicKey == key.publicKey)
    #expect(try belong(again, key.publicKey))
    #expect(!(try belong(again, SecretKey().publicKey)))
  }

  @Test func `a password opens what it has closed, and no other does`() throws {
    let key = SecretKey()
    let text = try SecretKeyFile.text(
      of: key, protectedBy: SecretBytes(copying: "pass word".utf8), cost: Self.cheap)
    for (password, isRight) in [("pass word", true), ("pass word ", false), ("", false), ("Pass word", false)] {
      let file = try SecretKeyFile.read(text)
      let isProtected = file.isProtected
      #expect(isProtected)
      do throws(SecretKeyFile.Failure) {
        let again = try file.unlock(SecretBytes(copying: password.utf8))
        #expect(isRight && again.publicKey == key.publicKey)
      } catch {
        #expect(!isRight && error == .wrongPassword)
      }
    }
    #expect(throws: SecretKeyFile.Failure.wrongPassword) {
      let key = try SecretKeyFile.read(text).open()
      Issue.record("opened \(key.id)")
    }
  }

  @Test func `neither the key nor its id stands in a protected file, and no two are alike`() throws {
    let key = SecretKey()
    let plain = SecretKeyFile.text(of: key)
    let one = try SecretKeyFile.text(of: key, protectedBy: SecretBytes(copying: "x".utf8), cost: Self.cheap)
    let other = try SecretKeyFile.text(of: key, protectedBy: SecretBytes(copying: "x".utf8), cost: Self.cheap)
    let areAlike = [one.equals(other), one.equals(plain)]
    #expect(areAlike == [false, false])
    let text = String(decoding: one.disclosed(0..<one.count), as: UTF8.self)
    let open = String(decoding: plain.disclosed(0..<plain.count), as: UTF8.self)
    #expect(!text.contains(key.id.description) && text.split(separator: "\n").count == 2)
    #expect(text.suffix(100) != open.suffix(100))
  }

  private func bytes(_ change: (inout [UInt8]) -> Void) throws -> String {
    let lines = MinisignFixtures.secretKey.split(separator: "\n").map(String.init)
    var bytes = try #require(Base64.bytes(of: Array(lines[1].utf8), count: 158))
    change(&bytes)
    return lines[0] + "\n" + String(decoding: Base64.text(of: bytes), as: UTF8.self) + "\n"
  }

  private static let changes: [(change: @Sendable (inout [UInt8]) -> Void, problem: MinisignError)] = [
    ({ $0[1] = UInt8(ascii: "D") }, .algorithm), ({ $0[2] = UInt8(ascii: "A") }, .derivation),
    ({ $0[4] = UInt8(ascii: "A") }, .checksum), ({ $0.removeLast() }, .encoding(line: 2, bytes: 158)),
    ({ $0.append(0) }, .encoding(line: 2, bytes: 158)),
  ]

  @Test(arguments: changes.indices)
  func `a key of another kind is refused for its reason`(index: Int) throws {
    let text = try bytes(Self.changes[index].change)
    #expect(throws: Self.changes[index].problem) {
      let file = try read(text)
      Issue.record("read, \(file.isProtected)")
    }
  }

  @Test func `each changed byte of the key itself is seen`() throws {
    for index in 62..<158 {
      let text = try bytes { $0[index] ^= 1 }
      #expect(throws: SecretKeyFile.Failure.damaged, "\(index)") {
        let key = try read(text).open()
        Issue.record("opened \(key.id)")
      }
    }
  }

  @Test func `a key file that asks for too much is refused before anything is computed`() throws {
    for (operations, memory) in [(UInt64.max, UInt64(1) << 20), (1 << 20, .max)] as [(UInt64, UInt64)] {
      let text = try bytes { bytes in
        bytes.replaceSubrange(2..<4, with: "Sc".utf8)
        for index in 0..<8 {
          bytes[38 + index] = UInt8(truncatingIfNeeded: operations >> (8 * UInt64(index)))
          bytes[46 + index] = UInt8(truncatingIfNeeded: memory >> (8 * UInt64(index)))
        }
      }
      #expect(throws: SecretKeyFile.Failure.tooCostly) {
        let key = try read(text).unlock(SecretBytes(copying: "x".utf8))
        Issue.record("opened \(key.id)")
      }
    }
  }

  @Test(arguments: [
    ("", MinisignError.lines(expected: 2)), ("untrusted comment: x", .lines(expected: 2)),
    ("untrusted comment: x\n", .lines(expected: 2)), ("untrusted comment: x\n\nAAAA\n", .lines(expected: 2)),
    (MinisignFixtures.secretKey + "x\n", .lines(expected: 2)), (MinisignFixtures.secretKey + "\n", .lines(expected: 2)),
    ("x" + MinisignFixtures.secretKey, .prefix(line: 1, expected: "untrusted comment: ")),
    (MinisignFixtures.publicKey, .encoding(line: 2, bytes: 158)),
    ("untrusted comment: x\n" + String(repeating: "A", count: 20000), .tooLong),
  ])
  func `what is no file of a secret key is refused for its reason`(text: String, problem: MinisignError) {
    #expect(throws: problem) {
      let file = try read(text)
      Issue.record("read, \(file.isProtected)")
    }
  }
}
