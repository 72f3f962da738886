/// What a comparison of requirements with a virtual environment found.
package struct VerificationReport: Sendable {
  package fileprivate(set) var problems: [InstallationProblem] = []
  /// Requirements with hashes. They are those of archives, which are gone once installed, so that nothing can be
  /// compared with them; `FileVerification` compares the installed files with what pip recorded as it unpacked the
  /// archive.
  package fileprivate(set) var uncomparedHashes: [RequirementLine] = []
  /// All distributions that the requirements lead to.
  package fileprivate(set) var required: Set<PackageName> = []
}

/// Compares what is required, and all that this requires in turn, with what is installed. Nothing is downloaded.
package struct Verification {
  private struct Need {
    let requirement: Requirement
    let by: InstallationProblem.Requirer
  }

  private struct Visit: Hashable {
    let name: PackageName
    /// Nil for what it requires by itself.
    let extra: PackageName?
  }

  private let file: RequirementsFile
  private let installed: [PackageName: [InstalledDistribution]]
  private let environment: MarkerEnvironment
  private var needs: [Need] = []
  private var visited: Set<Visit> = []
  private var told: Set<InstallationProblem> = []
  private var report = VerificationReport()

  /// All problems at once.
  package static func report(
    _ file: RequirementsFile, installed: [InstalledDistribution], environment: MarkerEnvironment
  ) -> VerificationReport {
    var verification = Verification(file, installed, environment)
    verification.run()
    return verification.report
  }

  private init(_ file: RequirementsFile, _ installed: [InstalledDistribution], _ environment: MarkerEnvironment) {
    self.file = file
    self.installed = Dictionary(grouping: installed, by: \.name)
    self.environment = environment
  }

  private mutating func run() {
    for (name, distributions) in installed.sorted(by: { $0.key < $1.key }) where distributions.count > 1 {
      tell(.installedTwice(name, folders: distributions.map(\.folder).sorted()))
    }
    for line in file.requirements { require(line) }
    var next = 0
    while next < needs.count {
      meet(needs[next])
      next += 1
    }
    for line in file.constraints { check(line) }
  }

  private mutating func tell(_ problem: InstallationProblem) {
    if told.insert(problem).inserted { report.problems.append(problem) }
  }

  private mutating func require(_ line: RequirementLine) {
    guard applies(line.requirement, extras: [], by: .line(line.place)) else { return }
    needs.append(Need(requirement: line.requirement, by: .line(line.place)))
    let limits = file.constraints.filter { $0.requirement.name == line.requirement.name }
    if !([line] + limits).contains(where: \.requirement.isPinned) { tell(.unpinned(line)) }
    if !([line] + limits).allSatisfy(\.hashes.isEmpty) {
      report.uncomparedHashes.append(line)
    } else if file.firstHash != nil {
      tell(.withoutHash(line))
    }
  }

  private mutating func applies(
    _ requirement: Requirement, extras: [PackageName], by: InstallationProblem.Requirer
  ) -> Bool {
    for variable in (requirement.marker?.variables ?? []).sorted(by: { $0.rawValue < $1.rawValue })
    where variable.belongsToMachine {
      tell(.dependsOnMachine(requirement, variable, by: by))
    }
    return requirement.applies(in: environment, extras: extras)
  }

  /// Looks for what is needed, and notes what that needs in turn.
  private mutating func meet(_ need: Need) {
    let name = need.requirement.name
    guard let distribution = installed[name]?.first else { return tell(.missing(need.requirement, by: need.by)) }
    report.required.insert(name)
    if let version = distribution.version {
      let specifiers = need.requirement.specifiers
      let isAskedFor = file.allowsPrereleases || specifiers.selects(version) || need.requirement.url != nil
      if !specifiers.contains(version) {
        tell(.wrongVersion(need.requirement, found: distribution.versionText, by: need.by))
      } else if !isAskedFor, case .line = need.by {
        tell(.prerelease(name, found: distribution.versionText, by: need.by))
      }
    }
    follow(distribution, extra: nil)
    for extra in need.requirement.extras {
      if !distribution.extras.contains(extra), !mentions(extra, distribution) {
        tell(.unknownExtra(name, extra: extra, by: need.by))
      }
      follow(distribution, extra: extra)
    }
  }

  /// Old metadata does not list its extras.
  private func mentions(_ extra: PackageName, _ distribution: InstalledDistribution) -> Bool {
    distribution.requires.contains {
      $0.applies(in: environment, extras: [extra]) && !$0.applies(in: environment, extras: [])
    }
  }

  private mutating func follow(_ distribution: InstalledDistribution, extra: PackageName?) {
    guard visited.insert(Visit(name: distribution.name, extra: extra)).inserted else { return }
    let by = InstallationProblem.Requirer.distribution(distribution.name)
    for requirement in distribution.requires where applies(requirement, extras: extra.map { [$0] } ?? [], by: by) {
      needs.append(Need(requirement: requirement, by: by))
    }
  }

  /// A constraint concerns only what is required.
  private mutating func check(_ line: RequirementLine) {
    let name = line.requirement.name
    guard report.required.contains(name), applies(line.requirement, extras: [], by: .line(line.place)),
      let distribution = installed[name]?.first, let version = distribution.version,
      !line.requirement.specifiers.contains(version)
    else { return }
    tell(.violatesConstraint(name, found: distribution.versionText, line))
  }
}
