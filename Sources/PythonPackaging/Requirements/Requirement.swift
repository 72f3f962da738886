/// What somebody needs of one distribution (PEP 508): `requests[security] ~= 2.28 ; python_version < "3.12"`.
package struct Requirement: Hashable, Sendable, CustomStringConvertible {
  package let name: PackageName
  package let extras: [PackageName]
  package let specifiers: SpecifierSet
  /// Where it is fetched from, in the form `NAME @ URL`, or as a path or address alone.
  package let url: String?
  package let marker: Marker?

  /// Why a text is no requirement, and how many Unicode scalars stand before the place.
  package struct Problem: Error, Hashable, Sendable {
    package let offset: Int
    package let explanation: String
  }

  init(
    name: PackageName, extras: [PackageName] = [], specifiers: SpecifierSet = SpecifierSet([]), url: String? = nil,
    marker: Marker? = nil
  ) {
    self.name = name
    self.extras = extras
    self.specifiers = specifiers
    self.url = url
    self.marker = marker
  }

  package init(_ text: some StringProtocol) throws(Problem) {
    var parser = RequirementParser(Array(text.unicodeScalars))
    self = try parser.requirement()
  }

  /// Without the marker: what is needed where it applies.
  package var description: String {
    var text = name.text
    if !extras.isEmpty { text += "[" + extras.map(\.text).joined(separator: ",") + "]" }
    return url.map { "\(text) @ \($0)" } ?? text + specifiers.description
  }

  /// Whether it holds down one version, by an equality, `~=` or an address.
  package var isPinned: Bool { url != nil || specifiers.isPinned }

  /// Whether it applies there to one who asks for these extras of the distribution that states it.
  package func applies(in environment: MarkerEnvironment, extras: some Collection<PackageName>) -> Bool {
    guard let marker else { return true }
    if extras.isEmpty { return marker.holds(in: environment, extra: nil) }
    return extras.contains { marker.holds(in: environment, extra: $0) }
  }
}
