import Testing

@testable import ManifestFormat

@Suite struct UnitTests {
  @Test(arguments: [
    ("5s", "5s"), ("500ms", "500ms"), ("90s", "1m30s"), ("1h30m", "1h30m"), ("0s", "0s"), ("1d", "1d"),
    ("36h", "1d12h"),
    ("1000ms", "1s"),
  ])
  func `a duration has one way of writing`(text: String, canonical: String) throws {
    #expect(TimeSpan.text(try TimeSpan.duration(text)) == canonical)
  }

  @Test(arguments: [
    ("", "is empty"), ("5", "has a number without a unit"), ("s", "is no duration"), ("-5s", "is no duration"),
    ("5 s", "has a number without a unit"), ("1.5s", "has a number without a unit"),
    ("5x", "has an unknown unit, \"x\""),
    ("1m1h", "has its units in the wrong order"), ("1s1s", "has its units in the wrong order"),
    ("99999999999999999999s", "is longer than a hundred years"), ("99999d", "is longer than a hundred years"),
    ("٣s", "is no duration"),
  ])
  func `what is no duration is refused with the reason`(text: String, reason: String) {
    #expect { try TimeSpan.duration(text) } throws: { ($0 as? TextProblem)?.explanation == reason }
  }

  @Test(arguments: [
    ("512M", 512 << 20, "512M"), ("1GiB", 1 << 30, "1G"), ("1024K", 1 << 20, "1M"), ("4097", 4097, "4097"),
    ("2T", 2 << 40, "2T"), ("1536M", 1536 << 20, "1536M"),
  ])
  func `amounts of memory are powers of 1024, and have one way of writing`(
    text: String, bytes: UInt64, canonical: String
  ) throws {
    #expect(try MemoryAmount(text) == .bytes(bytes))
    #expect(try MemoryAmount(text).text == canonical)
  }

  @Test func `memory may be a share, or not limited`() throws {
    #expect(try MemoryAmount("25%") == .percent(25))
    #expect(try MemoryAmount("max") == .unlimited)
  }

  @Test(arguments: [
    ("512MB", "has a unit that means two things"), ("512KB", "has a unit that means two things"),
    ("", "is no amount of memory"),
    ("M", "is no amount of memory"), ("5X", "has an unknown unit, \"X\""), ("5m", "has an unknown unit, \"m\""),
    ("1.5G", "has an unknown unit, \".5G\""), ("-1", "is no amount of memory"), ("0", "is nothing"),
    ("9999999999999T", "is too large"), ("99999999999999999999999", "is too large"),
    ("101%", "is no share of the memory"), ("0%", "is no share of the memory"),
  ])
  func `what is no amount of memory is refused with the reason`(text: String, reason: String) {
    #expect { try MemoryAmount(text) } throws: { ($0 as? TextProblem)?.explanation == reason }
  }

  @Test(arguments: [
    ("80%", 80_000, "80%"), ("250%", 250_000, "250%"), ("1.5", 150_000, "150%"), ("0.5%", nil, ""),
    ("12.25%", 12_250, "12.25%"),
    ("1%", 1000, "1%"), ("0.25", 25_000, "25%"),
  ])
  func `processor time is a share of one processor`(text: String, microseconds: Int?, canonical: String) throws {
    guard let microseconds else {
      #expect(throws: TextProblem.self) { try CPUQuota(text) }
      return
    }
    #expect(try CPUQuota(text).microsecondsPerPeriod == microseconds)
    #expect(try CPUQuota(text).text == canonical)
  }

  @Test(arguments: [
    ("80", "has no unit"), ("", "has no unit"), ("x%", "is no share of a processor"),
    ("1.2.3", "is no share of a processor"),
    ("-5%", "is no share of a processor"), ("0%", "is less than the 1% that the kernel takes"),
    ("1.%", "is no share of a processor"),
    ("99999999%", "is no share of a processor"),
  ])
  func `what is no share of a processor is refused with the reason`(text: String, reason: String) {
    #expect { try CPUQuota(text) } throws: { ($0 as? TextProblem)?.explanation == reason }
  }

  @Test(arguments: [
    ("MIT", true), ("MIT OR Apache-2.0", true), ("(MIT OR X11) AND BSD-3-Clause", true),
    ("GPL-2.0-or-later WITH Classpath-exception-2.0", true),
    ("GPL-2.0+", true), ("", false), ("MIT OR", false), ("MIT Apache-2.0", false), ("(MIT", false), ("MIT)", false),
    ("OR MIT", false),
    ("MIT WITH (X)", false), ("MIT/Apache", false),
  ])
  func `licences are SPDX expressions`(text: String, isValid: Bool) {
    #expect(LicenseExpression.isValid(text) == isValid)
  }

  @Test(arguments: [
    ("*/5 * * * *", true), ("0 3 * * 1-5", true), ("0,30 8-18 * jan,feb mon", true), ("0 0 L * *", true),
    ("0 0 * * L", true), ("@daily", true),
    ("* * * *", false), ("60 * * * *", false), ("* 24 * * *", false), ("* * 0 * *", false), ("* * * 13 *", false),
    ("* * * * 8", false),
    ("5-1 * * * *", false), ("*/0 * * * *", false), ("a * * * *", false), ("@often", false), ("", false),
    ("* * * * mon-", false), ("1, * * * *", false),
  ])
  func `a schedule has five fields or a name`(text: String, isValid: Bool) {
    #expect((CronSchedule.problem(text) == nil) == isValid)
  }
}

@Suite struct VersionTests {
  /// The order that semver.org gives as its example.
  @Test func `versions are ordered as SemVer says`() throws {
    let texts = [
      "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
      "1.0.0",
      "2.0.0", "2.1.0", "2.1.1", "2.11.0",
    ]
    let versions = try texts.map { try #require(SemanticVersion($0)) }
    for (index, version) in versions.enumerated() {
      for (other, second) in versions.enumerated() { #expect(version.precedes(second) == (index < other)) }
    }
  }

  @Test(arguments: [
    (">=1.2, <2", ["1.2.0", "1.9.9"], ["1.1.9", "2.0.0"]), ("^1.4", ["1.4.0", "1.9.0"], ["1.3.9", "2.0.0"]),
    ("1.4", ["1.4.0", "1.9.0"], ["1.3.9", "2.0.0"]), ("^0.3", ["0.3.0", "0.3.9"], ["0.4.0", "0.2.9"]),
    ("^0.0.3", ["0.0.3"], ["0.0.4"]),
    ("~1.4.2", ["1.4.2", "1.4.9"], ["1.4.1", "1.5.0"]), ("~1", ["1.0.0", "1.9.0"], ["2.0.0"]),
    ("1.4.*", ["1.4.0", "1.4.9"], ["1.5.0"]),
    ("1.*", ["1.0.0", "1.9.0"], ["2.0.0"]), ("=1.4.2", ["1.4.2", "1.4.2+b"], ["1.4.3"]),
    ("*", ["0.0.1", "9.9.9"], ["1.0.0-rc.1"]),
    (">1.4", ["1.5.0"], ["1.4.9", "1.4.0"]), ("<=1.4", ["1.4.9"], ["1.5.0"]),
    (">=1.0.0-rc.1", ["1.0.0-rc.2", "1.0.0"], ["1.1.0-rc.1", "0.9.0"]),
    ("< 2", ["1.9.9"], ["2.0.0"]),
  ])
  func `a requirement allows what it says`(text: String, allowed: [String], refused: [String]) throws {
    let requirement = try #require(VersionRequirement(text))
    for version in allowed { #expect(requirement.allows(try #require(SemanticVersion(version))), "\(version)") }
    for version in refused { #expect(!requirement.allows(try #require(SemanticVersion(version))), "\(version)") }
  }

  @Test(arguments: ["", "x", "1.2.3.4", ">=", "^1.*", "1..2", "1.2,", "=>1", "01.2", "1.*.3", "1 2"])
  func `what is no requirement is refused`(text: String) {
    #expect(VersionRequirement(text) == nil)
  }
}
