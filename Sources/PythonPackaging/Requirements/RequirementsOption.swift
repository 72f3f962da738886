/// An option that pip knows in requirements files.
struct RequirementsOption: Sendable {
  enum Effect: Sendable {
    case include, constrain, editable, allowPrereleases, requireHashes
    /// Of the requirement before it.
    case hash, build
    /// It only says where and what to download.
    case download
  }

  let names: [String]
  let effect: Effect
  let takesValue: Bool

  var belongsToRequirement: Bool { effect == .hash || effect == .build }

  private init(_ names: String..., effect: Effect, takesValue: Bool = true) {
    self.names = names
    self.effect = effect
    self.takesValue = takesValue
  }

  static let all = [
    RequirementsOption("-r", "--requirement", effect: .include),
    RequirementsOption("-c", "--constraint", effect: .constrain),
    RequirementsOption("-e", "--editable", effect: .editable),
    RequirementsOption("--pre", effect: .allowPrereleases, takesValue: false),
    RequirementsOption("--require-hashes", effect: .requireHashes, takesValue: false),
    RequirementsOption("--hash", effect: .hash),
    RequirementsOption("-C", "--config-setting", "--config-settings", effect: .build),
    RequirementsOption("--global-option", effect: .build),
    RequirementsOption("-i", "--index-url", "--pypi-url", effect: .download),
    RequirementsOption("--extra-index-url", effect: .download),
    RequirementsOption("--no-index", effect: .download, takesValue: false),
    RequirementsOption("-f", "--find-links", effect: .download),
    RequirementsOption("--no-binary", effect: .download),
    RequirementsOption("--only-binary", effect: .download),
    RequirementsOption("--prefer-binary", effect: .download, takesValue: false),
    RequirementsOption("--trusted-host", effect: .download),
    RequirementsOption("--use-feature", effect: .download),
  ]
}

/// An option with its value, as a line has it.
struct GivenOption {
  let option: RequirementsOption
  /// As it was written.
  let name: PlacedText
  let value: PlacedText?

  /// Reads all options of a list of words.
  static func read(_ words: [PlacedText]) throws(RequirementsProblem) -> [GivenOption] {
    var given: [GivenOption] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      let (name, attached) = split(word)
      guard let option = RequirementsOption.all.first(where: { $0.names.contains(name.text) }) else {
        throw RequirementsProblem(place: word.place, kind: .unknownOption(name.text))
      }
      if attached != nil, !option.takesValue {
        throw RequirementsProblem(place: word.place, kind: .excessValue(option: name.text))
      }
      let value = option.takesValue ? attached ?? rest.popFirst() : nil
      if option.takesValue, value?.text.isEmpty ?? true {
        throw RequirementsProblem(place: word.place, kind: .missingValue(option: name.text))
      }
      given.append(GivenOption(option: option, name: name, value: value))
    }
    return given
  }

  /// `--name=value` and `-nvalue` hold both.
  private static func split(_ word: PlacedText) -> (PlacedText, PlacedText?) {
    let text = word.text
    if text.hasPrefix("--") {
      guard let sign = text.firstIndex(of: "=") else { return (word, nil) }
      let name = PlacedText(text: String(text[..<sign]), place: word.place)
      return (name, word.dropping(name.text.unicodeScalars.count + 1))
    }
    guard text.hasPrefix("-"), text.unicodeScalars.count > 2 else { return (word, nil) }
    return (PlacedText(text: String(text.prefix(2)), place: word.place), word.dropping(2))
  }
}

extension PlacedText {
  /// What follows the first scalars, on the same line.
  fileprivate func dropping(_ count: Int) -> PlacedText {
    let place = TextPlace(file: place.file, line: place.line, column: place.column + count)
    return PlacedText(text: String(text.unicodeScalars.dropFirst(count)), place: place)
  }
}
