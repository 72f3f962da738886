import Foundation
import Testing

@testable import PythonPackaging

extension Trait where Self == ConditionTrait {
  /// For tests that make real environments, with the Python of the system as the sandbox has it.
  static var needsVenv: Self {
    .enabled(
      if: RealEnvironment.isPossible || Python.mustWork, "scripts/bootstrap test installs python3 and python3-venv")
  }
}

/// Environments that Python itself makes, moved and run.
struct RealEnvironmentTests {
  @Test(.needsVenv, arguments: ["venv", String(repeating: "long", count: 40), "with blank", "it's"])
  func `an environment works elsewhere when the place where it was built is gone`(name: String) throws {
    let real = try RealEnvironment(name)
    #expect(try real.run("built/\(name)/bin/hello") == "hello \(real.built) 42\n")
    #expect(!(try real.filesThatHold(real.built, below: "built")).isEmpty, "the path is found where it is")

    let relocation = try real.relocation()
    #expect(try real.relocate(by: relocation).isEmpty)
    try FileManager.default.removeItem(atPath: real.folder.path + "/built")

    #expect(try real.filesThatHold(real.built, below: "moved").isEmpty)
    #expect(try real.filesThatHold(real.folder.path + "/built", below: "moved").isEmpty)
    #expect(try real.run("moved/venv/bin/hello") == "hello \(real.moved) 42\n")
    for interpreter in ["python", "python3", "python\(real.release)"] {
      #expect(
        try real.run("moved/venv/bin/\(interpreter)", "-c", "import hello, extra; hello.main()")
          == "hello \(real.moved) 42\n")
    }
    #expect(
      try real.run("/bin/sh", "-c", ". moved/venv/bin/activate && command -v python && hello")
        == "\(real.moved)/bin/python\nhello \(real.moved) 42\n")
  }

  @Test(.needsVenv) func `installed files are as RECORD says, before and after`() throws {
    let real = try RealEnvironment("venv")
    let before = try real.verification(below: "built/venv")
    #expect(before.problems.isEmpty)
    #expect(before.verifiedFiles == 6)
    #expect(try real.relocate(by: try real.relocation()).isEmpty)
    let after = try real.verification(below: "moved/venv")
    #expect(after.problems.isEmpty)
    #expect(after.verifiedFiles == 5, "direct_url.json is gone")
  }

  @Test(.needsVenv) func `the same environment built elsewhere becomes the same`() throws {
    let (one, other) = (try RealEnvironment("venv"), try RealEnvironment("another"))
    let contents = try [one, other].map { real in
      let relocation = try real.relocation(to: RelocationTargets())
      #expect(try real.relocate(by: relocation).isEmpty)
      return try real.contents(below: "moved")
    }
    // The prompt of the activate scripts is the name of the folder, which whoever made it chose.
    let prompted = Set(["activate", "activate.csh", "activate.fish"].map { "venv/bin/" + $0 })
    #expect(contents[0].keys.count > 10)
    #expect(Set(contents[0].keys) == Set(contents[1].keys))
    for (path, bytes) in contents[0] where !prompted.contains(path) { #expect(contents[1][path] == bytes, "\(path)") }
  }

  @Test(.needsVenv) func `an inspection tells the interpreter and the path`() throws {
    let real = try RealEnvironment("venv")
    let inspection = try real.inspection()
    #expect(inspection.buildPaths == [real.built])
    #expect(inspection.interpreter.flatMap { InterpreterRelease($0) } == real.release)
    #expect(inspection.problems.isEmpty)
    #expect(!inspection.usesSystemPackages)
  }
}

/// A tree with an environment, in which a distribution is installed with a script and an added folder of the tree.
struct RealEnvironment {
  static let isPossible: Bool = {
    do {
      return try Python.isExecutable(python) && Python.run(python, ["-c", "import venv"], "").status == 0
    } catch {
      return false
    }
  }()

  private static let python = "/usr/bin/python3"

  let folder: TemporaryFolder
  let name: String
  let release: InterpreterRelease

  var built: String { folder.path + "/built/" + name }
  var moved: String { folder.path + "/moved/venv" }
  private var packages: String { "lib/python\(release)/site-packages" }

  init(_ name: String) throws {
    self.name = name
    folder = try TemporaryFolder()
    let version = try Python.run(Self.python, ["-c", "import platform; print(platform.python_version())"], "").output
    release = try #require(PackageVersion(version).flatMap { InterpreterRelease($0) })
    try #require(try Python.run(Self.python, ["-m", "venv", "--without-pip", built], "").status == 0)
    try write("staged/src/extra.py", "answer = 42\n")
    try install()
    try copy("staged/.", "built")
  }

  private func write(_ path: String, _ text: String, mode: Int = 0o644) throws {
    try folder.write(path, Array(text.utf8), mode: mode)
  }

  /// By another process: a child that was made meanwhile would hold a script open, and nobody could execute it.
  private func copy(_ source: String, _ target: String) throws {
    let outcome = try Python.run("/bin/cp", ["-a", folder.path + "/" + source, folder.path + "/" + target], "")
    try #require(outcome.status == 0, "\(outcome.output)")
  }

  private func install() throws {
    let python = built + "/bin/python3"
    let body = "import sys\nfrom hello import main\nsys.exit(main())\n"
    let isPlain = !python.contains(" ") && python.utf8.count < 120
    let start = isPlain ? "#!\(python)\n" : "#!/bin/sh\n'''exec' \"\(python)\" \"$0\" \"$@\"\n' '''\n"
    let info = "\(packages)/hello-1.0.dist-info"
    let files = [
      "bin/hello": start + body,
      "\(packages)/hello/__init__.py": "import sys, extra\ndef main(): print('hello', sys.prefix, extra.answer)\n",
      "\(packages)/tree.pth": folder.path + "/built/src\n", "\(info)/METADATA": "Name: hello\nVersion: 1.0\n",
      "\(info)/WHEEL": "Tag: py3-none-any\n", "\(info)/direct_url.json": "{\"url\": \"file://\(built)/x\"}\n",
    ]
    var record: [RecordEntry] = []
    for (path, text) in files.sorted(by: { $0.key < $1.key }) {
      try write("staged/\(name)/\(path)", text, mode: path.hasPrefix("bin/") ? 0o755 : 0o644)
      let fromPackages = path.hasPrefix("bin/") ? "../../../" + path : String(path.dropFirst(packages.count + 1))
      record.append(RecordEntry(path: fromPackages, digest: sha256(Array(text.utf8)), size: text.utf8.count))
    }
    record.append(RecordEntry(path: "hello/__pycache__/__init__.pyc", hash: "", size: ""))
    record.append(RecordEntry(path: "hello-1.0.dist-info/RECORD", hash: "", size: ""))
    try write("staged/\(name)/\(info)/RECORD", RecordEntry.text(record))
  }

  /// What a program prints, with its path from the folder.
  func run(_ program: String, _ arguments: String...) throws -> String {
    let path = program.hasPrefix("/") ? program : folder.path + "/" + program
    let arguments = arguments.map { $0.split(separator: "moved/").joined(separator: folder.path + "/moved/") }
    return try Python.run(path, arguments, "", ["PATH": "/usr/bin:/bin"]).output
  }

  func inspection() throws -> EnvironmentInspection {
    var inspection = EnvironmentInspection()
    for path in try FileManager.default.subpathsOfDirectory(atPath: built) {
      inspection.note(folder: path)
      if EnvironmentInspection.matters(path) { inspection.inspect(path, try bytes(built + "/" + path)) }
    }
    return inspection
  }

  func relocation(to targets: RelocationTargets? = nil) throws -> Relocation {
    Relocation(
      try inspection().buildPaths, [folder.path + "/built"], release,
      targets ?? RelocationTargets(environment: moved, tree: folder.path + "/moved"), sha256)
  }

  /// Writes the relocated tree, and gives all problems.
  func relocate(by relocation: Relocation) throws -> [RelocationProblem] {
    var problems: [RelocationProblem] = []
    try write("result/src/extra.py", "answer = 42\n")
    for path in try FileManager.default.subpathsOfDirectory(atPath: built).sorted() {
      let (source, target) = (built + "/" + path, "result/venv/" + path)
      let attributes = try FileManager.default.attributesOfItem(atPath: source)
      let rewrite: Relocation.Rewrite
      switch attributes[.type] as? FileAttributeType {
      case .typeSymbolicLink:
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: source)
        rewrite = relocation.rewriteLink(path, target: link)
        if rewrite.content == .kept { try copy("built/\(name)/\(path)", target) }
      case .typeRegular:
        let bytes = try bytes(source)
        rewrite = try relocation.rewrite(path, bytes) { try self.bytes(built + "/" + $0) }
        let mode = try #require(attributes[.posixPermissions] as? Int)
        if rewrite.content == .kept { try folder.write(target, bytes, mode: mode) }
        if case .changed(let changed) = rewrite.content { try folder.write(target, changed, mode: mode) }
      case .typeDirectory: continue
      default:
        Issue.record("\(path) is of an unknown type")
        continue
      }
      if case .link(let link) = rewrite.content {
        let place = folder.path + "/" + target
        let parent = String(place.dropLast(EnvironmentPath.name(of: place).count))
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: link)
      }
      problems += rewrite.problems
    }
    try copy("result", "moved")
    return problems
  }

  func verification(below root: String) throws -> FileVerification {
    let root = folder.path + "/" + root
    let reading = try InstalledDistribution.read("\(packages)/hello-1.0.dist-info") { name -> [UInt8]? in
      let path = "\(root)/\(packages)/hello-1.0.dist-info/\(name)"
      return FileManager.default.fileExists(atPath: path) ? try bytes(path) : nil
    }
    return try FileVerification.verify([try #require(reading.distribution)]) { path -> [UInt8]? in
      FileManager.default.fileExists(atPath: root + "/" + path) ? sha256(try bytes(root + "/" + path)) : nil
    }
  }

  private func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

  /// The regular files below a folder, with what they hold.
  func contents(below root: String) throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/" + root) {
      let file = folder.path + "/" + root + "/" + path
      let type = try FileManager.default.attributesOfItem(atPath: file)[.type] as? FileAttributeType
      if type == .typeRegular { contents[path] = try bytes(file) }
    }
    return contents
  }

  /// By a search of its own, which knows nothing of names and boundaries.
  func filesThatHold(_ text: String, below root: String) throws -> [String] {
    let needle = Data(text.utf8)
    return try contents(below: root).filter { Data($0.value).range(of: needle) != nil }.map(\.key).sorted()
  }
}
