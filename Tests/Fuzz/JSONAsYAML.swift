import ManifestFormat

/// JSON is nearly a part of YAML. What is not, all in one place.
struct JSONAsYAML {
  private let scalars: [Unicode.Scalar]

  init(_ bytes: [UInt8]) { scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars) }

  /// Whether the document holds something that libyaml reads in another way, or not at all.
  var isDifferent: Bool {
    scalars.contains(where: isForeign) || hasSurrogateEscape || hasKeyThatYAMLDoesNotSee
  }

  /// A tab, which may not indent; what YAML takes for the end of a line; what may stand in no YAML document.
  private func isForeign(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x80..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
    default: false
    }
  }

  /// `\uD83D`, half of a character: libyaml knows no pairs of them.
  private var hasSurrogateEscape: Bool {
    scalars.indices.dropLast(3).contains { index in
      scalars[index] == "\\" && scalars[index + 1] == "u" && "dD".unicodeScalars.contains(scalars[index + 2])
        && "89abcdefABCDEF".unicodeScalars.contains(scalars[index + 3])
    }
  }

  /// The colon of a key must stand in the line in which the key begins, and at most 1024 characters behind that place.
  private var hasKeyThatYAMLDoesNotSee: Bool {
    var start: Int?
    var isInside = false
    var isEscaped = false
    for (index, scalar) in scalars.enumerated() {
      if isInside {
        if scalar == "\"", !isEscaped { isInside = false }
        isEscaped = scalar == "\\" && !isEscaped
      } else if scalar == "\"" {
        (start, isInside) = (index, true)
      } else if scalar == ":", let start, index - start > 1000 || scalars[start..<index].contains("\n") {
        return true
      }
    }
    return false
  }
}
