import Testing

@testable import PythonPackaging

struct VerificationTests {
  private func environment() -> SampleEnvironment {
    var environment = SampleEnvironment()
    environment.install(
      "Flask", "2.3.3",
      requires: [
        "Werkzeug>=2.3.7", "click (>=8.1.3)", "importlib-metadata>=3.6 ; python_version < \"3.10\"",
        "asgiref>=3.2 ; extra == 'async'", "flask[dotenv] ; extra == 'all'", "python-dotenv; extra == 'dotenv'",
      ], extras: ["async", "dotenv", "all"])
    environment.install("Werkzeug", "2.3.7", requires: ["MarkupSafe>=2.1.1"])
    environment.install("markupsafe", "2.1.1")
    environment.install("click", "8.1.3")
    return environment
  }

  private func explanations(_ report: VerificationReport) -> [String] { report.problems.map(\.explanation) }

  @Test(arguments: [
    "flask~=2.3.0", "Flask == 2.3.3\nclick~=8.1", "flask==2.* ; os_name == 'posix'", "nothing==1 ; os_name == 'nt'",
  ])
  func `what is installed with all that it requires has no problem`(requirements: String) throws {
    #expect(try environment().report(requirements).problems.isEmpty)
  }

  @Test(arguments: [
    ("~=1.4.2", ["1.4.2", "1.4.9"], ["1.4.1", "1.5.0", "2.0"]), ("==1.4.2", ["1.4.2", "1.4.2+cpu"], ["1.4.2.post1"]),
    ("~=1.4", ["1.4", "1.9"], ["2.0", "1.3"]), ("==1.4.*,!=1.4.1", ["1.4.0", "1.4.2"], ["1.4.1", "1.5"]),
    ("===1.4", ["1.4"], ["1.4.0"]),
  ])
  func `an installed version must fit`(specifier: String, fitting: [String], wrong: [String]) throws {
    for version in fitting + wrong {
      var environment = SampleEnvironment()
      environment.install("dist", version)
      let report = try environment.report("dist\(specifier)")
      if fitting.contains(version) {
        #expect(report.problems.isEmpty, "\(version)")
      } else {
        #expect(
          explanations(report) == [
            "the virtual environment has \"dist\" \(version), but requirements.txt:1 requires \"dist\(specifier)\""
          ])
        #expect(report.problems.first?.hint == "run pip install \"dist\(specifier)\" in the virtual environment")
      }
    }
  }

  @Test func `all problems are told at once`() throws {
    var environment = environment()
    environment.files = environment.files.filter { !$0.key.contains("markupsafe") }
    environment.install("click", "7.0")
    environment.files = environment.files.filter { !$0.key.contains("click-8") }
    let report = try environment.report("gone==1.0\nflask[async]==2.2.0\nclick~=8.0\n")
    #expect(
      explanations(report) == [
        "the virtual environment lacks \"gone==1.0\", which requirements.txt:1 requires",
        "the virtual environment has \"flask\" 2.3.3, but requirements.txt:2 requires \"flask[async]==2.2.0\"",
        "the virtual environment has \"click\" 7.0, but requirements.txt:3 requires \"click~=8.0\"",
        "the virtual environment has \"click\" 7.0, but \"Flask\" requires \"click>=8.1.3\"",
        "the virtual environment lacks \"asgiref>=3.2\", which \"Flask\" requires",
        "the virtual environment lacks \"MarkupSafe>=2.1.1\", which \"Werkzeug\" requires",
      ])
    #expect(report.problems.allSatisfy { !$0.isWarning && !$0.hint.isEmpty })
  }

  @Test func `extras are followed, also where one stands for others`() throws {
    let lacking = try environment().report("flask[all]~=2.3")
    #expect(explanations(lacking) == ["the virtual environment lacks \"python-dotenv\", which \"Flask\" requires"])
    var complete = environment()
    complete.install("python_dotenv", "1.0")
    let report = try complete.report("flask[all]~=2.3")
    #expect(report.problems.isEmpty)
    #expect(report.required.count == 5)
  }

  @Test func `markers are those of the interpreter in the virtual environment`() throws {
    let report = try environment().report("flask~=2.3", interpreter: "3.9.2")
    #expect(
      explanations(report) == ["the virtual environment lacks \"importlib-metadata>=3.6\", which \"Flask\" requires"])
  }

  @Test func `an extra that does not exist gives a warning`() throws {
    let report = try environment().report("flask[tls]~=2.3")
    #expect(explanations(report) == ["\"flask\" has no extra \"tls\", which requirements.txt:1 asks for"])
    #expect(report.problems.allSatisfy { $0.isWarning })
  }

  @Test(arguments: [
    ("click", true), ("click>=8", true), ("click>=8,<9", true), ("click!=7", true), ("click~=8.1", false),
    ("click==8.1.3", false), ("click==8.*", false), ("click @ https://x/click.whl", false),
  ])
  func `a requirement that is not pinned gives a warning`(requirement: String, isWarned: Bool) throws {
    let report = try environment().report(requirement)
    #expect(report.problems.count == (isWarned ? 1 : 0))
    if isWarned {
      #expect(report.problems.first?.explanation == "\"\(requirement)\" is not pinned to a version")
      #expect(report.problems.first?.hint == "pin it, for example with ~=")
      #expect(report.problems.first?.isWarning == true)
    }
  }

  @Test func `constraints hold for what is required, and pin it`() throws {
    let fitting = try environment().report("flask\n-c limits.txt", constraints: "flask==2.3.3\nclick==8.1.3\nother==1")
    #expect(fitting.problems.isEmpty)
    let report = try environment().report("flask~=2.3\n-c limits.txt", constraints: "markupsafe<2\nother==1")
    #expect(
      explanations(report) == [
        "the virtual environment has \"markupsafe\" 2.1.1, but limits.txt:1 allows only \"markupsafe<2\""
      ])
  }

  @Test func `a pre-release may be installed, but is told unless it is asked for`() throws {
    var environment = SampleEnvironment()
    environment.install("dist", "1.5rc1")
    #expect(explanations(try environment.report("dist~=1.4")).first?.contains("pre-release \"dist\" 1.5rc1") == true)
    #expect(try environment.report("dist~=1.4").problems.allSatisfy { $0.isWarning })
    #expect(try environment.report("--pre\ndist~=1.4").problems.isEmpty)
    #expect(try environment.report("dist==1.5rc1").problems.isEmpty)
  }

  @Test func `from the first hash on, each requirement must have one`() throws {
    let hash = "--hash=sha256:" + String(repeating: "0", count: 64)
    let complete = try environment().report("flask==2.3.3 \(hash)\nclick==8.1.3 \(hash)")
    #expect(complete.problems.isEmpty)
    #expect(complete.uncomparedHashes.count == 2)
    let report = try environment().report("flask==2.3.3 \(hash)\nclick==8.1.3")
    #expect(explanations(report) == ["\"click==8.1.3\" has no hash, as others here have"])
    #expect(try environment().report("--require-hashes\nclick==8.1.3").problems.count == 1)
  }

  @Test func `what depends on the kernel of the machine is told`() throws {
    let report = try environment().report("click==8.1.3 ; platform_release >= '5'")
    #expect(report.problems.count == 1)
    #expect(report.problems.first?.isWarning == true)
    #expect(report.problems.first?.explanation.hasSuffix("its marker uses platform_release") == true)
  }

  @Test func `distributions that require each other are no endless loop`() throws {
    var environment = SampleEnvironment()
    environment.install("a", "1", requires: ["b[x]"])
    environment.install("b", "1", requires: ["a", "a[y] ; extra == 'x'"], extras: ["x"])
    #expect(try environment.report("a==1").problems.count == 1, "a has no extra y")
  }

  @Test func `two versions of one distribution are a problem`() throws {
    var environment = environment()
    environment.install("click", "8.0.0")
    let report = try environment.report("flask~=2.3")
    #expect(report.problems.first?.explanation.hasPrefix("\"click\" is installed 2 times") == true)
  }
}
