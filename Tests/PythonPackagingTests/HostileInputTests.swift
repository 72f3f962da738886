import Testing

@testable import PythonPackaging

/// Files of an environment come from anybody; none may stop the program.
struct HostileInputTests {
  private static let seeds = [
    "flask[a,b] ~= 2.3, !=1!2.0rc1.post2.dev3+x.y ; (python_version < '3.9' or extra == \"x\") and os_name in 'posix'\n",
    "-r x.txt -c 'y z' --hash=sha256:00 -e git+https://x/y.git#egg=z[a]&b # c\n--index-url=${A} \\\n./w-1-py3-none-any.whl ; 'a'\n",
    "Name: a\r\nVersion: 1.0\n b\nRequires-Dist: c (>=1) ; extra == 'd'\nTag: cp311-abi3-manylinux_2_17_x86_64\n\nx",
    "\"a,\"\"b\",sha256=x,1\n../../../../bin/x,sha256=AQ==,2\n/x,,\n",
    "#!/bin/sh\n'''exec' \"/b/env/bin/python3\" -I \"$0\" \"$@\"\n' '''\n/b/env/x /b/env2 -I/b/env.\nMAPPING = {'a': '/b/x'}\n",
    "home = /b/bin\ncommand = /b/bin/python -m venv --prompt=\"x y\" --copies /b/env\nversion = 3.11.7\n= \n",
    "[a:python_version<'3']\nb\n[\n[]\n[:]\n",
  ]

  @Test func `mutated files are read without a crash, and always the same`() throws {
    var random = FixedRandom(seed: 4)
    let environment = try Samples.environment()
    var readings = 0
    for _ in 0..<1500 {
      let bytes = mutated(&random)
      let one = read(bytes, environment)
      #expect(one == read(bytes, environment))
      if one.count > 0 { readings += 1 }
    }
    #expect(readings == 1500)
  }

  private func mutated(_ random: inout FixedRandom) -> [UInt8] {
    var bytes = Array(Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &random)].utf8)
    for _ in 0..<Int.random(in: 0...6, using: &random) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.remove(at: index)
      case 1: bytes[index] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes.insert(Array("\n\\#'\"[](){};,=-/.$ \r\0".utf8)[index % 21], at: index)
      case 3: bytes.removeSubrange(index...)
      default: bytes.insert(contentsOf: bytes[index...], at: bytes.count - index)
      }
    }
    return bytes
  }

  /// Everything that can be read out of these bytes, in words.
  private func read(_ bytes: [UInt8], _ environment: MarkerEnvironment) -> [String] {
    let source = RequirementsSource(name: "a/b.txt", bytes: bytes)
    let file = RequirementsReader.read(source) { (path: String) throws(InclusionRefusal) in
      RequirementsSource(name: path, bytes: bytes)
    }
    var told = file.problems.map { "\($0.place) \($0.explanation) \($0.hint)" }
    let folder = "lib/python3.11/site-packages/a-1.dist-info"
    let readings = [folder, "lib/python3.11/site-packages/a.egg-info"].map {
      InstalledDistribution.read($0) { (_: String) -> [UInt8]? in bytes }
    }
    let distributions = readings.compactMap(\.distribution)
    var problems = readings.flatMap(\.problems)
    problems += Verification.report(file, installed: distributions, environment: environment).problems
    problems += PlatformVerification.problems(of: distributions, in: environment)
    problems += FileVerification.verify(distributions) { (_: String) -> [UInt8]? in nil }.problems
    told += problems.map { $0.explanation + $0.hint }
    var inspection = EnvironmentInspection()
    for path in ["pyvenv.cfg", "bin/activate", "bin/x"] { inspection.inspect(path, bytes) }
    told += inspection.buildPaths + inspection.problems.map(\.explanation)
    let relocation = Relocation(
      buildPaths: ["/b/env"] + inspection.buildPaths, treePaths: ["/b"], release: environment.release,
      sha256: { _ in [] })
    let packages = "lib/python3.11/site-packages/"
    for path in ["pyvenv.cfg", "bin/x", packages + "a.pth", packages + "__editable__a.py", folder + "/RECORD", "x.so"] {
      told += [path] + relocation.rewrite(path, bytes) { (_: String) -> [UInt8]? in bytes }.problems.map(\.explanation)
    }
    return told
  }

  @Test(arguments: [
    String(repeating: "1.", count: 200_000) + "1", "1+" + String(repeating: "a.", count: 200_000) + "1",
    "a" + String(repeating: " ", count: 200_000),
    "a;" + String(repeating: "os_name=='x' and ", count: 20_000) + "os_name=='x'",
    "a" + String(repeating: ",", count: 200_000), "a[" + String(repeating: "b,", count: 2000) + "b]",
  ])
  func `long texts are read in reasonable time`(text: String) {
    do {
      #expect(!(try Requirement(text).name.text.isEmpty))
    } catch {
      #expect(error.offset <= text.unicodeScalars.count)
    }
    #expect(PackageVersion(text).map { $0 == $0 } ?? true)
  }
}
