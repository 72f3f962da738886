import Testing

@testable import PythonPackaging

struct RequirementsReaderTests {
  /// Reads a file among others.
  private func read(_ text: String, _ others: [String: String] = [:], name: String = "requirements.txt")
    -> RequirementsFile
  {
    RequirementsReader.read(RequirementsSource(name: name, bytes: Array(text.utf8))) {
      (path: String) throws(InclusionRefusal) in
      if path.hasPrefix("..") { throw InclusionRefusal("it lies outside of the capsule", hint: "copy it") }
      guard let text = others[path] else { throw InclusionRefusal("there is no such file") }
      return RequirementsSource(name: path, bytes: Array(text.utf8))
    }
  }

  private func places(_ lines: [RequirementLine]) -> [String] {
    lines.map { "\($0.place.file):\($0.place.line):\($0.place.column) \($0.requirement)" }
  }

  @Test func `comments, empty lines and continued lines are read as pip does`() {
    let file = read(
      """
      # all of it
      flask ~= 2.3   # the web

        click>=8 ; \\
          python_version >= "3.9"
      jinja2 \\
      # ends it
      url @ https://x/y#egg=1
      a==1 \\

      """)
    #expect(
      places(file.requirements) == [
        "requirements.txt:2:1 flask~=2.3", "requirements.txt:4:3 click>=8", "requirements.txt:6:1 jinja2",
        "requirements.txt:8:1 url @ https://x/y#egg=1", "requirements.txt:9:1 a==1",
      ])
    #expect(file.requirements[1].requirement.marker != nil)
    #expect(file.problems.isEmpty)
  }

  @Test func `line ends of any kind and a byte order mark are no problem`() {
    let file = read("\u{FEFF}a\r\nb\rc\n\r\nd")
    #expect(places(file.requirements).map { String($0.dropFirst(17)) } == ["1:1 a", "2:1 b", "3:1 c", "5:1 d"])
    #expect(file.problems.isEmpty)
  }

  @Test func `hashes stand behind their requirement`() {
    let digits = String(repeating: "0a", count: 32)
    let file = read("a==1 --hash=sha256:\(digits) \\\n  --hash sha384:\(digits)\(digits.prefix(32))\nb==2")
    #expect(file.requirements.map(\.hashes.count) == [2, 0])
    #expect(file.requirements.first?.hashes.first?.hex == digits)
    #expect(file.firstHash == TextPlace(file: "requirements.txt", line: 1, column: 6))
    #expect(file.problems.isEmpty)
  }

  @Test func `options that only an installer heeds are kept by name`() {
    let file = read(
      """
      -i https://pypi.org/simple --pre
      --extra-index-url="https://x/y z" --no-index
      -fdir
      --find-links dir
      --only-binary=:all:
      --trusted-host h
      a --config-settings="--x=y" -C k=v
      """)
    #expect(file.problems.isEmpty)
    #expect(
      file.unusedOptions.map(\.text) == [
        "-i", "--extra-index-url", "--no-index", "-f", "--find-links", "--only-binary", "--trusted-host",
        "--config-settings", "-C",
      ])
    #expect(file.allowsPrereleases)
    #expect(!read("a").allowsPrereleases)
  }

  @Test func `files include others, from their own folder`() {
    let file = read(
      "-r sub/base.txt\n--constraint=limits.txt\na",
      ["sub/base.txt": "b\n-rmore.txt", "sub/more.txt": "c", "limits.txt": "d<2\n-r deep.txt", "deep.txt": "e<3"])
    #expect(places(file.requirements) == ["sub/base.txt:1:1 b", "sub/more.txt:1:1 c", "requirements.txt:3:1 a"])
    #expect(places(file.constraints) == ["limits.txt:1:1 d<2", "deep.txt:1:1 e<3"], "what constraints include is one")
    #expect(file.problems.isEmpty)
  }

  @Test func `a file that is included twice is read once, and one that includes itself is a problem`() {
    let twice = read("-r x.txt\n-r x.txt", ["x.txt": "a"])
    #expect(twice.requirements.count == 1)
    #expect(twice.problems.isEmpty)
    let cycle = read("-r x.txt\na", ["x.txt": "b\n -r y.txt", "y.txt": "-r x.txt\nc"])
    #expect(places(cycle.requirements).map { $0.split(separator: " ")[1] } == ["b", "c", "a"])
    let place = TextPlace(file: "y.txt", line: 1, column: 4)
    #expect(cycle.problems == [RequirementsProblem(place: place, kind: .includesItself("x.txt"))])
  }

  @Test func `a chain of inclusions has an end`() {
    let files = Dictionary(uniqueKeysWithValues: (0..<100).map { ("\($0).txt", "-r \($0 + 1).txt") })
    #expect(read("-r 80.txt", files).problems.map(\.kind).contains(.tooDeep("99.txt")))
    #expect(read("-r 0.txt", files).problems.map(\.kind) == [.tooDeep("19.txt")])
    #expect(read("-r 90.txt", files.merging(["100.txt": "a"]) { one, _ in one }).requirements.count == 1)
  }

  @Test(arguments: [
    ("./dist/Flask-2.3.1-py3-none-any.whl", "Flask", "==2.3.1"),
    (
      "https://x.org/a/flask_x-1.0+cu.1-1-cp311-cp311-linux_x86_64.whl?x=y ; os_name == 'posix'", "flask_x",
      "==1.0+cu.1"
    ),
    ("dist/my-flask-2.0.tar.gz", "my-flask", "==2.0"), ("-e git+https://x.org/y.git@main#egg=why", "why", ""),
    ("git+ssh://x.org/y#subdirectory=z&egg=why[all]", "why", ""), ("--editable=./y#egg=why", "why", ""),
  ])
  func `a path or address names its package`(line: String, name: String, specifiers: String) throws {
    let file = read(line)
    #expect(file.problems.isEmpty)
    let requirement = try #require(file.requirements.first?.requirement)
    #expect(requirement.name.text == name)
    #expect(requirement.specifiers.description == specifiers)
    #expect(requirement.isPinned)
  }

  @Test(arguments: [
    ("flask = 2", 7, "a version stands behind ==, !=, ~=, <=, >=, <, > or ==="),
    ("\tflask == 2 x", 13, "a comma, ; or the end is expected, not \"x\""),
    ("flask --frobnicate", 7, "requirements files have no option \"--frobnicate\""),
    ("--frobnicate=1", 1, "requirements files have no option \"--frobnicate\""),
    ("-x y", 1, "requirements files have no option \"-x\""),
    ("--req base.txt", 1, "requirements files have no option \"--req\""),
    ("-r", 1, "-r needs a value"), ("--index-url=", 1, "--index-url needs a value"),
    ("--pre=1", 1, "--pre takes no value"),
    ("--no-index stray", 12, "requirements files have no option \"stray\""),
    ("a --pre", 3, "--pre cannot stand beside a requirement"),
    ("--hash=sha256:00", 1, "--hash belongs behind a requirement"),
    ("a --hash=md5:00", 10, "there is no hash \"md5\""),
    ("a --hash=sha256:00", 10, "\"sha256:00\" is no hash: its digits are too few, too many or not hexadecimal"),
    ("a --hash 'sha256", 10, "the quotation mark is not closed"),
    ("a==${VERSION}", 4, "${VERSION} stands for a variable of the environment, which differs from machine to machine"),
    ("-e .", 4, "cannot verify \".\": it names no package"),
    ("./project", 1, "cannot verify \"./project\": it names no package"),
    ("-e '?'", 4, "cannot verify \"?\": it names no package"),
    ("-e '#'", 4, "cannot verify \"#\": it names no package"),
    ("-r https://x/y.txt", 4, "cannot include \"https://x/y.txt\": nothing is downloaded"),
    ("-r gone.txt", 4, "cannot include \"gone.txt\": there is no such file"),
    ("-r ../x.txt", 4, "cannot include \"../x.txt\": it lies outside of the capsule"),
    ("-c limits.txt", 1, "the constraint on \"a\" has extras"),
    ("-c editable.txt", 1, "an editable requirement cannot be a constraint"),
    ("a ; os == 'x'", 5, "\"os\" is no variable of markers"),
  ])
  func `a problem has its place and reason, and what stands behind it is read`(
    line: String, column: Int, reason: String
  )
    throws
  {
    let file = read(line + "\nlast", ["limits.txt": "a[x]<2", "editable.txt": "-e x#egg=y"])
    let problem = try #require(file.problems.first)
    #expect(file.problems.count == 1)
    #expect(problem.place.line == 1)
    #expect(problem.place.column == column)
    #expect(problem.explanation == reason)
    #expect(!problem.hint.isEmpty)
    #expect(file.requirements.map(\.requirement.name.text) == ["last"])
  }

  @Test func `the place of a problem in a continued line is that of the text`() {
    let file = read("# x\nflask \\\n  == 2 x\n")
    #expect(file.problems.map(\.place) == [TextPlace(file: "requirements.txt", line: 3, column: 8)])
  }

  @Test func `all problems are told at once, and none for what is right`() {
    let file = read("a = 1\nb == 1\n--what\n./c\n-e ./d#egg=d")
    #expect(file.problems.map(\.place.line) == [1, 3, 4])
    #expect(file.problems.map(\.isWarning) == [false, false, true])
    #expect(file.requirements.map(\.isEditable) == [false, true])
  }

  @Test func `bytes that are no text are a problem`() {
    let source = RequirementsSource(name: "x", bytes: [0x61, 0xFF])
    let file = RequirementsReader.read(source) { (_: String) throws(InclusionRefusal) in throw InclusionRefusal("no") }
    #expect(file.problems.map(\.kind) == [.notUTF8])
  }
}
