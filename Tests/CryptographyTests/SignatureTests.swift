import Testing

@testable import Cryptography

/// Bytes of hexadecimal digits.
func bytes(hex text: String) -> [UInt8] {
  let digits = text.compactMap { $0.hexDigitValue.map(UInt8.init) }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

@Suite struct BLAKE2bTests {
  private static let abc =
    "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
    + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"

  @Test func `the vector of RFC 7693 comes out`() {
    var hash = BLAKE2b()
    hash.add(Array("abc".utf8))
    #expect(hash.finish() == bytes(hex: Self.abc))
  }

  @Test(arguments: [1, 127, 128, 129, 4999, 5000])
  func `pieces of any size, secret or not, give the same`(size: Int) {
    let content = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 &+ 7) }
    var hash = BLAKE2b()
    var secret = BLAKE2b()
    for start in stride(from: 0, to: content.count, by: size) {
      let piece = content[start..<min(start + size, content.count)]
      hash.add(Array(piece))
      secret.add(SecretBytes(copying: piece))
    }
    let expected = bytes(
      hex: "779eab5a0df12e36e98016cac26834934a394c7ff352446583b2835a4467adf9"
        + "cc1730aea4b9f82ab8f9c98f418024647b9f88c969025a6c6bf245907e9122ac")
    #expect(hash.finish() == expected)
    #expect(secret.finish() == expected)
  }
}

@Suite struct ScryptTests {
  @Test(arguments: [
    (
      "", "", ScryptCost.Parameters(n: 16, r: 1, p: 1),
      "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
        + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
    ),
    (
      "password", "NaCl", ScryptCost.Parameters(n: 1024, r: 8, p: 16),
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
    ),
  ])
  func `the vectors of RFC 7914 come out`(
    password: String, salt: String, parameters: ScryptCost.Parameters, key: String
  ) throws {
    let derived = try Scrypt.derive(
      SecretBytes(copying: password.utf8), salt: Array(salt.utf8), parameters, count: 64)
    #expect(derived.disclosed(0..<64) == bytes(hex: key))
  }

  @Test(arguments: [
    (ScryptCost.sensitive, ScryptCost.Parameters(n: 1 << 20, r: 8, p: 1)),
    (ScryptCost(operations: 524_288, memory: 16_777_216), ScryptCost.Parameters(n: 16384, r: 8, p: 1)),
    (ScryptCost(operations: 1 << 24, memory: 1 << 29), ScryptCost.Parameters(n: 1 << 19, r: 8, p: 1)),
    // Bound by the computations, and by the memory.
    (ScryptCost(operations: 0, memory: 1 << 30), ScryptCost.Parameters(n: 1024, r: 8, p: 1)),
    (ScryptCost(operations: 1 << 25, memory: 16_777_216), ScryptCost.Parameters(n: 16384, r: 8, p: 64)),
  ])
  func `the cost becomes the parameters that libsodium chooses`(cost: ScryptCost, parameters: ScryptCost.Parameters) {
    #expect(cost.parameters == parameters)
  }

  @Test(arguments: [
    ScryptCost(operations: 1 << 31, memory: 1 << 20), ScryptCost(operations: 1 << 20, memory: 1 << 33),
    ScryptCost(operations: .max, memory: .max),
  ])
  func `a cost that would stop the machine is refused`(cost: ScryptCost) {
    #expect(throws: Scrypt.Failure.tooCostly) {
      let key = try Scrypt.derive(SecretBytes(count: 1), salt: [], cost: cost, count: 8)
      Issue.record("a key of \(key.count) bytes was derived")
    }
  }
}

@Suite struct Ed25519Tests {
  private static let vectors: [(seed: String, key: String, message: String, signature: String)] = [
    (
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        + "d25bf5f0595bbe24655141438e7a100b"
    ),
    (
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        + "387b2eaeb4302aeeb00d291612bb0c00"
    ),
    (
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        + "4a7c15e9716ed28dc027beceea1ec40a"
    ),
  ]

  @Test(arguments: vectors)
  func `the vectors of RFC 8032 come out`(seed: String, key: String, message: String, signature: String) {
    let secret = Ed25519SecretKey(seed: SecretBytes(copying: bytes(hex: seed)))
    #expect(secret.publicKey.bytes == bytes(hex: key))
    #expect(secret.sign(bytes(hex: message)) == bytes(hex: signature))
    #expect(secret.publicKey.verifies(bytes(hex: signature), of: bytes(hex: message)))
    #expect(!secret.publicKey.verifies(bytes(hex: signature), of: bytes(hex: message) + [0]))
  }

  @Test func `each changed byte of a signature is seen`() {
    let secret = Ed25519SecretKey()
    let signature = secret.sign([1, 2, 3])
    for index in signature.indices {
      for change in [UInt8(1), 0x80] {
        var changed = signature
        changed[index] ^= change
        #expect(!secret.publicKey.verifies(changed, of: [1, 2, 3]), "\(index)")
      }
    }
    #expect(!secret.publicKey.verifies(Array(signature.dropLast()), of: [1, 2, 3]))
    #expect(secret.publicKey.verifies(signature, of: [1, 2, 3]))
  }

  @Test func `a number that is not written in its one way is refused`() throws {
    let secret = Ed25519SecretKey()
    let signature = secret.sign([1])
    // The order of the group, added to the second half: the same number in another way.
    let order = bytes(hex: "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
    var sum = signature
    var carry = 0
    for index in 0..<32 {
      carry += Int(sum[32 + index]) + Int(order[index])
      sum[32 + index] = UInt8(carry & 255)
      carry >>= 8
    }
    #expect(carry == 0 && sum != signature)
    #expect(!secret.publicKey.verifies(sum, of: [1]))
    #expect(secret.publicKey.verifies(signature, of: [1]))
  }

  @Test(arguments: [
    // Points of small order, for which one signature would do for many messages.
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  ])
  func `a key of small order has signed nothing`(key: String) throws {
    let key = try #require(Ed25519PublicKey(bytes(hex: key)))
    let signature = bytes(hex: "01" + String(repeating: "00", count: 63))
    for message in 0..<UInt8(64) { #expect(!key.verifies(signature, of: [message])) }
  }

  @Test func `a secret key whose halves do not belong together is none`() {
    let one = Ed25519SecretKey().export()
    let other = Ed25519SecretKey().export()
    var mixed = one.part(0..<32)
    mixed.append(other.part(32..<64))
    let areKeys = [Self.isKey(one), Self.isKey(other), Self.isKey(mixed), Self.isKey(one.part(0..<63))]
    #expect(areKeys == [true, true, false, false])
  }

  private static func isKey(_ bytes: borrowing SecretBytes) -> Bool {
    guard let key = Ed25519SecretKey.reading(bytes) else { return false }
    return key.export().equals(bytes)
  }

  @Test func `two new keys differ`() {
    #expect(Ed25519SecretKey().publicKey != Ed25519SecretKey().publicKey)
  }
}

@Suite struct SecretBytesTests {
  @Test func `equal secrets are equal, and no others`() {
    func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
      SecretBytes(copying: one).equals(SecretBytes(copying: other))
    }
    #expect(areEqual([1, 2, 3], [1, 2, 3]) && areEqual([], []))
    for other in [[1, 2, 4], [1, 2], [1, 2, 3, 0], []] as [[UInt8]] { #expect(!areEqual([1, 2, 3], other)) }
  }

  @Test func `combining twice gives back what was`() {
    var secret = SecretBytes(copying: [1, 2, 255] as [UInt8])
    let mask = SecretBytes(copying: [7, 0, 255] as [UInt8])
    secret.combine(with: mask)
    #expect(secret.disclosed(0..<3) == [6, 2, 0])
    secret.combine(with: mask)
    #expect(secret.disclosed(0..<3) == [1, 2, 255])
  }

  @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
  func `base 64 is written and read as RFC 4648 says`(plain: String, text: String) {
    #expect(Base64.text(of: Array(plain.utf8)) == Array(text.utf8))
    #expect(Base64.bytes(of: Array(text.utf8), count: plain.utf8.count) == Array(plain.utf8))
  }

  @Test func `a byte that is no letter of base 64 makes it none, whatever it is`() {
    let letters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    for byte in UInt8.min...UInt8.max {
      for index in 0..<4 {
        var text = Array("AAAA".utf8)
        text[index] = byte
        #expect((Base64.bytes(of: text, count: 3) != nil) == letters.contains(byte), "\(byte)")
      }
    }
  }

  @Test(arguments: ["Zg=", "Zg", "Zh==", "Zg==\n", " Zg==", "Zg==Zg==", "Z-==", "Zg=a", "Zm8=", ""])
  func `base 64 is read in no other way`(text: String) {
    #expect(Base64.bytes(of: Array(text.utf8), count: 1) == nil)
    #expect(Base64.bytes(of: Array("Zg==".utf8), count: 1) == [UInt8(ascii: "f")])
  }
}
