/// Whether the files of distributions are those that were installed.
///
/// The hashes of a requirements file are those of archives, which are gone once they are unpacked. What can be compared
/// is each installed file with RECORD, where pip wrote the hashes of what it had unpacked from the verified archive.
/// That finds files that were lost or edited since; it proves nothing against somebody who rewrote RECORD too.
package struct FileVerification: Sendable {
  /// How many files are as RECORD says.
  package private(set) var verifiedFiles = 0
  package private(set) var problems: [InstallationProblem] = []

  /// Compares all files; the closure gives the SHA-256 of a file below the root of the environment, or nil when there
  /// is none. It must come before the environment is relocated, which changes some.
  package static func verify<Failure: Error>(
    _ distributions: [InstalledDistribution], sha256: (_ path: String) throws(Failure) -> [UInt8]?
  ) throws(Failure) -> FileVerification {
    var verification = FileVerification()
    for distribution in distributions.sorted(by: { $0.name < $1.name }) {
      guard let record = distribution.record else {
        verification.problems.append(.notRecorded(distribution.name))
        continue
      }
      for entry in record { try verification.verify(entry, of: distribution, sha256) }
    }
    return verification
  }

  private mutating func verify<Failure: Error>(
    _ entry: RecordEntry, of distribution: InstalledDistribution, _ sha256: (String) throws(Failure) -> [UInt8]?
  ) throws(Failure) {
    let name = distribution.name
    // RECORD itself and compiled files have no hash; the latter are not packed.
    guard !entry.hash.isEmpty else { return }
    guard let path = distribution.location(of: entry) else {
      return problems.append(.fileOutside(name, path: entry.path))
    }
    let parts = entry.hash.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, parts[0] == "sha256" else {
      return problems.append(.fileUnchecked(name, path: path, algorithm: String(parts.first ?? "")))
    }
    guard let digest = try sha256(path) else { return problems.append(.fileMissing(name, path: path)) }
    // Some tools fill the digest up with "=".
    guard parts[1].prefix(while: { $0 != "=" }) == RecordEntry.base64(digest) else {
      return problems.append(.fileChanged(name, path: path))
    }
    verifiedFiles += 1
  }
}
