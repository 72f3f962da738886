extension MarkerComparison {
  func holds(in environment: MarkerEnvironment, extra: PackageName?) -> Bool {
    let left = value(of: left, environment, extra)
    let right = value(of: right, environment, extra)
    switch relation {
    case .isIn: return right.contains(left)
    case .isNotIn: return !right.contains(left)
    case .version(let comparison):
      if let subject, subject.isVersion, let specifier = Self.specifier(comparison, right) {
        // What is no version fulfils no condition on one.
        return PackageVersion(left).map(specifier.contains) ?? false
      }
      return Self.compare(left, comparison, right)
    }
  }

  private func value(of side: Side, _ environment: MarkerEnvironment, _ extra: PackageName?) -> String {
    switch side {
    case .variable(.extra): extra?.normal ?? ""
    case .variable(let variable): environment.value(of: variable)
    case .text(let text): subject == .extra ? PackageName(text)?.normal ?? text : text
    }
  }

  /// The condition on versions that a comparison stands for, if it stands for one.
  static func specifier(_ comparison: VersionSpecifier.Comparison, _ text: String) -> VersionSpecifier? {
    do {
      return try VersionSpecifier(comparison.rawValue + text)
    } catch {
      return nil
    }
  }

  /// Texts are equal or not; they have no order.
  private static func compare(_ left: String, _ comparison: VersionSpecifier.Comparison, _ right: String) -> Bool {
    switch comparison {
    case .equal, .identical, .atMost, .atLeast: left == right
    case .notEqual: left != right
    case .below, .above, .compatible: false
    }
  }
}
