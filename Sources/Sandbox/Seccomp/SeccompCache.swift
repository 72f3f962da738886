internal import Linux
internal import Planning

/// Compiled filters on disk, so that a start does not read and compile the profile again.
///
/// The folder belongs to the caller alone (see `RunFolder`). A file that is not exactly as it was written counts as absent.
struct SeccompCache {
  /// Counted up when the compiler or the form of the files changes.
  private static let format = "capsrun filter 1\n"

  private let folder: RunFolder

  init(folder: RunFolder) { self.folder = folder }

  /// The encoded filter of a profile, from the cache or compiled and put there.
  func filter(_ reference: SeccompReference) throws(LaunchError) -> [UInt8] {
    let name = "seccomp-\(reference.profile)-\(reference.contentKey)"
    if let content = try folder.read(name), let filter = Self.decode(content) { return filter }
    let filter = try Self.compile(reference)
    try folder.write(name, Self.encode(filter))
    return filter
  }

  private static func compile(_ reference: SeccompReference) throws(LaunchError) -> [UInt8] {
    let profile: SeccompProfile
    do {
      profile = try ProfileLibrary.profile(reference)
    } catch {
      throw .brokenProfile(name: reference.profile, problem: error.message)
    }
    do {
      return try SeccompCompiler.compile(profile, .native).flatMap(\.bytes)
    } catch {
      throw .brokenProfile(name: reference.profile, problem: "\(error)")
    }
  }

  /// The format's line, a checksum of the filter, and the filter.
  private static func encode(_ filter: [UInt8]) -> [UInt8] {
    Array(format.utf8) + checksum(filter) + filter
  }

  private static func decode(_ content: [UInt8]) -> [UInt8]? {
    let header = Array(format.utf8)
    guard content.starts(with: header), content.count > header.count + 8 else { return nil }
    let filter = Array(content[(header.count + 8)...])
    guard filter.count % 8 == 0, checksum(filter) == Array(content[header.count..<header.count + 8]) else { return nil }
    return filter
  }

  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    let sum = ContentKey.of(bytes)
    return (0..<8).map { UInt8(truncatingIfNeeded: sum >> ($0 * 8)) }
  }
}
