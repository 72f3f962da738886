/// The release of this program, as in SemVer: what it says of itself, and what `capsrun-version` is compared with.
package enum Release {
  package static let current = "0.1.0"
}
