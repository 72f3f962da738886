/// What no archive may exceed, so that reading one never takes memory or a disk by surprise.
package enum ArchiveLimits {
  /// All of the tar archive.
  static let largestArchive = 20 << 30
  static let mostEntries = 250_000
  static let largestListing = 24 << 20
  static let largestManifest = 1 << 20
  static let largestMetadata = 64 << 10
  /// What stands at the end of a zip archive, and is read as a whole.
  static let largestZipDirectory = 64 << 20
  /// How much larger than the file an archive may be beyond the first 256 MiB.
  static let ratio = 500
  static let freeOfRatio = 256 << 20
}
