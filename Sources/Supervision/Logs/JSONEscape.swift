/// Bytes as the inside of a string of JSON. What is no UTF-8 becomes U+FFFD, and what could steer a terminal is written as `\u`.
enum JSONEscape {
  /// Returns how many bytes it has written; each byte takes at most six.
  static func write(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) -> Int {
    guard let from = source.baseAddress, let to = target.baseAddress else { return 0 }
    precondition(target.count >= 6 * source.count, "too little room for a string")
    var read = 0
    var written = 0
    while read < source.count {
      // Nearly all that is logged needs no change, and passes by eights.
      while read + 8 <= source.count {
        let word = from.loadUnaligned(fromByteOffset: read, as: UInt64.self)
        guard isPlain(word) else { break }
        to.storeBytes(of: word, toByteOffset: written, as: UInt64.self)
        read += 8
        written += 8
      }
      guard read < source.count else { break }
      let byte = from.load(fromByteOffset: read, as: UInt8.self)
      if byte >= 0x80 {
        let rest = UnsafeRawBufferPointer(rebasing: source[read...])
        written += scalar(rest, to: to + written, &read)
      } else {
        written += ascii(byte, to: to + written)
        read += 1
      }
    }
    return written
  }

  /// Whether none of eight bytes is a control character, a quote, a backslash or beyond ASCII; it may be no where that would be right.
  private static func isPlain(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    let quotes = word ^ (ones &* 0x22)
    let backslashes = word ^ (ones &* 0x5C)
    let below = word &- ones &* 0x20
    let zeros = ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
    // The last adds one to each, which makes a DEL reach beyond ASCII.
    return (word | below | zeros | (word &+ ones)) & tops == 0
  }

  private static func ascii(_ byte: UInt8, to target: UnsafeMutableRawPointer) -> Int {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return short(byte, target)
    case UInt8(ascii: "\t"): return short(UInt8(ascii: "t"), target)
    case UInt8(ascii: "\r"): return short(UInt8(ascii: "r"), target)
    case UInt8(ascii: "\n"): return short(UInt8(ascii: "n"), target)
    case 0..<0x20, 0x7F: return escape(UInt16(byte), target)
    default:
      target.storeBytes(of: byte, as: UInt8.self)
      return 1
    }
  }

  private static func short(_ letter: UInt8, _ target: UnsafeMutableRawPointer) -> Int {
    target.storeBytes(of: UInt8(ascii: "\\"), as: UInt8.self)
    target.storeBytes(of: letter, toByteOffset: 1, as: UInt8.self)
    return 2
  }

  private static func escape(_ unit: UInt16, _ target: UnsafeMutableRawPointer) -> Int {
    target.storeBytes(of: UInt8(ascii: "\\"), as: UInt8.self)
    target.storeBytes(of: UInt8(ascii: "u"), toByteOffset: 1, as: UInt8.self)
    for place in 0..<4 {
      let digit = UInt8(unit >> UInt16(12 - 4 * place) & 0xF)
      let letter = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
      target.storeBytes(of: letter, toByteOffset: 2 + place, as: UInt8.self)
    }
    return 6
  }

  /// Writes the character that begins here, and moves `read` behind it.
  private static func scalar(
    _ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer, _ read: inout Int
  ) -> Int {
    let length = lengthOfScalar(bytes)
    guard length > 0 else {
      read += 1
      let replacement: (UInt8, UInt8, UInt8) = (0xEF, 0xBF, 0xBD)
      target.storeBytes(of: replacement.0, as: UInt8.self)
      target.storeBytes(of: replacement.1, toByteOffset: 1, as: UInt8.self)
      target.storeBytes(of: replacement.2, toByteOffset: 2, as: UInt8.self)
      return 3
    }
    read += length
    if let unit = steering(bytes) { return escape(unit, target) }
    for index in 0..<length { target.storeBytes(of: bytes[index], toByteOffset: index, as: UInt8.self) }
    return length
  }

  /// As Unicode has it (table 3-7); 0 where it is none.
  private static func lengthOfScalar(_ bytes: UnsafeRawBufferPointer) -> Int {
    func continues(_ index: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      index < bytes.count && range.contains(bytes[index])
    }
    switch bytes[0] {
    case 0xC2...0xDF: return continues(1) ? 2 : 0
    case 0xE0: return continues(1, 0xA0...0xBF) && continues(2) ? 3 : 0
    case 0xED: return continues(1, 0x80...0x9F) && continues(2) ? 3 : 0
    case 0xE1...0xEF: return continues(1) && continues(2) ? 3 : 0
    case 0xF0: return continues(1, 0x90...0xBF) && continues(2) && continues(3) ? 4 : 0
    case 0xF1...0xF3: return continues(1) && continues(2) && continues(3) ? 4 : 0
    case 0xF4: return continues(1, 0x80...0x8F) && continues(2) && continues(3) ? 4 : 0
    default: return 0
    }
  }

  /// The character as a number where a terminal would do something else than show it: C1, and what turns the order of writing around.
  private static func steering(_ bytes: UnsafeRawBufferPointer) -> UInt16? {
    switch bytes[0] {
    case 0xC2 where bytes[1] < 0xA0: return UInt16(bytes[1])
    case 0xD8 where bytes[1] == 0x9C: return 0x061C
    case 0xE2 where bytes[1] == 0x80 || bytes[1] == 0x81:
      let value = 0x2000 | UInt16(bytes[1] & 0x3F) << 6 | UInt16(bytes[2] & 0x3F)
      switch value {
      case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: return value
      default: return nil
      }
    default: return nil
    }
  }
}
