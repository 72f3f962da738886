import Testing

@testable import PythonPackaging

/// Generated versions and conditions, which Python's library `packaging` reads too.
struct PackagingComparisonTests {
  @Test(.needsPackaging) func `versions are read and ordered as the library packaging does`() throws {
    var random = FixedRandom(seed: 1)
    let versions = (0..<3000).map { _ in Self.version(&random, isSloppy: true) }
    let answers = try Python.answers(
      to: versions,
      by: """
        texts = sys.stdin.read().split("\\n")
        def read(text):
            try: return version.Version(text)
            except version.InvalidVersion: return None
        read = [read(text) for text in texts]
        for index, one in enumerate(read):
            other = read[index - 1]
            order = "none" if one is None or other is None else "less" if one < other else "more" if one > other else "same"
            print(one, one and one.is_prerelease, order, sep="|")
        """)
    #expect(answers.count == versions.count)
    let read = versions.map { PackageVersion($0) }
    for (index, answer) in answers.enumerated() {
      let one = read[index]
      let own = [
        one?.description ?? "None", one.map { $0.isPrerelease ? "True" : "False" } ?? "None",
        Self.order(one, read[index == 0 ? read.count - 1 : index - 1]),
      ]
      #expect(own.joined(separator: "|") == answer, "\(versions[index])")
    }
    #expect(Set(answers.map { $0.split(separator: "|").last }).count == 4, "each answer occurs")
  }

  @Test(.needsPackaging) func `conditions mean what they mean in the library packaging`() throws {
    var random = FixedRandom(seed: 2)
    let cases = (0..<6000).map { _ in
      (specifier: Self.specifier(&random), version: Self.version(&random, isSloppy: false))
    }
    let answers = try Python.answers(
      to: cases.map { $0.specifier + "|" + $0.version },
      by: """
        for line in sys.stdin.read().split("\\n"):
            text, candidate = line.split("|")
            try: one = specifiers.Specifier(text)
            except specifiers.InvalidSpecifier: print("refused"); continue
            candidate = version.Version(candidate)
            # Older libraries took post-releases of pre-releases for post-releases of the release, and forgot epochs.
            if release.major < 26 and one.operator in ("<", ">", "~="):
                base = version.Version(version.Version(one.version).base_version)
                same = base == version.Version(candidate.base_version)
                if same and one.operator != "~=" or base.epoch != candidate.epoch: print("unclear"); continue
            print(one.contains(candidate, prereleases=True))
        """)
    #expect(answers.count == cases.count)
    for (one, answer) in zip(cases, answers) where answer != "unclear" {
      #expect(Self.answer(one.specifier, one.version) == answer, "\(one.version) in \(one.specifier)")
    }
    #expect(Set(answers).isSuperset(of: ["True", "False", "refused"]), "each answer occurs")
  }

  private static func order(_ one: PackageVersion?, _ other: PackageVersion?) -> String {
    guard let one, let other else { return "none" }
    return one < other ? "less" : one > other ? "more" : "same"
  }

  private static func answer(_ specifier: String, _ version: String) -> String {
    guard let version = PackageVersion(version) else { return "no version" }
    do {
      return try VersionSpecifier(specifier).contains(version) ? "True" : "False"
    } catch {
      return "refused"
    }
  }

  private static func version(_ random: inout FixedRandom, isSloppy: Bool) -> String {
    func separator(_ random: inout FixedRandom) -> String { isSloppy ? random.pick("", ".", "-", "_") : "" }
    var text = random.pick("", "", "", "", isSloppy ? "v" : "", "1!", "0!") + random.pick("1", "1", "2", "0", "01")
    for _ in 0..<Int.random(in: 0...2, using: &random) { text += "." + random.pick("0", "1", "2", "10") }
    if random.pick("y", "n") == "y" {
      text += separator(&random) + random.pick("a", "b", "rc", isSloppy ? "alpha" : "a", isSloppy ? "PREVIEW" : "rc")
      text += separator(&random) + random.pick("", "0", "1", "2")
    }
    if random.pick("y", "n", "n") == "y" {
      text += random.pick(".post1", ".post", ".post2", isSloppy ? "-1" : ".post1", isSloppy ? "_Rev3" : ".post3", "-2")
    }
    if random.pick("y", "n", "n") == "y" { text += separator(&random) + random.pick(".dev1", ".dev", "dev2") }
    if random.pick("y", "n", "n") == "y" { text += "+" + random.pick("a", "1", "a.1", "1.a", "a-1.2", "10", "b.1_c") }
    if isSloppy, random.pick("y", "n", "n", "n", "n") == "y" {
      text += random.pick("x", "a1", ".", "+", "-", ".*", " 1")
    }
    return text
  }

  private static func specifier(_ random: inout FixedRandom) -> String {
    let comparison = random.pick("==", "!=", "<=", ">=", "<", ">", "~=", "~=")
    let wildcard = comparison.hasSuffix("=") ? random.pick("", "", ".*") : ""
    if wildcard == "" { return comparison + random.pick("", " ") + version(&random, isSloppy: false) }
    return comparison + random.pick("1", "1.0", "1.1", "2", "1!1", "1.2.10", "1.0a1", "01.2") + wildcard
  }
}
