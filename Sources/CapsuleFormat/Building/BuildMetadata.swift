package import Diagnostics
internal import ManifestFormat

/// When, where and by what a capsule was built. It stands in the archive, and does not count for the id.
package struct BuildMetadata: Hashable, Sendable {
  package var id: CapsuleID
  package var name: String
  package var version: String?
  /// Seconds since 1970.
  package var time: Int
  /// Nil when the build shall be the same on any host.
  package var host: String?
  package var files: Int
  package var size: Int
  package var tool: String

  package init(
    _ id: CapsuleID, of listing: Listing, name: String, version: String?, time: Int, host: String?, tool: String
  ) {
    self.id = id
    self.name = name
    self.version = version
    self.time = time
    self.host = host
    files = listing.fileCount
    size = listing.totalSize
    self.tool = tool
  }

  package var json: JSONValue {
    .object(
      [
        .init("format", .integer(1)), .init("name", .string(name)),
        .init("version", version.map { .string($0) } ?? .null),
        .init("build_sha", .string(id.description)), .init("build_time", .string(UTCTime(time).description)),
      ] + (host.map { [.init("build_host", .string($0))] } ?? []) + [
        .init("file_count", .integer(Int64(files))), .init("total_bytes", .integer(Int64(size))),
        .init("tool", .string(tool)),
      ])
  }

  package var bytes: [UInt8] { Array((json.text(isIndented: true) + "\n").utf8) }

  /// Reads what stands in an archive; it must be about this capsule. Keys of later releases are left alone.
  package init(_ bytes: [UInt8], of id: CapsuleID) throws(ArchiveProblem) {
    let json: JSONValue
    do throws(Diagnostic) {
      json = try JSONValue.parse(bytes, file: ReservedName.metadata)
    } catch {
      throw .badMetadata("is no JSON")
    }
    guard let sha = json["build_sha"]?.string, let name = json["name"]?.string,
      let time = json["build_time"]?.string.flatMap({ UTCTime($0) }), let files = json["file_count"]?.integer,
      let size = json["total_bytes"]?.integer, let tool = json["tool"]?.string
    else { throw .badMetadata("lacks something") }
    guard sha == id.description else { throw .badMetadata("is of another capsule") }
    self.id = id
    self.name = name
    version = json["version"]?.string
    self.time = time.seconds
    host = json["build_host"]?.string
    self.files = files
    self.size = size
    self.tool = tool
  }
}
