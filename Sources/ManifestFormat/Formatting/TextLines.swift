/// A text by Unicode scalars, and the line on which each of them stands.
struct TextLines {
  let scalars: [Unicode.Scalar]
  /// The number of the first scalar of each line.
  private let starts: [Int]
  private let isBlankLine: [Bool]

  init(_ bytes: [UInt8]) {
    scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    var starts = [0]
    var isBlankLine: [Bool] = []
    var isBlank = true
    for (index, scalar) in scalars.enumerated() {
      let isHalfBreak = scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
      if Self.isBreak(scalar), !isHalfBreak {
        starts.append(index + 1)
        isBlankLine.append(isBlank)
        isBlank = true
      } else if scalar != " ", scalar != "\t", scalar != "\r" {
        isBlank = false
      }
    }
    isBlankLine.append(isBlank)
    self.starts = starts
    self.isBlankLine = isBlankLine
  }

  /// The line breaks of YAML; JSON and TOML allow no other than the first two between values.
  static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\n" || scalar == "\r" || scalar == "\u{85}" || scalar == "\u{2028}" || scalar == "\u{2029}"
  }

  /// The line of a scalar, counted from 1.
  func line(of index: Int) -> Int {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= index { low = middle } else { high = middle }
    }
    return low + 1
  }

  func column(of index: Int) -> Int { index - starts[line(of: index) - 1] + 1 }

  /// Whether the line before this one is blank.
  func isAfterBlank(line: Int) -> Bool { line > 1 && isBlankLine[line - 2] }

  /// Whether nothing but space stands before this place in its line.
  func isFirstInLine(_ index: Int) -> Bool {
    scalars[starts[line(of: index) - 1]..<index].allSatisfy { $0 == " " || $0 == "\t" || $0 == "\u{FEFF}" }
  }

  /// The end of the line of this place.
  func endOfLine(_ index: Int) -> Int { scalars[index...].firstIndex(where: Self.isBreak) ?? scalars.count }

  func text(_ range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[range])
    return String(text)
  }
}
