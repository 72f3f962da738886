/// The version of this program, as in SemVer.
enum Version {
  static let current = "0.1.0"
}
