/// A distribution that lies in a virtual environment, as its metadata describes it.
package struct InstalledDistribution: Sendable {
  package let name: PackageName
  /// As the metadata has it; old ones are no versions of PEP 440.
  package let versionText: String
  package let version: PackageVersion?
  /// The folder of the metadata, below the root of the environment.
  package let folder: String
  package let requires: [Requirement]
  package let extras: [PackageName]
  package let requiresPython: SpecifierSet?
  /// Empty where no wheel was installed.
  package let tags: [WheelTag]
  /// The program that installed it.
  package let installer: String?
  /// Nil where nothing records the files.
  package let record: [RecordEntry]?

  /// `lib/python3.11/site-packages`, from which the paths of RECORD lead.
  var root: String { EnvironmentPath.folder(of: folder) }

  /// Where a file of RECORD lies; nil when that is outside of the environment.
  func location(of entry: RecordEntry) -> String? { EnvironmentPath.resolve(entry.path, from: root) }

  /// The modules that it offers to `import`, as RECORD lists them: packages with an `__init__`, and single files.
  package var modules: [String] {
    var modules: Set<String> = []
    for entry in record ?? [] where !entry.path.hasPrefix("..") && !entry.path.hasPrefix("/") {
      let components = entry.path.split(separator: "/")
      guard let file = components.last, file.hasSuffix(".py") || file.hasSuffix(".so") else { continue }
      let module = components.count == 1 ? file.prefix { $0 != "." } : components[0]
      let isWhole = components.count == 1 || components.count == 2 && file.hasPrefix("__init__.")
      let isName = module.utf8.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "_") || $0 >= 0x80 }
      // What setuptools writes for editable installations is run, and not imported by anybody.
      if isWhole, isName, !module.hasPrefix("__editable__") { modules.insert(String(module)) }
    }
    return modules.sorted()
  }

  /// Whether a folder of this path holds the metadata of a distribution.
  package static func isMetadata(_ folder: String) -> Bool {
    let parent = EnvironmentPath.name(of: EnvironmentPath.folder(of: folder))
    guard parent == "site-packages" || parent == "dist-packages" else { return false }
    return folder.hasSuffix(".dist-info") || folder.hasSuffix(".egg-info")
  }
}

/// What was found in a folder of metadata.
package struct DistributionReading: Sendable {
  /// Nil when it does not even tell name and version.
  package let distribution: InstalledDistribution?
  package let problems: [InstallationProblem]
}

extension InstalledDistribution {
  /// Reads the metadata in a folder; the closure gives a file of that folder by its name, or nil when there is none.
  package static func read<Failure: Error>(
    _ folder: String, file: (_ name: String) throws(Failure) -> [UInt8]?
  ) throws(Failure) -> DistributionReading {
    let isEgg = folder.hasSuffix(".egg-info")
    let metadataName = isEgg ? "PKG-INFO" : "METADATA"
    guard let metadata = try file(metadataName) else {
      return DistributionReading(distribution: nil, problems: [.noMetadata(folder: folder, file: metadataName)])
    }
    var builder = DistributionBuilder(folder: folder, metadata: MetadataHeaders(metadata))
    if isEgg, let requires = try file("requires.txt") { builder.readEggRequirements(requires) }
    if let wheel = try file("WHEEL") { builder.readWheel(wheel) }
    if let installer = try file("INSTALLER") { builder.installer = String(decoding: installer, as: UTF8.self).trimmed }
    if let record = try file("RECORD") { builder.readRecord(record) }
    return builder.reading()
  }
}

/// Puts a distribution together from the files of its metadata.
private struct DistributionBuilder {
  let folder: String
  let metadata: MetadataHeaders
  var installer: String?
  private var requires: [Requirement] = []
  private var tags: [WheelTag] = []
  private var record: [RecordEntry]?
  private var problems: [InstallationProblem] = []

  init(folder: String, metadata: MetadataHeaders) {
    self.folder = folder
    self.metadata = metadata
    for text in metadata.all("requires-dist") { addRequirement(text, marker: nil) }
  }

  private var title: String { metadata.first("name") ?? folder }

  private mutating func addRequirement(_ text: String, marker: Marker?) {
    do {
      let one = try Requirement(text)
      let markers = [one.marker, marker].compactMap { $0 }
      requires.append(
        Requirement(
          name: one.name, extras: one.extras, specifiers: one.specifiers, url: one.url,
          marker: markers.count > 1 ? .all(markers) : markers.first))
    } catch {
      problems.append(.brokenDependency(of: title, text: text, error.explanation))
    }
  }

  /// Sections `[EXTRA:MARKER]` of requirements, as setuptools writes them into an egg.
  mutating func readEggRequirements(_ bytes: [UInt8]) {
    var section: Marker?
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(\.trimmed)
    where !line.isEmpty {
      if line.hasPrefix("["), line.hasSuffix("]") {
        section = sectionMarker(line.dropFirst().dropLast())
      } else {
        addRequirement(line, marker: section)
      }
    }
  }

  private mutating func sectionMarker(_ title: Substring) -> Marker? {
    let parts = title.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let extra = parts[0].isEmpty ? [] : ["extra == \"\(parts[0])\""]
    let conditions = extra + parts.dropFirst().map { "(\($0))" }
    guard !conditions.isEmpty else { return nil }
    do {
      return try Requirement("x ; " + conditions.joined(separator: " and ")).marker
    } catch {
      problems.append(.brokenDependency(of: self.title, text: "[\(title)]", error.explanation))
      return nil
    }
  }

  mutating func readWheel(_ bytes: [UInt8]) {
    tags = MetadataHeaders(bytes).all("tag").flatMap { WheelTag.read($0) }
  }

  mutating func readRecord(_ bytes: [UInt8]) {
    record = RecordEntry.read(bytes)
    if record == nil { problems.append(.brokenRecord(folder: folder)) }
  }

  private mutating func requiresPython() -> SpecifierSet? {
    guard let text = metadata.first("requires-python") else { return nil }
    do {
      return try SpecifierSet(text)
    } catch {
      problems.append(.brokenDependency(of: title, text: "Requires-Python: " + text, error.explanation))
      return nil
    }
  }

  mutating func reading() -> DistributionReading {
    guard let name = metadata.first("name").flatMap({ PackageName($0) }), let version = metadata.first("version") else {
      return DistributionReading(distribution: nil, problems: [.unnamedMetadata(folder: folder)])
    }
    let requiresPython = requiresPython()
    let distribution = InstalledDistribution(
      name: name, versionText: version, version: PackageVersion(version), folder: folder, requires: requires,
      extras: metadata.all("provides-extra").compactMap { PackageName($0) }, requiresPython: requiresPython, tags: tags,
      installer: installer, record: record)
    if distribution.version == nil { problems.append(.unreadableVersion(of: name, version)) }
    return DistributionReading(distribution: distribution, problems: problems)
  }
}
