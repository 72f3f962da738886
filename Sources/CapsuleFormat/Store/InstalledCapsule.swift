package import Diagnostics
internal import ManifestFormat

/// What the store knows of a capsule that is installed, besides the capsule itself.
package struct InstalledCapsule: Hashable, Sendable {
  package var id: CapsuleID
  package var name: String
  package var version: String?
  package var files: Int
  package var size: Int
  /// Seconds since 1970, and the user.
  package var installedAt: Int
  package var installedBy: UInt32
  package var signer: Signer?

  /// Who vouched for it.
  package struct Signer: Hashable, Sendable {
    package var keyID: String
    package var comment: String

    package init(keyID: String, comment: String) {
      self.keyID = keyID
      self.comment = comment
    }
  }

  package init(
    id: CapsuleID, name: String, version: String?, files: Int, size: Int, installedAt: Int, installedBy: UInt32,
    signer: Signer?
  ) {
    self.id = id
    self.name = name
    self.version = version
    self.files = files
    self.size = size
    self.installedAt = installedAt
    self.installedBy = installedBy
    self.signer = signer
  }

  /// `hello 1.0.0`
  package var title: String { version.map { "\(name) \($0)" } ?? name }

  package var json: JSONValue {
    .object([
      .init("id", .string(id.description)), .init("name", .string(name)),
      .init("version", version.map { .string($0) } ?? .null), .init("files", .integer(Int64(files))),
      .init("bytes", .integer(Int64(size))), .init("installed_at", .string(UTCTime(installedAt).description)),
      .init("installed_by", .integer(Int64(installedBy))), .init("signed", .bool(signer != nil)),
      .init("key", signer.map { .string($0.keyID) } ?? .null),
      .init("trusted_comment", signer.map { .string($0.comment) } ?? .null),
    ])
  }

  /// Reads what `json` writes; nil for anything else.
  init?(_ json: JSONValue) {
    guard let id = json["id"]?.string.flatMap({ CapsuleID($0) }), let name = json["name"]?.string,
      let files = json["files"]?.integer, let size = json["bytes"]?.integer,
      let time = json["installed_at"]?.string.flatMap({ UTCTime($0) }),
      let user = json["installed_by"]?.integer.flatMap({ UInt32(exactly: $0) })
    else { return nil }
    var signer: Signer?
    if let key = json["key"]?.string, let comment = json["trusted_comment"]?.string {
      signer = Signer(keyID: key, comment: comment)
    }
    self.init(
      id: id, name: name, version: json["version"]?.string, files: files, size: size, installedAt: time.seconds,
      installedBy: user, signer: signer)
  }
}
