package import Diagnostics
internal import ManifestFormat

/// The seccomp profiles that are built into this program, from the files in `profiles/`.
package enum ProfileLibrary {
  private static let sources: [String: [UInt8]] = ["default": PackageResources.default_yml]

  package static var names: [String] { sources.keys.sorted() }

  /// Names a profile and its exact content, without reading it: that is left to whoever has no compiled form of it yet.
  static func reference(to name: String) throws(PlanError) -> SeccompReference {
    guard let source = sources[name] else { throw .unknownProfile(name: name) }
    return SeccompReference(profile: name, contentKey: ContentKey.hexadecimal(of: source))
  }

  /// Reads a profile that `reference` named.
  package static func profile(_ reference: SeccompReference) throws(Diagnostic) -> SeccompProfile {
    guard let source = sources[reference.profile] else {
      throw Diagnostic("there is no seccomp profile \(quoted(reference.profile))", exitCode: .failed)
    }
    return try SeccompProfile(yaml: SourceText(file: "profiles/\(reference.profile).yml", bytes: source))
  }
}
