extension VersionSpecifier {
  /// Whether a version, a pre-release or not, fulfils it.
  package func contains(_ candidate: PackageVersion) -> Bool {
    switch operand {
    case .text(let text):
      // As written: 1.0 is not identical to 1.0.0.
      return [candidate.text, candidate.description].contains { $0.lowercased() == text.lowercased() }
    case .beginning(let version):
      return candidate.begins(epoch: version.epoch, release: version.release) == (comparison == .equal)
    case .version(let version):
      return contains(candidate, version)
    }
  }

  private func contains(_ candidate: PackageVersion, _ version: PackageVersion) -> Bool {
    // A local part is looked at only where the condition names one.
    let comparable = version.local.isEmpty ? candidate.withoutLocal : candidate
    switch comparison {
    case .equal, .identical: return comparable == version
    case .notEqual: return comparable != version
    case .atMost: return comparable <= version
    case .atLeast: return comparable >= version
    case .compatible:
      return comparable >= version && candidate.begins(epoch: version.epoch, release: version.release.dropLast())
    case .below:
      // `<1.0` does not mean 1.0rc1.
      let leadsToIt = !version.isPrerelease && candidate.isPrerelease && candidate >= version.firstDevelopment
      return candidate < version && !leadsToIt
    case .above:
      // `>1.0` means neither 1.0.post1 nor 1.0+local.
      let isItsPost = !version.isPostrelease && candidate.isPostrelease && candidate.beforePost == version
      return comparable > version && !isItsPost
    }
  }
}
