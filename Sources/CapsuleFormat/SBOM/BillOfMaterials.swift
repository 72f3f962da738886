internal import Cryptography
package import Diagnostics

/// Says what a capsule consists of, in the form of CycloneDX 1.5: the packages and libraries that were found in it, and each
/// of its files.
package struct BillOfMaterials: Sendable {
  package let id: CapsuleID
  package let name: String
  package let version: String?
  /// An SPDX expression.
  package let license: String?
  /// When the bill is said to be made; nil leaves it open.
  package let time: UTCTime?
  /// The version of capsrun.
  package let toolVersion: String

  package init(
    of id: CapsuleID, name: String, version: String?, license: String?, time: UTCTime?, toolVersion: String
  ) {
    self.id = id
    self.name = name
    self.version = version
    self.license = license
    self.time = time
    self.toolVersion = toolVersion
  }

  /// Reads a part of a file of the capsule.
  package typealias Read = (CapsulePath, Range<Int>) throws(CapsuleError) -> [UInt8]

  /// The document: always the same for the same capsule and time.
  package func document(of listing: Listing, read: Read) throws(CapsuleError) -> JSONValue {
    var packages: [JSONValue] = []
    var libraries: [JSONValue] = []
    var files: [JSONValue] = []
    for entry in listing.entries {
      guard case .file(let size, let digest, _) = entry.content else { continue }
      files.append(Self.component(of: entry.path, digest: digest))
      if let description = BundledPackage.Description(entry.path) {
        let bytes = try read(entry.path, 0..<min(size, BundledPackage.Description.longest))
        if let package = description.package(bytes, path: entry.path) {
          packages.append(Self.component(of: package, at: entry.path))
        }
      } else if let library = try ELFDependencies.read(
        size: size, { (range) throws(CapsuleError) in try read(entry.path, range) })
      {
        // A program that needs none and that none needs is a file as any.
        guard !library.needed.isEmpty || library.soname != nil else { continue }
        libraries.append(Self.component(of: library, at: entry.path))
      }
    }
    return .object([
      .init("$schema", .string("http://cyclonedx.org/schema/bom-1.5.schema.json")),
      .init("bomFormat", .string("CycloneDX")), .init("specVersion", .string("1.5")),
      .init("serialNumber", .string(Self.serialNumber(id))), .init("version", .integer(1)),
      .init("metadata", metadata), .init("components", .array(packages + libraries + files)),
    ])
  }

  /// A UUID of the kind that is left to its maker (RFC 9562, version 8), from the first bytes of the id.
  static func serialNumber(_ id: CapsuleID) -> String {
    var digits = Array(id.digest.hex.prefix(32))
    digits[12] = "8"
    // The two highest bits of this digit are 10.
    let variants: [Character] = ["8", "9", "a", "b"]
    digits[16] = variants[(digits[16].hexDigitValue ?? 0) & 3]
    let groups = [digits[..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20...]]
    return "urn:uuid:" + groups.map { String($0) }.joined(separator: "-")
  }
}

// The parts of the document.
extension BillOfMaterials {
  private var metadata: JSONValue {
    let tool = JSONValue.object([
      .init("type", .string("application")), .init("name", .string("capsrun")), .init("version", .string(toolVersion)),
    ])
    var capsule: [JSONValue.Member] = [
      .init("type", .string("application")), .init("bom-ref", .string("capsule")), .init("name", .string(name)),
    ]
    if let version { capsule.append(.init("version", .string(version))) }
    if let license { capsule.append(Self.licenses(.expression(license))) }
    capsule.append(Self.properties([("capsrun:id", id.description)]))
    return .object(
      (time.map { [.init("timestamp", .string($0.description))] } ?? []) + [
        .init("tools", .object([.init("components", .array([tool]))])), .init("component", .object(capsule)),
      ])
  }

  private static func component(of path: CapsulePath, digest: Digest) -> JSONValue {
    .object([
      .init("type", .string("file")), .init("bom-ref", .string("file:\(path)")), .init("name", .string(path.text)),
      .init(
        "hashes",
        .array([.object([.init("alg", .string("SHA-256")), .init("content", .string(digest.hex))])])),
    ])
  }

  private static func component(of package: BundledPackage, at path: CapsulePath) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("type", .string("library")), .init("bom-ref", .string("package:\(path)")),
    ]
    if let scope = package.scope { members.append(.init("group", .string(scope))) }
    members += [.init("name", .string(package.name)), .init("version", .string(package.version))]
    if let license = package.license { members.append(licenses(license)) }
    members += [.init("purl", .string(package.url)), properties([("capsrun:path", path.text)])]
    return .object(members)
  }

  private static func component(of library: ELFDependencies, at path: CapsulePath) -> JSONValue {
    .object([
      .init("type", .string("library")), .init("bom-ref", .string("library:\(path)")),
      .init("name", .string(library.soname ?? String(path.name))),
      properties([("capsrun:path", path.text)] + library.needed.map { ("capsrun:needed", $0) }),
    ])
  }

  private static func licenses(_ license: BundledPackage.License) -> JSONValue.Member {
    let choice: JSONValue.Member =
      switch license {
      case .expression(let text): .init("expression", .string(text))
      case .words(let text): .init("license", .object([.init("name", .string(text))]))
      }
    return .init("licenses", .array([.object([choice])]))
  }

  private static func properties(_ properties: [(name: String, value: String)]) -> JSONValue.Member {
    .init(
      "properties",
      .array(properties.map { .object([.init("name", .string($0.name)), .init("value", .string($0.value))]) }))
  }
}
