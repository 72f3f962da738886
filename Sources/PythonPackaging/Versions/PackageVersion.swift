/// A version of a Python distribution (PEP 440).
package struct PackageVersion: Sendable, CustomStringConvertible {
  /// As it was written.
  package let text: String
  let epoch: Numeral
  let release: [Numeral]
  let pre: PreRelease?
  let post: Numeral?
  let dev: Numeral?
  /// Empty without a local part.
  let local: [LocalPart]

  enum Stage: String, Hashable, Comparable, Sendable {
    case alpha = "a"
    case beta = "b"
    case candidate = "rc"

    static func < (one: Stage, other: Stage) -> Bool { one.rawValue < other.rawValue }
  }

  struct PreRelease: Hashable, Sendable {
    let stage: Stage
    let number: Numeral
  }

  // A number stands above each text.
  enum LocalPart: Hashable, Comparable, Sendable {
    case text(String)
    case number(Numeral)
  }

  /// The normal form.
  package var description: String { publicText + localText }

  package var isPrerelease: Bool { pre != nil || dev != nil }
  var isPostrelease: Bool { post != nil }

  /// The normal form without the local part.
  private var publicText: String {
    var result = epoch == .zero ? "" : "\(epoch)!"
    result += release.map(\.description).joined(separator: ".")
    if let pre { result += pre.stage.rawValue + pre.number.description }
    if let post { result += ".post\(post)" }
    if let dev { result += ".dev\(dev)" }
    return result
  }

  private var localText: String {
    guard !local.isEmpty else { return "" }
    let parts = local.map { part in
      switch part {
      case .text(let text): text
      case .number(let number): number.description
      }
    }
    return "+" + parts.joined(separator: ".")
  }

  /// Without its local part, which most comparisons do not look at.
  var withoutLocal: PackageVersion {
    local.isEmpty
      ? self
      : PackageVersion(
        text: publicText, epoch: epoch, release: release, pre: pre, post: post, dev: dev, local: [])
  }

  /// What a post-release comes after: the same without the post, development and local parts.
  var beforePost: PackageVersion {
    PackageVersion(text: "", epoch: epoch, release: release, pre: pre, post: nil, dev: nil, local: [])
  }

  /// The first of all versions that lead to this one.
  var firstDevelopment: PackageVersion {
    PackageVersion(text: "", epoch: epoch, release: release, pre: pre, post: post, dev: .zero, local: [])
  }
}
