internal import CSodium

/// Base 64 (RFC 4648) with padding, read in the one way in which it is written, without branches on what is read.
package enum Base64 {
  package static func text(of bytes: [UInt8]) -> [UInt8] {
    secretText(of: SecretBytes(copying: bytes)).withBytes { Array($0) }
  }

  package static func secretText(of bytes: borrowing SecretBytes) -> SecretBytes {
    // The function writes a zero behind the text.
    let length = sodium_base64_encoded_len(bytes.count, sodium_base64_VARIANT_ORIGINAL)
    let text = SecretBytes(count: length)
    let count = bytes.count
    bytes.withPointer { bytes in
      text.withPointer { text -> Void in
        text.withMemoryRebound(to: CChar.self, capacity: length) { text -> Void in
          sodium_bin2base64(text, length, bytes, count, sodium_base64_VARIANT_ORIGINAL)
        }
      }
    }
    return text.part(0..<length - 1)
  }

  /// Nil when it is anything but the text of `count` bytes.
  package static func bytes(of text: [UInt8], count: Int) -> [UInt8]? {
    guard let bytes = secretBytes(of: SecretBytes(copying: text), count: count) else { return nil }
    return bytes.disclosed(0..<count)
  }

  package static func secretBytes(of text: borrowing SecretBytes, count: Int) -> SecretBytes? {
    // The function takes some bytes above 127 for the sign that they are without their highest bit.
    guard text.withBytes({ $0.reduce(0, |) }) < 128 else { return nil }
    let bytes = SecretBytes(count: count)
    let length = text.count
    var read = 0
    let result = text.withPointer { text in
      bytes.withPointer { bytes in
        text.withMemoryRebound(to: CChar.self, capacity: length) { text in
          sodium_base642bin(bytes, count, text, length, nil, &read, nil, sodium_base64_VARIANT_ORIGINAL)
        }
      }
    }
    guard result == 0, read == count else { return nil }
    return bytes
  }
}
