/// Members of an archive that are not part of the capsule, or that have a place of their own in it.
enum ReservedName {
  /// The manifest, the first member.
  static let manifest = "capsule.yml"
  /// The listing, the second: what the rest must be.
  static let listing = ".capsule_listing"
  /// When, where and by what it was built, the third; it does not count for the id.
  static let metadata = ".capsule_metadata.json"

  static let leading = [manifest, listing, metadata]
}
