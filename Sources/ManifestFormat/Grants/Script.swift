/// The scripts that a label of a host name may be written in. Whatever is not listed is refused: who reviews a grant has
/// to recognise what it names.
enum Script: Hashable, Sendable {
  case latin, greek, cyrillic, armenian, hebrew, arabic, thaana, devanagari, bengali, gurmukhi, gujarati, oriya, tamil
  case telugu, kannada, malayalam, sinhala, thai, lao, tibetan, myanmar, georgian, ethiopic, khmer
  case hiragana, katakana, bopomofo, han, hangul

  init?(_ scalar: Unicode.Scalar) {
    guard let row = Self.ranges.first(where: { $0.0.contains(scalar.value) }) else { return nil }
    self = row.1
  }

  var isWrittenRightToLeft: Bool { self == .hebrew || self == .arabic || self == .thaana }

  /// Whether a label may mix these. East Asian languages do so by nature, and add Latin (Unicode TR 39, "highly
  /// restrictive"); elsewhere a mixture serves to pass for another name.
  static func mayMix(_ scripts: Set<Script>) -> Bool {
    scripts.count < 2 || mixtures.contains { $0.isSuperset(of: scripts) }
  }

  private static let mixtures: [Set<Script>] = [
    [.latin, .han, .hiragana, .katakana], [.latin, .han, .bopomofo], [.latin, .han, .hangul],
  ]

  /// Letters of lower case, with the marks and digits of the script. Left out on purpose: phonetic letters, clicks,
  /// points of Hebrew and Arabic, Jamo that are not composed, and every mark that fits several scripts.
  private static let ranges: [(ClosedRange<UInt32>, Script)] = [
    (0x61...0x7A, .latin), (0xDF...0xFF, .latin), (0x100...0x1BF, .latin), (0x1C4...0x24F, .latin),
    (0x1E00...0x1EFF, .latin), (0x370...0x3FF, .greek), (0x1F00...0x1FFF, .greek), (0x400...0x52F, .cyrillic),
    (0x561...0x586, .armenian), (0x5D0...0x5EA, .hebrew), (0x620...0x63F, .arabic), (0x641...0x64A, .arabic),
    (0x660...0x669, .arabic), (0x671...0x6D3, .arabic), (0x6D5...0x6D5, .arabic), (0x6EE...0x6FF, .arabic),
    (0x780...0x7B1, .thaana), (0x900...0x97F, .devanagari), (0x980...0x9FF, .bengali), (0xA00...0xA7F, .gurmukhi),
    (0xA80...0xAFF, .gujarati), (0xB00...0xB7F, .oriya), (0xB80...0xBFF, .tamil), (0xC00...0xC7F, .telugu),
    (0xC80...0xCFF, .kannada), (0xD00...0xD7F, .malayalam), (0xD80...0xDFF, .sinhala), (0xE00...0xE7F, .thai),
    (0xE80...0xEFF, .lao), (0xF00...0xFFF, .tibetan), (0x1000...0x109F, .myanmar), (0x10D0...0x10FF, .georgian),
    (0x1200...0x137F, .ethiopic), (0x1780...0x17FF, .khmer), (0x3041...0x3096, .hiragana),
    (0x309D...0x309E, .hiragana), (0x30A1...0x30FA, .katakana), (0x30FC...0x30FE, .katakana),
    (0x3105...0x312F, .bopomofo), (0x3005...0x3005, .han), (0x3400...0x4DBF, .han), (0x4E00...0x9FFF, .han),
    (0x20000...0x2A6DF, .han), (0xAC00...0xD7A3, .hangul),
  ]
}

extension Script {
  /// Letters that look like Latin ones of lower case.
  static func looksLatin(_ scalar: Unicode.Scalar) -> Bool { lookAlikes.contains(scalar) }

  private static let lookAlikes: Set<Unicode.Scalar> = Set(
    "асԁеһіјӏорԛѕԝхуѵүѡҽ".unicodeScalars + "αικνορυχ".unicodeScalars + "օոսհցյզ".unicodeScalars)
}
