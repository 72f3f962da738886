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

/// The links of a listing, for finding out where each leads.
struct LinkMap {
  private let targets: [String: String]
  /// As many as the kernel follows.
  private static let most = 40

  init(_ entries: [Listing.Entry]) {
    var targets: [String: String] = [:]
    for entry in entries {
      if case .link(let target) = entry.content { targets[entry.path.text] = target }
    }
    self.targets = targets
  }

  /// Throws when a link of the listing leads out of the capsule, however many others it passes. What it leads to need not be
  /// there.
  func check(_ path: CapsulePath, target: String) throws(ListingProblem) {
    if target.utf8.first == UInt8(ascii: "/") {
      guard path.text == LinkTarget.interpreterLink, LinkTarget.isInterpreter(target) else {
        throw .linkToAbsolutePath(target: target)
      }
      return
    }
    var place = path.components.dropLast().map(String.init)
    var rest = Array(Self.split(target).reversed())
    var followed = 0
    while let component = rest.popLast() {
      if component == ".." {
        guard place.popLast() != nil else { throw .linkLeadsOut(target: target) }
        continue
      }
      place.append(component)
      guard let next = targets[place.joined(separator: "/")] else { continue }
      followed += 1
      guard followed <= Self.most else { throw .linkLoop(target: target) }
      if next.utf8.first == UInt8(ascii: "/") {
        // Only that one link can have such a target; nothing may go on from it.
        guard rest.isEmpty, place.joined(separator: "/") == LinkTarget.interpreterLink else {
          throw .linkLeadsOut(target: target)
        }
        return
      }
      place.removeLast()
      rest += Self.split(next).reversed()
    }
  }

  private static func split(_ target: String) -> [String] {
    target.split(separator: "/").map(String.init).filter { $0 != "." }
  }
}
