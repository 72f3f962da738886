/// Whether distributions work with an interpreter and a machine.
package enum PlatformVerification {
  /// What does not fit: wheels by their tags, extension modules by their names, and what `Requires-Python` refuses.
  package static func problems(
    of distributions: [InstalledDistribution], in environment: MarkerEnvironment, glibc: GlibcRelease? = nil
  ) -> [InstallationProblem] {
    var problems: [InstallationProblem] = []
    for distribution in distributions.sorted(by: { $0.name < $1.name }) {
      if let needs = distribution.requiresPython, !needs.contains(environment.interpreter) {
        problems.append(.unfitPython(distribution.name, needs: needs, interpreter: environment.interpreter))
      }
      let fits = { (tag: WheelTag) in tag.fits(environment.release, machine: environment.machine, glibc: glibc) }
      if !distribution.tags.isEmpty, !distribution.tags.contains(where: fits) {
        problems.append(
          .unfitWheel(distribution.name, tags: distribution.tags, environment.release, machine: environment.machine))
      }
      for entry in distribution.record ?? [] where isForeignModule(entry.path, environment.release) {
        problems.append(.unfitModule(distribution.name, path: entry.path, environment.release))
      }
    }
    return problems
  }

  /// `x.cpython-310-x86_64-linux-gnu.so` is for 3.10 alone; the interpreter does not even see another's.
  private static func isForeignModule(_ path: String, _ release: InterpreterRelease) -> Bool {
    let parts = EnvironmentPath.name(of: path).split(separator: ".")
    guard parts.last == "so", let tag = parts.dropLast().last, tag.hasPrefix("cpython-") else { return false }
    let soabi = tag.dropFirst("cpython-".count).prefix { $0 != "-" }
    let suffix = release < InterpreterRelease(major: 3, minor: 8) ? "m" : ""
    return soabi != "\(release.major)\(release.minor)\(suffix)"
  }
}
