/// The keys of `dependencies`.
enum DependencyFields {
  static let fields: [Field<Manifest.Dependencies>] = [
    Field("python", "the version of Python that it needs", .pythonVersion, into: \.python, use: .planned),
    Field(
      "pip_requirements", "the file with the Python packages that it needs", .located(.capsulePath),
      into: \.pipRequirements, use: .packing),
    Field(
      "provides", "names that other capsules may require", .list(of: .located(.capability)), into: \.provides,
      use: .planned),
    Field(
      "requires", "names that other capsules must provide before", .list(of: .located(.capability)), into: \.requires,
      use: .planned),
    Field(
      "imports", "interfaces that it uses, with the versions that will do", .map(keys: interface, to: versioned),
      into: \.imports, use: .notYet),
    Field(
      "exports", "interfaces that it offers, with their versions", .map(keys: interface, to: versioned),
      into: \.exports, use: .notYet),
  ]

  private static let interface = KeyForm(pattern: "^[a-z][a-z0-9-]*\\.[a-z][a-z0-9-]*$") { key in
    let parts = key.split(separator: ".", omittingEmptySubsequences: false)
    let isInterface =
      parts.count == 2
      && parts.allSatisfy { part in
        part.first.map { ("a"..."z").contains($0) } ?? false
          && part.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
              || $0 == UInt8(ascii: "-")
          }
      }
    return isInterface
      ? nil : TextProblem(explanation: "is no interface", hint: "write NAMESPACE.NAME, each of a-z, 0-9 and -")
  }

  private static let versioned = Form<Manifest.VersionedInterface>.short(
    Form<VersionRequirement>.versionRequirement,
    or: .table(
      [
        Field("version", "the versions that will do", .versionRequirement, into: \.version, use: .notYet),
        Field("optional", "whether it can do without", .bool, into: \.isOptional, use: .notYet),
      ], Manifest.VersionedInterface()),
    into: { Manifest.VersionedInterface(version: $0, isOptional: nil) },
    back: { $0.isOptional == nil ? $0.version : nil })
}
