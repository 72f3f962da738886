import Testing

@testable import PythonPackaging

struct RequirementTests {
  @Test(arguments: [
    ("requests", "requests"), ("requests>=2.8.1", "requests>=2.8.1"),
    (" requests ( >= 2.8.1 , == 2.8.* ) ", "requests>=2.8.1,==2.8.*"),
    ("requests [security,tests] >= 2.8.1", "requests[security,tests]>=2.8.1"), ("A.B-C_D", "A.B-C_D"), ("a[]", "a"),
    ("pip @ https://x.org/pip.zip#sha1=da9", "pip @ https://x.org/pip.zip#sha1=da9"),
    ("pip@file:///x", "pip @ file:///x"),
    ("name~=1.4.2;os_name=='posix'", "name~=1.4.2"), ("name===a,!=1", "name===a,!=1"), ("aa,", nil),
  ])
  func `a requirement has a name, extras, and conditions or an address`(text: String, normal: String?) throws {
    if let normal { #expect(try Requirement(text).description == normal) }
  }

  @Test(arguments: [("Flask_SQLAlchemy", "flask-sqlalchemy"), ("a.-_b", "a-b"), ("ZOPE.interface", "zope-interface")])
  func `names are the same in all spellings`(text: String, normal: String) throws {
    #expect(try #require(PackageName(text)).normal == normal)
    #expect(PackageName(text) == PackageName(normal))
  }

  @Test(arguments: ["", "-a", "a-", "a b", "é", "a/b", "."]) func `other characters make no name`(text: String) {
    #expect(PackageName(text) == nil)
  }

  @Test(arguments: [
    ("", 0, "a requirement begins with the name of a package, and the line ends"),
    ("=1", 0, "a requirement begins with the name of a package, not \"=\""),
    ("name-", 0, "\"name-\" is no name"),
    ("name 1.0", 5, "behind the name stands a condition such as ~=1.4, or ;, not \"1\""),
    ("name = 1.0", 5, "a version stands behind ==, !=, ~=, <=, >=, <, > or ==="),
    ("name == 1.0 2", 12, "a comma, ; or the end is expected, not \"2\""),
    ("name >= 1.x", 5, "\"1.x\" is no version"),
    ("name ~= 1", 5, "~= needs a version of at least two numbers, such as ~=1.4"),
    ("name[a b]", 7, "a comma or ] is expected behind an extra, not \"b\""),
    ("name[", 5, "the name of an extra is expected, and the line ends"),
    ("name (>= 1", 10, "a comma or ) is expected, and the line ends"),
    ("name @", 6, "the address behind @ is missing"),
    ("name ; ", 7, "a variable or a text in quotation marks is expected, and the line ends"),
    ("name ; os == 'x'", 7, "\"os\" is no variable of markers"),
    ("name ; os_name = 'x'", 15, "==, !=, <, <=, >, >=, ~=, ===, in or not in is expected"),
    ("name ; 'a' == 'b'", 7, "two texts are compared"),
    ("name ; os_name == 'x", 18, "the quotation mark is not closed"),
    ("name ; os_name ~= 'x'", 15, "~= compares versions, which os_name is not"),
    ("name ; python_version ~= '3'", 25, "\"3\" is nothing that ~= compares with"),
    ("name ; (os_name == 'x'", 22, "and, or, or ) is expected, and the line ends"),
    ("name ; os_name == 'x' or", 24, "a variable or a text in quotation marks is expected, and the line ends"),
    ("name ; os_name == 'x' xor os_name == 'y'", 22, "and, or, or the end is expected, not \"x\""),
    ("name ; os_name not 'x'", 19, "in is expected behind not, not \"'\""),
    ("name ; 'x' in extras", 14, "\"extras\" is no variable of markers"),
  ])
  func `what is no requirement is refused with place and reason`(text: String, offset: Int, explanation: String) {
    #expect(throws: Requirement.Problem(offset: offset, explanation: explanation)) { try Requirement(text) }
  }

  @Test func `parentheses cannot overflow the stack`() {
    let text = { (depth: Int) in
      "a;" + String(repeating: "(", count: depth) + "os_name=='posix'" + String(repeating: ")", count: depth)
    }
    #expect(throws: Never.self) { try Requirement(text(50)) }
    #expect(throws: Requirement.Problem.self) { try Requirement(text(51)) }
    #expect(throws: Requirement.Problem.self) { try Requirement(text(1_000_000)) }
  }

  @Test(arguments: [
    ("python_version == '3.11'", true), ("python_version < '3.9'", false), ("python_version >= '3.9'", true),
    ("python_full_version ~= '3.11.5'", true), ("python_full_version < '3.11.5'", false),
    ("python_version in '3.10, 3.11'", true), ("python_version not in '3.10'", true), ("'3.9' < python_version", true),
    ("os_name == 'posix'", true), ("os.name == 'nt'", false), ("sys_platform == 'linux'", true),
    ("sys_platform != 'win32'", true), ("'linux' in sys_platform", true), ("platform_system == 'Linux'", true),
    ("platform_machine == 'x86_64'", true), ("platform_machine in 'aarch64 arm64'", false),
    ("implementation_name == 'cpython'", true), ("platform_python_implementation == 'PyPy'", false),
    ("python_implementation == 'CPython'", true), ("implementation_version >= '3.11.7'", true),
    ("os_name == 'nt' or os_name == 'posix'", true), ("os_name == 'nt' and os_name == 'posix'", false),
    // `and` binds stronger.
    ("os_name == 'posix' or os_name == 'nt' and os_name == 'x'", true),
    ("(os_name == 'posix' or os_name == 'nt') and os_name == 'x'", false),
    ("os_name=='posix'and(python_version<'4')", true), ("extra == 'tls'", false), ("extra != 'tls'", true),
    ("platform_release >= '5'", false), ("sys_platform > 'a'", false),
    ("python_version >= \"3\" and os_name != 'x'", true),
  ])
  func `a marker says where a requirement applies`(marker: String, applies: Bool) throws {
    let requirement = try Requirement("name ; " + marker)
    #expect(requirement.applies(in: try Samples.environment(), extras: []) == applies)
  }

  @Test(arguments: [
    ("extra == 'tls'", ["tls"], true), ("extra == 'TL_S'", ["tl-s"], true), ("extra == 'tls'", ["http", "tls"], true),
    ("extra == 'tls'", ["http"], false), ("extra == 'tls' and python_version < '3'", ["tls"], false),
    ("'tls' == extra", ["tls"], true),
  ])
  func `an extra applies where it is asked for`(marker: String, extras: [String], applies: Bool) throws {
    let requirement = try Requirement("name ; " + marker)
    #expect(
      requirement.applies(in: try Samples.environment(), extras: extras.compactMap { PackageName($0) }) == applies)
  }

  @Test(.needsPackaging) func `generated requirements are read as the library packaging does`() throws {
    var random = FixedRandom(seed: 3)
    let lines = (0..<3000).map { _ in Self.requirement(&random) }
    let answers = try Python.answers(
      to: lines,
      by: """
        environment = {
            "implementation_name": "cpython", "implementation_version": "3.11.7", "os_name": "posix",
            "platform_machine": "x86_64", "platform_release": "", "platform_system": "Linux", "platform_version": "",
            "python_full_version": "3.11.7", "platform_python_implementation": "CPython", "python_version": "3.11",
            "sys_platform": "linux", "extra": "tls"}
        for line in sys.stdin.read().split("\\n"):
            try: one = requirements.Requirement(line)
            except requirements.InvalidRequirement: print("refused"); continue
            # Older libraries ordered texts; none compares two texts.
            if release.major < 26 and one.marker and re.search("<|>=", str(one.marker)): print("unclear"); continue
            try: applies = one.marker is None or one.marker.evaluate(environment)
            except KeyError: print("refused"); continue
            except version.InvalidVersion: print("unclear"); continue
            print(utils.canonicalize_name(one.name), ",".join(sorted(one.extras)),
                sorted(specifier.version for specifier in one.specifier) == [] and "any" or "some",
                one.url or "", applies, sep="|")
        """)
    #expect(answers.count == lines.count)
    let environment = try Samples.environment()
    for (line, answer) in zip(lines, answers) {
      var own = "refused"
      do {
        let one = try Requirement(line)
        let extras = one.extras.map(\.text).sorted().joined(separator: ",")
        let applies = one.applies(in: environment, extras: [try #require(PackageName("tls"))])
        own = [
          one.name.normal, extras, one.specifiers.isEmpty ? "any" : "some", one.url ?? "", applies ? "True" : "False",
        ].joined(separator: "|")
      } catch is Requirement.Problem {}
      #expect(own == answer || answer == "unclear", "\(line)")
    }
    #expect(answers.contains("refused") && answers.contains { $0.hasSuffix("True") })
    #expect(answers.contains { $0.hasSuffix("False") })
  }

  private static func requirement(_ random: inout FixedRandom) -> String {
    var text = random.pick("", "", " ") + random.pick("name", "Na.Me", "n_a-me", "n1", "x", "-x", "x-")
    text += random.pick("", "", " ") + random.pick("", "", "", "[a]", "[a,b]", "[ a , b ]", "[]", "[a", "[a b]")
    text += random.pick("", "", " ")
    text += random.pick(
      "", ">=1", "==1.*", " ~= 1.4.2 , != 1.4.3", "(>=1,<2)", "( == 1 )", "@ https://x/y", "@https://x/y ", ">=1 <2",
      "~=1", "=1", ">=1,", "===x", "(>=1", "1.0", "< 2")
    text += random.pick("", " ") + random.pick("", "", ";")
    for _ in 0..<Int.random(in: 0...3, using: &random) where text.contains(";") {
      text +=
        random.pick("", " ", "(", "((", "") + random.pick("os_name", "python_version", "sys_platform", "extra", "'3.9'")
      text += random.pick(" ", "") + random.pick("==", "!=", "in", "not in", ">=", "<", "== ", "==")
      text +=
        random.pick(" ", " ", "")
        + random.pick("'posix'", "\"3.11\"", "'linux'", "'tls'", "python_full_version", "'3.9'")
      text += random.pick("", " ", ")", "))", "") + random.pick("", "", " and ", " or ")
    }
    return text
  }
}

/// What several suites begin with.
enum Samples {
  static func environment(_ interpreter: String = "3.11.7", machine: String = "x86_64") throws -> MarkerEnvironment {
    let version = try #require(PackageVersion(interpreter))
    return try #require(MarkerEnvironment(interpreter: version, machine: machine))
  }
}
