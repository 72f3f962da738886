/// Where the links of a capsule may lead.
enum LinkTarget {
  /// The Python of the base, which a virtual environment cannot do without: the one link that leads out of a capsule.
  static let interpreterLink = "venv/bin/python"

  static func isInterpreter(_ target: String) -> Bool {
    let prefix = "/usr/bin/python3."
    let digits = target.utf8.dropFirst(prefix.utf8.count)
    return target.utf8.starts(with: prefix.utf8) && (1...2).contains(digits.count)
      && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// Whether a text can be the target of a link at all.
  static func isText(_ text: String) -> Bool {
    !text.utf8.isEmpty && text.utf8.count <= CapsulePath.longest
      && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }
}
