internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// What people have answered to the variables that the capsules of a name declare. It is kept by the name and not by the
/// capsule, so that the next version needs to ask for nothing but what is new.
extension Store {
  private static let answers = "answers.json"
  private static let largestAnswers = 8 << 20

  /// The answers that are kept for a name, by variable.
  package func answers(of name: String) throws(CapsuleError) -> [String: String] {
    let bytes = try attempt("read \"\(path)/names/\(name)/\(Self.answers)\"") { () throws(SysError) -> [UInt8]? in
      do throws(SysError) {
        let folder = try names.open(name, .folderItself)
        return try folder.open(Self.answers, .fileItself).readAll(of: Self.answers, limit: Self.largestAnswers)
      } catch let error where error.errno == .noSuchFile {
        return nil
      }
    }
    guard let bytes else { return [:] }
    guard let answers = Self.answers(in: bytes) else {
      throw .damagedAnswers(name: name, path: "\(path)/names/\(name)/\(Self.answers)")
    }
    return answers
  }

  /// Nil for what `keep` does not write. The error of the parser is not passed on: it could show a part of a secret.
  private static func answers(in bytes: [UInt8]) -> [String: String]? {
    do throws(Diagnostic) {
      guard case .object(let members) = try JSONValue.parse(bytes, file: answers) else { return nil }
      var found: [String: String] = [:]
      for member in members {
        guard let value = member.value.string else { return nil }
        found[member.key] = value
      }
      return found
    } catch {
      return nil
    }
  }

  /// Keeps answers for a name and forgets others; what is neither given nor named stays as it is.
  package func keep(
    answers: [String: String], forgetting forgotten: [String] = [], of name: String
  ) throws(CapsuleError) {
    let activity = "keep the answers of \"\(name)\""
    let lock = try attempt(activity) { () throws(SysError) in
      try names.makeFolder(name, mode: 0o755)
      return try FileLock.take(.exclusive, on: try names.open(name, .folderItself), name)
    }
    defer { withExtendedLifetime(lock) {} }
    let before = try self.answers(of: name)
    let all = before.merging(answers) { _, new in new }.filter { !forgotten.contains($0.key) }
    guard all != before else { return }
    let members = all.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
    let content = Array((JSONValue.object(members).text(isIndented: true) + "\n").utf8)
    try attempt(activity) { () throws(SysError) in
      let folder = try names.open(name, .folderItself)
      let new = "\(Self.answers).new"
      // Of somebody who was killed; two at once there are not.
      try folder.removeTree(new)
      try folder.makeFile(new, content, mode: 0o600)
      try folder.open(new, .fileItself).synchronize(new)
      try folder.rename(new, to: folder, replacing: Self.answers)
      try folder.synchronize(name)
    }
  }
}
