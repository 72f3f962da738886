/// A filter's instructions in a plan. As data they are hexadecimal digits, as JSON's numbers would lose some.
package struct FilterBytes: Hashable, Sendable, Codable {
  package let instructions: [UInt]

  package init(instructions: [UInt]) { self.instructions = instructions }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    var instructions: [UInt] = []
    for word in text.split(separator: " ") {
      guard word.utf8.count == 16, let value = UInt(word, radix: 16) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "no instruction: \(word)")
      }
      instructions.append(value)
    }
    self.instructions = instructions
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(
      instructions.map { word in
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
      }.joined(separator: " "))
  }
}
