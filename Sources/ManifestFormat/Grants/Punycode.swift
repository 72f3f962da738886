/// The encoding of RFC 3492, which writes any text with letters, digits and hyphens.
enum Punycode {
  private static let base = 36
  private static let leastThreshold = 1
  private static let mostThreshold = 26
  private static let skew = 38
  private static let damp = 700
  private static let firstBias = 72
  private static let firstCode = 0x80

  /// Encodes a text. Quadratic, so the caller bounds its length.
  static func encode(_ scalars: [Unicode.Scalar]) -> String {
    let basic = scalars.filter(\.isASCII)
    var output = String(String.UnicodeScalarView(basic))
    if !basic.isEmpty { output += "-" }
    var code = firstCode
    var delta = 0
    var bias = firstBias
    var handled = basic.count
    while let next = scalars.lazy.map({ Int($0.value) }).filter({ $0 >= code }).min() {
      delta += (next - code) * (handled + 1)
      code = next
      for scalar in scalars {
        if scalar.value < code { delta += 1 }
        guard scalar.value == code else { continue }
        append(delta, bias: bias, to: &output)
        bias = adapt(delta, count: handled + 1, isFirst: handled == basic.count)
        delta = 0
        handled += 1
      }
      delta += 1
      code += 1
    }
    return output
  }

  /// Decodes a text; nil when it is none that the encoding makes.
  static func decode(_ text: some StringProtocol) -> [Unicode.Scalar]? {
    var rest = Array(text.utf8)[...]
    var scalars: [Unicode.Scalar] = []
    if let delimiter = rest.lastIndex(of: .hyphen) {
      scalars = rest[..<delimiter].map { Unicode.Scalar($0) }
      rest = rest[(delimiter + 1)...]
    }
    guard scalars.allSatisfy(\.isASCII) else { return nil }
    let basicCount = scalars.count
    var code = firstCode
    var index = 0
    var bias = firstBias
    while !rest.isEmpty {
      guard let delta = takeNumber(&rest, bias: bias) else { return nil }
      let count = scalars.count + 1
      index += delta
      bias = adapt(delta, count: count, isFirst: scalars.count == basicCount)
      code += index / count
      index %= count
      guard let value = UInt32(exactly: code), let scalar = Unicode.Scalar(value) else { return nil }
      scalars.insert(scalar, at: index)
      index += 1
    }
    return scalars
  }

  private static func append(_ delta: Int, bias: Int, to output: inout String) {
    var rest = delta
    var position = base
    while true {
      let threshold = threshold(at: position, bias: bias)
      guard rest >= threshold else { break }
      output.unicodeScalars.append(digit(threshold + (rest - threshold) % (base - threshold)))
      rest = (rest - threshold) / (base - threshold)
      position += base
    }
    output.unicodeScalars.append(digit(rest))
  }

  private static func takeNumber(_ rest: inout ArraySlice<UInt8>, bias: Int) -> Int? {
    var number = 0
    var weight = 1
    var position = base
    while let byte = rest.popFirst() {
      guard let value = value(of: byte) else { return nil }
      number += value * weight
      // More than any text of scalars needs; so nothing overflows, here or in the caller.
      guard number <= Int(UInt32.max) else { return nil }
      let threshold = threshold(at: position, bias: bias)
      if value < threshold { return number }
      weight *= base - threshold
      guard weight <= Int(UInt32.max) else { return nil }
      position += base
    }
    return nil
  }

  private static func threshold(at position: Int, bias: Int) -> Int {
    min(max(position - bias, leastThreshold), mostThreshold)
  }

  private static func adapt(_ delta: Int, count: Int, isFirst: Bool) -> Int {
    var delta = isFirst ? delta / damp : delta / 2
    delta += delta / count
    var position = 0
    while delta > (base - leastThreshold) * mostThreshold / 2 {
      delta /= base - leastThreshold
      position += base
    }
    return position + (base - leastThreshold + 1) * delta / (delta + skew)
  }

  private static func digit(_ value: Int) -> Unicode.Scalar {
    Unicode.Scalar(value < 26 ? UInt8(ascii: "a") + UInt8(value) : UInt8(ascii: "0") + UInt8(value - 26))
  }

  private static func value(of byte: UInt8) -> Int? {
    if byte.isASCIIDigit { return Int(byte - UInt8(ascii: "0")) + 26 }
    return byte.isASCIILetter ? Int(byte.lowercasedASCII - UInt8(ascii: "a")) : nil
  }
}
