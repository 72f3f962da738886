import Testing

@testable import CapsuleFormat

struct PackingRulesTests {
  /// The verdict on a path below a root with these rules, as a short text; a slash at its end makes it a folder.
  private func verdict(
    on path: String, _ files: [String: String] = [:], include: [String] = [], exclude: [String] = []
  ) throws -> String {
    let globs = try PackageGlobs(include: include, exclude: exclude)
    func file(_ folder: String) -> IgnoreFile? { files[folder].map { IgnoreFile(Array($0.utf8)) } }
    var components = path.split(separator: "/").map(String.init)
    let name = components.removeLast()
    var rules = PackingRules(rootFile: file(""), globs: globs)
    for index in components.indices {
      rules = rules.entering(Array(components[index].utf8), file: file(components[...index].joined(separator: "/")))
    }
    switch rules.verdict(on: Array(name.utf8), isFolder: path.hasSuffix("/")) {
    case .packed(nil): return "packed"
    case .packed(let rule?): return "packed by \(rule)"
    case .leftOut(let rule): return "left out by \(rule)"
    case .notIncluded: return "not included"
    case .onlyEntered: return "only entered"
    }
  }

  @Test(arguments: [
    ("main.py", "not included"), ("src/", "packed by \"include\", pattern 1: /src/"),
    ("src/a/b.py", "packed by \"include\", pattern 1: /src/"), ("src", "not included"), ("doc/src/", "not included"),
    ("lib/", "only entered"), ("lib/x/", "only entered"),
    ("lib/x/y.so", "packed by \"include\", pattern 2: lib/**/*.so"),
    ("lib/x/y.c", "not included"), ("doc/", "not included"), ("doc/lib/", "not included"),
    ("doc/lib/y.so", "not included"),
  ])
  func `with includes, only what they match and what is in matched folders is packed`(
    path: String, expected: String
  ) throws {
    #expect(try verdict(on: path, include: ["/src/", "lib/**/*.so"]) == expected)
  }

  @Test func `an include without a slash is looked for in every folder`() throws {
    #expect(try verdict(on: "a/b/", include: ["*.py"]) == "only entered")
    #expect(try verdict(on: "a/b/c.py", include: ["*.py"]) == "packed by \"include\", pattern 1: *.py")
    #expect(try verdict(on: "a/b/c.txt", include: ["*.py"]) == "not included")
  }

  @Test(arguments: [
    ("a.py", "packed"), ("a.pyc", "left out by \"exclude\", pattern 1: *.pyc"),
    ("b/a.pyc", "left out by \"exclude\", pattern 1: *.pyc"), ("test/", "left out by \"exclude\", pattern 2: /test/"),
    ("test/a/b.py", "left out by \"exclude\", pattern 2: /test/"), ("b/test/", "packed"), ("test", "packed"),
  ])
  func `what an exclude matches is left out, with all in it`(path: String, expected: String) throws {
    #expect(try verdict(on: path, exclude: ["*.pyc", "/test/"]) == expected)
  }

  @Test func `exclude wins over include`() throws {
    let lists = (include: ["src/", "src/test/a.py"], exclude: ["test/"])
    let included = try verdict(on: "src/test/a.py", include: lists.include)
    #expect(included == "packed by \"include\", pattern 1: src/")
    let excluded = try verdict(on: "src/test/a.py", include: lists.include, exclude: lists.exclude)
    #expect(excluded == "left out by \"exclude\", pattern 1: test/")
  }

  @Test func `an ignore file wins over include`() throws {
    let files = ["": "\n*.log"]
    #expect(try verdict(on: "a.log", include: ["*.log"]) == "packed by \"include\", pattern 1: *.log")
    #expect(try verdict(on: "a.log", files, include: ["*.log"]) == "left out by .capsuleignore:2: *.log")
    let nested = try verdict(on: "src/a.log", ["src": "a*"], include: ["src/"])
    #expect(nested == "left out by src/.capsuleignore:1: a*")
  }

  @Test func `an ignore file brings back nothing that a list of the manifest leaves out`() throws {
    let files = ["": "*.log\n!a.log"]
    #expect(try verdict(on: "a.log", files) == "packed by .capsuleignore:2: !a.log")
    #expect(try verdict(on: "a.log", files, exclude: ["a.*"]) == "left out by \"exclude\", pattern 1: a.*")
    #expect(try verdict(on: "a.log", files, include: ["src/"]) == "not included")
    #expect(try verdict(on: "a.log", files, include: ["a.*"]) == "packed by \"include\", pattern 1: a.*")
  }

  @Test func `what is in a folder that is left out stays out`() throws {
    let files = ["": "a/", "a": "!*", "a/b": "!*"]
    #expect(try verdict(on: "a/b/c", files) == "left out by .capsuleignore:1: a/")
    #expect(try verdict(on: "x/b/c", ["": "a/", "x": "!*"]) == "packed by x/.capsuleignore:1: !*")
    #expect(try verdict(on: "doc/src/a", ["doc": "!*"], include: ["/src/"]) == "not included")
  }

  @Test(arguments: [
    ".git/", ".git", ".hg/", "a/.svn/", "vendor/x/.git", ".capsuleignore", "a/.capsuleignore",
    "capsule-a-0123456789ab.tar.gz",
    "capsule-a-0123456789ab.tar.gz.minisig", "capsule-a.tar.zst", "capsule-a.tar.zst.minisig", ".git/config",
  ])
  func `a capsule never contains the history, earlier capsules and ignore files`(path: String) throws {
    #expect(try verdict(on: path).hasPrefix("left out by built-in rule"))
    #expect(try verdict(on: path, include: ["*"]).hasPrefix("left out by built-in rule"))
  }

  @Test(arguments: [
    "__pycache__/", "a/__pycache__/b.pyc", "node_modules/", ".env", ".gitignore", ".github/", "sub/capsule-a.tar.gz",
    "capsule.yml", "capsule-a.zip", "git", "a.git/", "capsule-a.minisig",
  ])
  func `nothing else is left out in silence`(path: String) throws {
    #expect(try verdict(on: path) == "packed")
  }

  @Test func `an ignore file brings back what the built-in rules leave out`() throws {
    #expect(try verdict(on: ".git/", ["": "!.git/"]) == "packed by .capsuleignore:1: !.git/")
    #expect(try verdict(on: ".git/config", ["": "!.git/"]) == "packed")
    #expect(try verdict(on: "capsule-x.tar.gz", ["": "!capsule-x.*"]) == "packed by .capsuleignore:1: !capsule-x.*")
    #expect(try verdict(on: "a/.svn/", ["a": "!.svn"]) == "packed by a/.capsuleignore:1: !.svn")
  }

  @Test(arguments: [
    ("", PackageGlobs.Problem.empty), ("!a", .negated), ("!", .negated), ("a\u{0}", .zeroByte), ("./a", .component),
    ("../a", .component), ("a/../b", .component), ("a//b", .component), ("/", .component), ("//a", .component),
    (".", .component), ("a/.", .component), ("[a", .broken), ("a\\", .broken), ("[[:nix:]]", .broken),
    ("a\\/", .broken),
  ])
  func `a pattern in a manifest that can match nothing is refused`(text: String, problem: PackageGlobs.Problem) throws {
    #expect(throws: PackageGlobs.Refusal(isInclude: true, index: 1, problem: problem)) {
      try PackageGlobs(include: ["a", text])
    }
    #expect(throws: PackageGlobs.Refusal(isInclude: false, index: 0, problem: problem)) {
      try PackageGlobs(exclude: [text, "a"])
    }
  }

  @Test func `a pattern in a manifest is no line of a file`() throws {
    #expect(try verdict(on: "#a", exclude: ["#a"]) == "left out by \"exclude\", pattern 1: #a")
    #expect(try verdict(on: "a ", exclude: ["a "]) == "left out by \"exclude\", pattern 1: a ")
    #expect(try verdict(on: "a", exclude: ["a "]) == "packed")
    #expect(try verdict(on: "!a", exclude: ["\\!a"]) == "left out by \"exclude\", pattern 1: \\!a")
    #expect(try verdict(on: "...", exclude: ["..."]) == "left out by \"exclude\", pattern 1: ...")
  }

  @Test func `only packed folders and those with includes below are entered`() throws {
    let rules = PackingRules(rootFile: IgnoreFile(Array("out".utf8)), globs: try PackageGlobs(include: ["a/b", "c"]))
    let entered = ["a", "c", "d", "out"].map { rules.verdict(on: Array($0.utf8), isFolder: true).isEntered }
    // "d" because "c" without a slash may lie anywhere.
    #expect(entered == [true, true, true, false])
    let anchored = PackingRules(rootFile: nil, globs: try PackageGlobs(include: ["a/b", "/c"]))
    #expect(!anchored.verdict(on: Array("d".utf8), isFolder: true).isEntered)
    #expect(anchored.verdict(on: Array("c".utf8), isFolder: true).isEntered)
  }

  @Test func `the example of the documentation holds`() throws {
    let lists = (include: ["/src/", "/assets/**/*.png"], exclude: ["*.psd", "/src/test/"])
    func isPacked(_ path: String, _ files: [String: String] = [:]) throws -> Bool {
      try verdict(on: path, files, include: lists.include, exclude: lists.exclude).hasPrefix("packed")
    }
    #expect(try isPacked("src/main.py") && isPacked("assets/a/b.png") && isPacked("assets/b.png"))
    #expect(try !isPacked("src/test/a.py") && !isPacked("assets/readme.txt") && !isPacked("src/a.psd"))
    #expect(try !isPacked("assets/a/b.png", ["assets": "*.png"]))
  }

  @Test func `names that are not text are matched by their bytes`() throws {
    let rules = PackingRules(rootFile: IgnoreFile([0x61, 0xFF, 0x0A]))
    let rule = PackingRule(origin: .ignoreFile(path: Array(".capsuleignore".utf8)), line: 1, pattern: [0x61, 0xFF])
    #expect(rules.verdict(on: [0x61, 0xFF], isFolder: false) == .leftOut(by: rule))
    #expect(rules.verdict(on: [0x61, 0xFE], isFolder: false) == .packed(by: nil))
  }
}
