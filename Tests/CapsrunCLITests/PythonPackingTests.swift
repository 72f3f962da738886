import CapsuleFormat
import Diagnostics
import Foundation
import Linux
import ManifestFormat
import Testing

@testable import CapsrunCLI

/// What a build makes of environments that are written by hand, without any Python.
struct PythonPackingTests {
  private static let packages = "venv/lib/python3.11/site-packages"

  @Test func `the interpreter becomes links, whatever it was`() throws {
    let tree = try EnvironmentTree()
    try tree.write("venv/bin/python", "a copy of the interpreter", isExecutable: true)
    try tree.write("venv/bin/python3.10", "of another one")
    try tree.link("venv/bin/python3", to: "/opt/python/bin/python3")
    let packing = try tree.pack()
    #expect(packing.errors.isEmpty)
    #expect(packing.link("venv/bin/python") == "/usr/bin/python3.11")
    #expect(packing.link("venv/bin/python3") == "python")
    #expect(packing.link("venv/bin/python3.11") == "python")
    #expect(packing.entry("venv/bin/python3.10") == nil)
    #expect(packing.assembly.leavesOut("venv/bin/python3.10"))
    #expect(packing.assembly.entries.map(\.path) == packing.assembly.entries.map(\.path).sorted())
    #expect(Set(packing.assembly.entries.map(\.path)).count == packing.assembly.entries.count)
  }

  @Test func `only files that are rewritten are kept in memory`() throws {
    let tree = try EnvironmentTree()
    try tree.write("venv/bin/tool", "#!\(tree.path)/venv/bin/python\n", isExecutable: true)
    try tree.write("\(Self.packages)/plain.py", "print(1)\n")
    let packing = try tree.pack()
    #expect(packing.errors.isEmpty)
    #expect(
      packing.entry("venv/bin/tool") == .file(.made(Array("#!/capsule/venv/bin/python\n".utf8)), isExecutable: true))
    #expect(
      packing.entry("\(Self.packages)/plain.py")
        == .file(.source("\(Self.packages)/plain.py", size: 9), isExecutable: false))
    #expect(packing.entry("outside.txt") == .file(.source("outside.txt", size: 1), isExecutable: false))
  }

  @Test(arguments: [0, 1, 8191, 1 << 18, (1 << 18) - 3, (1 << 20) + 1])
  func `a path of this machine is found wherever it stands in a large file`(offset: Int) throws {
    let tree = try EnvironmentTree()
    let name = "\(Self.packages)/data.bin"
    let filling = [UInt8](repeating: UInt8(ascii: " "), count: offset)
    let trailer = [UInt8](repeating: 0x20, count: 9000)
    try tree.write(name, filling + Array("\(tree.path)s/venv ".utf8) + trailer)
    #expect(try tree.pack().errors.isEmpty, "it is the path of something else")
    try tree.write(name, filling + Array("\(tree.path)/venv/x ".utf8) + trailer)
    let errors = try tree.pack().errors.map(\.message)
    #expect(errors.count == 1)
    #expect(errors.first?.contains("of the building machine, at byte \(offset)") == true, "\(errors)")
  }

  @Test func `an environment that files of the manifest put in its place is relocated from where it lies`() throws {
    let tree = try EnvironmentTree(at: "envs/prod")
    try tree.write("envs/prod/bin/tool", "#!\(tree.path)/envs/prod/bin/python\n")
    let packing = try tree.pack("files: {envs/prod: venv}\nexclude: [envs]\n")
    #expect(packing.errors.isEmpty, "\(packing.errors)")
    #expect(
      packing.entry("venv/bin/tool") == .file(.made(Array("#!/capsule/venv/bin/python\n".utf8)), isExecutable: false))
    #expect(packing.link("venv/bin/python") == "/usr/bin/python3.11")
  }

  @Test func `a file that is lost is told, and one that its author leaves out is not`() throws {
    let tree = try EnvironmentTree()
    let info = "\(Self.packages)/a-1.0.dist-info"
    try tree.write("\(info)/METADATA", "Name: a\nVersion: 1.0\n")
    try tree.write("\(info)/RECORD", "a/tests.py,sha256=AAAA,1\n")
    #expect(
      try tree.pack().errors.map(\.message) == ["\"a\" has lost the file \"lib/python3.11/site-packages/a/tests.py\""])
    try tree.write("\(Self.packages)/a/tests.py", "x")
    #expect(try tree.pack().errors.map(\.message).first?.contains("is not what was installed") == true)
    #expect(try tree.pack("exclude: [tests.py]\n").errors.isEmpty)
  }

  @Test(
    arguments: [
      ("-r more.txt\n", []), ("-r /etc/passwd\n", ["its path is absolute"]), ("-r ../x\n", ["outside of the capsule"]),
      ("-r sub\n", ["it is a folder"]), ("-r linked.txt\n", ["it is a link"]),
      ("-r gone.txt\n", ["not in the capsule"]),
      ("-r sub/../more.txt\n", []), ("-r https://example.org/x\n", ["nothing is downloaded"]),
      ("-r gone.txt\n-r ../x\n", ["not in the capsule", "outside of the capsule"]),
    ] as [(String, [String])])
  func `requirements include only files of the capsule`(text: String, parts: [String]) throws {
    let tree = try EnvironmentTree()
    try tree.write("requirements.txt", text)
    try tree.write("more.txt", "")
    try tree.write("sub/x", "")
    try tree.link("linked.txt", to: "more.txt")
    let errors = try tree.pack("dependencies: {pip_requirements: requirements.txt}\n").errors
    #expect(errors.count == parts.count)
    for (error, part) in zip(errors, parts) { #expect(error.message.contains(part), "\(error)") }
    #expect(errors.first?.location?.lineText == (parts.isEmpty ? nil : String(text.split(separator: "\n")[0])))
  }

  @Test(arguments: [("version = 3.11.7\n", "3.11", nil), ("version = 3.11.7\n", "3.10", "is of Python 3.11")])
  func `the interpreter is the one that the manifest names`(config: String, declared: String, part: String?) throws {
    let tree = try EnvironmentTree()
    try tree.write("venv/pyvenv.cfg", config)
    let errors = try tree.pack("dependencies: {python: \"\(declared)\"}\n").errors
    #expect(errors.isEmpty == (part == nil))
    if let part { #expect(errors[0].message.contains(part) && errors[0].exitCode == .badData) }
  }

  @Test func `an environment that does not tell its version, or is a link, is refused`() throws {
    let tree = try EnvironmentTree()
    try tree.write("venv/pyvenv.cfg", "home = /usr/bin\n")
    #expect(try tree.pack().errors.map(\.message).first?.contains("cannot tell the version") == true)
    let linked = try EnvironmentTree(at: "real")
    try linked.link("venv", to: "real")
    #expect(try linked.pack().errors.map(\.message).first?.hasPrefix("\"venv\" is a link") == true)
  }

  @Test func `a folder that only has the name of an environment is left as it is`() throws {
    let tree = try EnvironmentTree(at: "other")
    try tree.write("venv/readme.txt", "no environment")
    let packing = try tree.pack()
    #expect(packing.errors.isEmpty && packing.warnings.isEmpty)
    #expect(packing.link("venv/bin/python") == nil && packing.entry("venv/readme.txt") != nil)
  }

  @Test(arguments: ["", "dependencies: {python: \"3.11\"}\n"])
  func `a requirement without a version is an error when it is asked for, with an environment or without`(
    more: String
  ) throws {
    let text =
      more.isEmpty
      ? "dependencies: {pip_requirements: r.txt}\n" : "dependencies: {python: \"3.11\", pip_requirements: r.txt}\n"
    let tree = try EnvironmentTree(at: more.isEmpty ? "none" : "venv")
    try tree.write("r.txt", "a ; python_version < '3'\nb\n-c c.txt\n")
    try tree.write("c.txt", "b ~= 1.0\n")
    let unpinned = { (all: [Diagnostic]) in all.filter { $0.message.hasSuffix("is not pinned to a version") } }
    // Without an environment nothing is known for markers to be compared with.
    let expected = more.isEmpty ? 1 : 0
    #expect(unpinned(try tree.pack(text).warnings).count == expected)
    #expect(unpinned(try tree.pack(text, requiresPinned: true).errors).count == expected)
    try tree.write("c.txt", "")
    #expect(unpinned(try tree.pack(text).warnings).count == expected + 1)
    let errors = unpinned(try tree.pack(text, requiresPinned: true).errors)
    #expect(errors.count == expected + 1 && errors.last?.location?.line == 2)
  }
}

/// A folder with a small environment of Python 3.11.
private final class EnvironmentTree {
  let path: String

  init(at name: String = "venv") throws {
    path = "/var/tmp/capsrun-packing-\(UUID().uuidString)"
    try write("\(name)/pyvenv.cfg", "home = /usr/bin\nversion = 3.11.7\n")
    try write("\(name)/lib/python3.11/site-packages/x.txt", "")
    try write("outside.txt", "x")
    try write("main.py", "print(1)\n")
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      Issue.record(error)
    }
  }

  func write(_ name: String, _ text: String, isExecutable: Bool = false) throws {
    try write(name, Array(text.utf8), isExecutable: isExecutable)
  }

  func write(_ name: String, _ bytes: [UInt8], isExecutable: Bool = false) throws {
    let file = URL(filePath: path + "/" + name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: isExecutable ? 0o755 : 0o644], ofItemAtPath: file.path)
  }

  func link(_ name: String, to target: String) throws {
    let file = URL(filePath: path + "/" + name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: target)
  }

  /// With a manifest that has these further lines.
  func pack(_ more: String = "", requiresPinned: Bool = false) throws -> PythonPacking {
    let text = "capsule: 1\nname: app\nentrypoint: main.py\n" + more
    let manifest = try Manifest.read(try SourceText(file: "capsule.yml", bytes: Array(text.utf8)), folderName: "app")
    let root = try Descriptor.open(path, .folder)
    let assembly = try Assembly.make(of: manifest, in: root, manifestName: nil)
    #expect(assembly.problems.isEmpty)
    return PythonPacking.run(assembly, in: root, at: path, of: manifest, requiresPinned: requiresPinned)
  }
}

extension PythonPacking {
  fileprivate func entry(_ path: String) -> SourceEntry.Kind? {
    assembly.entries.first { $0.path.text == path }?.kind
  }

  fileprivate func link(_ path: String) -> String? {
    if case .link(let target)? = entry(path) { target } else { nil }
  }
}
