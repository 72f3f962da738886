/// A requirement that is a path or an address without a name before it: `./lib/flask-2.3-py3-none-any.whl`.
struct LocatedArchive {
  let name: PackageName
  let extras: [PackageName]
  /// Where the name of the archive tells it.
  let version: PackageVersion?

  /// Whether pip takes a requirement for a path or an address.
  static func isLocation(_ text: String) -> Bool {
    let head = text.prefix { !$0.isWhitespace && $0 != ";" }
    // `NAME @ ADDRESS` has its name, and need not have blanks around the sign.
    let name = head.prefix { $0 != "@" && $0 != "/" && $0 != ":" }
    if name.count < head.count, head.dropFirst(name.count).first == "@", !name.isEmpty { return false }
    return head.hasPrefix(".") || head.contains("/") || archives.contains { head.hasSuffix($0) }
  }

  private static let archives = [".whl", ".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".zip"]

  /// What a path or an address is an archive of, by `#egg=` or the name of the file; nil when neither tells.
  init?(_ location: String) {
    let parts = location.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2, let egg = parts[1].split(separator: "&").first(where: { $0.hasPrefix("egg=") }) {
      guard let requirement = Self.requirement(String(egg.dropFirst(4))) else { return nil }
      self.init(name: requirement.name, extras: requirement.extras, version: nil)
      return
    }
    let file = parts[0].prefix { $0 != "?" }.split(separator: "/").last ?? ""
    guard let suffix = Self.archives.first(where: { file.hasSuffix($0) }) else { return nil }
    let words = file.dropLast(suffix.count).split(separator: "-", omittingEmptySubsequences: false)
    let cut = suffix == ".whl" ? 1 : words.count - 1
    guard suffix == ".whl" ? words.count == 5 || words.count == 6 : words.count > 1,
      let name = PackageName(words[..<cut].joined(separator: "-")),
      let version = PackageVersion(words[cut].split(separator: "_").joined(separator: "+"))
    else { return nil }
    self.init(name: name, extras: [], version: version)
  }

  private init(name: PackageName, extras: [PackageName], version: PackageVersion?) {
    self.name = name
    self.extras = extras
    self.version = version
  }

  private static func requirement(_ text: String) -> Requirement? {
    do {
      return try Requirement(text)
    } catch {
      return nil
    }
  }
}
