import Testing

@testable import Cryptography

struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ])
  func `the vectors of the standard come out`(text: String, digest: String) {
    #expect(SHA256.digest(of: Array(text.utf8)).hex == digest)
  }

  @Test(arguments: [1, 3, 55, 56, 63, 64, 65, 127, 1000])
  func `pieces of any size and both ways of mixing give the same`(size: Int) {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 &+ 7) }
    var hash = SHA256()
    var portable = SHA256()
    for start in stride(from: 0, to: bytes.count, by: size) {
      hash.add(Array(bytes[start..<min(start + size, bytes.count)]))
      portable.addPortably(Array(bytes[start..<min(start + size, bytes.count)]))
    }
    #expect(hash.digest == SHA256.digest(of: bytes))
    #expect(portable.digest == hash.digest)
  }

  @Test func `a digest is read as it is written, and in no other way`() {
    let digest = SHA256.digest(of: [1, 2, 3])
    #expect(Digest(hex: digest.hex) == digest)
    #expect(Digest(hex: digest.hex.uppercased()) == nil)
    #expect(Digest(hex: digest.hex.dropLast()) == nil)
    #expect(Digest(hex: digest.hex + "0") == nil)
    #expect(SHA256.digest(of: [1, 2, 4]) != digest)
  }
}
