internal import CapsuleFormat
internal import Diagnostics
internal import ManifestFormat

/// Whose answers they are.
struct AnswerSubject {
  let name: String
  /// Of the capsule that the name stands for; nil when none is installed any more.
  let manifest: Manifest?

  static func find(_ word: String, in store: Store) throws(DiagnosticList) -> AnswerSubject {
    let found: InstalledCapsule
    do throws(CapsuleError) {
      found = try store.find(word)
    } catch .notInstalled(let word, let known) {
      // Answers outlive the capsules that they were given to.
      let isKnown = try capsule { () throws(CapsuleError) in
        guard try store.knownNames().contains(word) else { return false }
        return try !store.answers(of: word).isEmpty
      }
      guard isKnown else { throw DiagnosticList(CapsuleError.notInstalled(word: word, known: known).diagnostics) }
      return AnswerSubject(name: word, manifest: nil)
    } catch {
      throw DiagnosticList(error.diagnostics)
    }
    let manifest = try UnpackedCapsule.open(store.treePath(of: found.id)).manifest
    return AnswerSubject(name: found.name, manifest: manifest)
  }
}
