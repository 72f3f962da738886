internal import Diagnostics
internal import ManifestFormat

/// A package that somebody else made, found in a capsule by the file that describes it.
struct BundledPackage: Hashable, Sendable {
  let scope: String?
  let name: String
  let version: String
  let license: License?
  let url: String

  /// Under which terms, as an SPDX expression or in words.
  enum License: Hashable, Sendable {
    case expression(String)
    case words(String)

    /// Nothing at all is no licence.
    init?(_ text: String, isSPDX: Bool) {
      guard !text.isEmpty else { return nil }
      self = isSPDX && LicenseExpression.isValid(text) ? .expression(text) : .words(text)
    }
  }

  /// Which files describe packages, and how.
  enum Description: Hashable, Sendable {
    /// `METADATA` of an installed Python distribution.
    case python
    /// `package.json`.
    case npm

    init?(_ path: CapsulePath) {
      let components = path.components
      switch path.name {
      case "METADATA" where components.count > 1 && components[components.count - 2].hasSuffix(".dist-info"):
        self = .python
      case "package.json": self = .npm
      default: return nil
      }
    }

    /// What is longer is not read, or not further.
    static let longest = 1 << 20

    func package(_ bytes: [UInt8], path: CapsulePath) -> BundledPackage? {
      switch self {
      case .python: BundledPackage(pythonMetadata: bytes)
      case .npm: BundledPackage(packageJSON: bytes, path: path)
      }
    }
  }
}

extension BundledPackage {
  /// Reads the core metadata of Python; the first of several fields of one name counts.
  fileprivate init?(pythonMetadata bytes: [UInt8]) {
    var fields: [String: String] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let text = String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
      // Behind the empty line stands a text for people.
      if text.isEmpty { break }
      guard let colon = text.firstIndex(of: ":"), text.first != " ", text.first != "\t" else { continue }
      let key = text[..<colon].lowercased()
      guard fields[key] == nil else { continue }
      fields[key] = Self.trimmed(text[text.index(after: colon)...])
    }
    guard let name = fields["name"], let version = fields["version"], !name.isEmpty, !version.isEmpty else {
      return nil
    }
    scope = nil
    self.name = name
    self.version = version
    let words = fields["license"].flatMap { $0 == "UNKNOWN" ? nil : $0 }
    license =
      fields["license-expression"].flatMap { License($0, isSPDX: true) }
      ?? words.flatMap { License($0, isSPDX: false) }
    url = PackageURL.pypi(name, version: version)
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0 == " " || $0 == "\t" }
    return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }

  /// Reads what npm needs of a `package.json`; many have no name, and describe no package.
  fileprivate init?(packageJSON bytes: [UInt8], path: CapsulePath) {
    let json: JSONValue
    do throws(Diagnostic) {
      json = try JSONValue.parse(bytes, file: path.text)
    } catch {
      // Not for npm either.
      return nil
    }
    guard let fullName = json["name"]?.string, let version = json["version"]?.string, !version.isEmpty else {
      return nil
    }
    let parts = fullName.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let last = parts.last, parts.allSatisfy({ !$0.isEmpty }),
      parts.count == 1 || (parts.count == 2 && parts[0].hasPrefix("@"))
    else { return nil }
    scope = parts.count == 2 ? parts[0] : nil
    name = last
    self.version = version
    // Long ago it was an object with a type.
    let text = json["license"]?.string ?? json["license"]?["type"]?.string
    license = text.flatMap { License($0, isSPDX: $0 != "UNLICENSED") }
    url = PackageURL.npm(fullName, version: version)
  }
}
