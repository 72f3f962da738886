import Testing

@testable import PythonPackaging

struct InstalledDistributionTests {
  @Test func `metadata tells what a distribution is`() throws {
    var environment = SampleEnvironment()
    environment.install(
      "Flask", "2.3.3", requires: ["click>=8", "x ; extra == 'y'"], extras: ["y"], python: ">=3.8",
      record: "flask/__init__.py,sha256=abc,3\nFlask-2.3.3.dist-info/RECORD,,\n")
    let one = try #require(environment.distributions().first)
    #expect(one.name.text == "Flask")
    #expect(one.version == PackageVersion("2.3.3"))
    #expect(one.requires.map(\.description) == ["click>=8", "x"])
    #expect(one.extras == [PackageName("y")])
    #expect(one.requiresPython?.description == ">=3.8")
    #expect(one.tags.map(\.description) == ["py3-none-any"])
    #expect(one.installer == "pip")
    #expect(one.record?.count == 2)
    #expect(one.record?.first.flatMap(one.location) == "lib/python3.11/site-packages/flask/__init__.py")
  }

  @Test func `the modules of a distribution are those that RECORD lists`() throws {
    var environment = SampleEnvironment()
    let record = [
      "flask/__init__.py", "flask/json/__init__.py", "six.py", "_cffi.cpython-311-x86_64-linux-gnu.so", "data/x.txt",
      "namespace/part/__init__.py", "../../../bin/flask.py", "a.dist-info/x.py", "__editable___a_finder.py",
      "flask/__pycache__/__init__.cpython-311.pyc", "native/__init__.so",
    ]
    environment.install("dist", "1", record: record.map { $0 + ",,\n" }.joined())
    #expect(environment.distributions().first?.modules == ["_cffi", "flask", "native", "six"])
  }

  @Test func `the requirements of an egg stand in sections`() throws {
    let files = [
      "PKG-INFO": "Name: old\nVersion: 1.0\n",
      "requires.txt":
        "six>=1.9\n\n[tls]\npyopenssl\n\n[:python_version < \"3\"]\nfutures\n\n[tls:os_name == \"posix\" or os_name == \"x\"]\nidna\n",
    ]
    let reading = InstalledDistribution.read("lib/python3.11/site-packages/old.egg-info") {
      files[$0].map { Array($0.utf8) }
    }
    let one = try #require(reading.distribution)
    #expect(reading.problems.isEmpty)
    let environment = try Samples.environment()
    let tls = try #require(PackageName("tls"))
    #expect(one.requires.filter { $0.applies(in: environment, extras: []) }.map(\.name.text) == ["six"])
    #expect(
      one.requires.filter { $0.applies(in: environment, extras: [tls]) }.map(\.name.text)
        == ["six", "pyopenssl", "idna"])
  }

  @Test func `folded fields are one, and the body is no field`() throws {
    let text = "Name: a\r\nVersion:\r\n 1.0\r\nSummary: x\r\n  Name: y\r\n\r\nVersion: 9\r\n"
    let reading = InstalledDistribution.read("lib/python3.11/site-packages/a-1.0.dist-info") {
      $0 == "METADATA" ? Array(text.utf8) : nil
    }
    #expect(reading.distribution?.name.text == "a")
    #expect(reading.distribution?.version == PackageVersion("1.0"))
  }

  @Test(
    arguments: [
      ("Name: a\n", nil, "does not tell name and version"), ("", nil, "does not tell name and version"),
      ("Name: a\nVersion: 1\nRequires-Dist: b (=1)\n", nil, "cannot read what \"a\" requires, \"b (=1)\""),
      ("Name: a\nVersion: 1\nRequires-Python: 3\n", nil, "\"Requires-Python: 3\""),
      ("Name: a\nVersion: french\n", nil, "its version, \"french\", is none of PEP 440"),
      ("Name: a\nVersion: 1\n", "\"x,,\n", "cannot read the file RECORD"),
      ("Name: a\nVersion: 1\n", "x,,\n", nil as String?),
    ] as [(String, String?, String?)])
  func `broken metadata is a problem`(metadata: String, record: String?, part: String?) {
    let reading = InstalledDistribution.read("lib/python3.11/site-packages/a-1.dist-info") { name -> [UInt8]? in
      name == "METADATA" ? Array(metadata.utf8) : name == "RECORD" ? record.map { Array($0.utf8) } : nil
    }
    #expect(reading.problems.count == (part == nil ? 0 : 1))
    if let part { #expect(reading.problems.first?.explanation.contains(part) == true) }
  }

  @Test func `a folder without metadata is a problem`() {
    let reading = InstalledDistribution.read("lib/python3.11/site-packages/a-1.dist-info") { (_: String) -> [UInt8]? in
      nil
    }
    #expect(reading.distribution == nil)
    #expect(reading.problems.map(\.isWarning) == [false])
  }

  @Test(arguments: [
    ("lib/python3.11/site-packages/a.dist-info", true), ("lib/python3.11/site-packages/a.egg-info", true),
    ("lib/python3.11/site-packages/a", false), ("lib/python3.11/site-packages/a/b.dist-info", false),
    ("x.dist-info", false),
  ])
  func `metadata lies beside the packages`(folder: String, isOne: Bool) {
    #expect(InstalledDistribution.isMetadata(folder) == isOne)
  }

  @Test(arguments: [
    ("py3-none-any", true), ("py2.py3-none-any", true), ("py2-none-any", false), ("py311-none-any", true),
    ("py310-none-any", true), ("py312-none-any", false), ("cp311-none-any", true), ("cp310-none-any", false),
    ("cp311-cp311-manylinux_2_17_x86_64", true), ("cp311-cp311-manylinux2014_x86_64", true),
    ("cp310-cp310-manylinux2014_x86_64", false), ("cp312-cp312-linux_x86_64", false),
    ("cp311-cp311-linux_x86_64", true), ("cp36-abi3-manylinux1_x86_64", true), ("cp311-abi3-linux_x86_64", true),
    ("cp312-abi3-linux_x86_64", false), ("cp27-abi3-linux_x86_64", false), ("cp311-cp311-manylinux2014_aarch64", false),
    ("cp311-cp311-musllinux_1_1_x86_64", false), ("cp311-cp311-macosx_11_0_x86_64", false),
    ("cp311-cp311-win_amd64", false), ("cp311-cp311-manylinux_2_35_x86_64", false), ("pp39-pypy39_pp73-any", false),
    ("cp311-cp311t-linux_x86_64", false), ("cp311-cp311-manylinux_2_17_x86_64.manylinux2014_aarch64", true),
    ("cp311-cp311-manylinux_x_17_x86_64", false),
  ])
  func `a wheel must be built for the interpreter, the machine and the C library`(tag: String, fits: Bool) throws {
    let release = InterpreterRelease(major: 3, minor: 11)
    let glibc = GlibcRelease(major: 2, minor: 34)
    #expect(WheelTag.read(tag).contains { $0.fits(release, machine: "x86_64", glibc: glibc) } == fits)
    var environment = SampleEnvironment()
    environment.install("dist", "1", tags: [tag])
    let problems = PlatformVerification.problems(
      of: environment.distributions(), in: try Samples.environment(), glibc: glibc)
    #expect(problems.count == (fits ? 0 : 1))
  }

  @Test func `one of several tags must fit`() {
    let release = InterpreterRelease(major: 3, minor: 7)
    #expect(WheelTag.read("cp37-cp37m-linux_x86_64").contains { $0.fits(release, machine: "x86_64") })
    #expect(!WheelTag.read("cp37-cp37-linux_x86_64").contains { $0.fits(release, machine: "x86_64") })
    #expect(WheelTag.read("broken").isEmpty)
  }

  @Test(arguments: [
    (">=3.8", "a.py", 0), (">=3.12", "a.py", 1), ("", "m/x.cpython-311-x86_64-linux-gnu.so", 0),
    ("", "m/x.cpython-310-x86_64-linux-gnu.so", 1), ("", "m/x.abi3.so", 0), ("", "m/x.so", 0),
    (">3.11", "m/x.cpython-312-x86_64-linux-gnu.so", 2),
  ])
  func `a distribution and its modules must fit the interpreter`(python: String, file: String, count: Int) throws {
    var environment = SampleEnvironment()
    environment.install("dist", "1", python: python, record: "\(file),,\n")
    let problems = PlatformVerification.problems(of: environment.distributions(), in: try Samples.environment())
    #expect(problems.count == (python == ">3.11" ? 1 : count))
    #expect(problems.allSatisfy { !$0.isWarning && !$0.explanation.isEmpty && !$0.hint.isEmpty })
  }

  @Test(.needsPackaging) func `wheels fit as the library packaging says`() throws {
    let platforms = [
      "any", "linux_x86_64", "manylinux1_x86_64", "manylinux2014_x86_64", "manylinux_2_34_x86_64",
      "manylinux_2_35_x86_64", "manylinux2014_aarch64", "musllinux_1_1_x86_64", "win_amd64",
    ]
    let pythons = [
      "cp311", "cp310", "cp312", "cp32", "cp31", "cp27", "py3", "py2", "py311", "py310", "py312", "pp311", "cp3",
    ]
    let tags = pythons.flatMap { python in
      ["cp311", "cp310", "abi3", "none", "cp311t", "cp311m"].flatMap { abi in
        platforms.map { WheelTag(python: python, abi: abi, platform: $0) }
      }
    }
    let answers = try Python.answers(
      to: tags.map(\.description),
      by: """
        from packaging import tags
        platforms = [f"manylinux_2_{minor}_x86_64" for minor in range(34, 4, -1)]
        platforms += ["manylinux1_x86_64", "manylinux2010_x86_64", "manylinux2014_x86_64", "linux_x86_64"]
        known = set(tags.cpython_tags((3, 11), ["cp311"], platforms))
        known |= set(tags.compatible_tags((3, 11), "cp311", platforms))
        for line in sys.stdin.read().split("\\n"): print(tags.Tag(*line.split("-")) in known)
        """)
    let release = InterpreterRelease(major: 3, minor: 11)
    #expect(answers.count == tags.count)
    for (tag, answer) in zip(tags, answers) {
      let fits = tag.fits(release, machine: "x86_64", glibc: GlibcRelease(major: 2, minor: 34))
      #expect((fits ? "True" : "False") == answer, "\(tag)")
    }
    #expect(Set(answers) == ["True", "False"])
  }
}
