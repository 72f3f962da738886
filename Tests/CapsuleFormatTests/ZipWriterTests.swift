import Glibc
import Testing

@testable import CapsuleFormat
@testable import Linux

/// A program that makes zip archives of the folder that it is started in.
enum ZipProgram: String, CaseIterable, Sendable {
  case python = "python3 -m zipfile -c ../out.zip *"
  case infoZip = "zip -qry ../out.zip ."
  case infoZipStreaming = "zip -qr - . | cat > ../out.zip"
  case libarchive = "bsdtar -cf ../out.zip --format zip *"
  case git =
    "git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -qm a && git archive -o ../out.zip HEAD; rm -rf .git"

  static let installed = allCases.filter { $0.isInstalled }

  private var isInstalled: Bool {
    let program = rawValue.split(separator: " ")[0]
    let folders = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin"
    return folders.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
  }

  /// Python follows links, and so must Info-ZIP on a pipe. Git does not know empty folders.
  var keepsLinks: Bool { self != .python && self != .infoZipStreaming }
  var keepsEmptyFolders: Bool { self != .git }
  /// What Info-ZIP does with other names depends on the locales that are installed.
  var marksUTF8: Bool { self != .infoZip && self != .infoZipStreaming }
}

struct ZipWriterTests {
  /// The capsule's id, as it is built from a folder.
  private func id(of path: String) throws -> CapsuleID {
    var tree = SourceTree(try Descriptor.open(path, .folder))
    try tree.collect()
    #expect(tree.problems.isEmpty)
    let manifest = SourceEntry(try CapsulePath("capsule.yml"), .file(.made([]), isExecutable: false))
    return try CapsuleDraft.make(of: tree.entries + [manifest], in: try Descriptor.open(path, .folder)).id
  }

  private func sample(for program: ZipProgram) throws -> TemporaryFolder {
    let folder = TemporaryFolder()
    try folder.write("tree/bin/run", "#!/bin/sh\n", mode: 0o755)
    try folder.write("tree/data/big", CompressionSample.bytes(3_500_000))
    try folder.write("tree/data/zeros", [UInt8](repeating: 0, count: 5_000_000))
    try folder.write("tree/data/empty", "")
    try folder.write("tree/data/deep/er/est", "deep")
    try folder.write("tree/\(String(repeating: "long", count: 50))", "long", mode: 0o700)
    if program.marksUTF8 { try folder.write("tree/\u{fc}ml\u{e4}ut.txt", "umlauts") }
    if program.keepsEmptyFolders { folder.folder("tree/empty folder") }
    if program.keepsLinks { folder.link("tree/bin/again", to: "run") }
    return folder
  }

  @Test(arguments: ZipProgram.installed)
  func `the id of a zip archive is that of the folder that it was made from`(_ program: ZipProgram) throws {
    let folder = try sample(for: program)
    try Shell.run("cd \(folder.path)/tree && \(program.rawValue)")
    let unpacked = UnpackedZip()
    try unpacked.extract(folder.path + "/out.zip", "out.zip")
    #expect(try id(of: unpacked.path) == (try id(of: folder.path + "/tree")))
    let original = try folder.snapshot().filter { $0.hasPrefix("tree/") && $0 != "tree/ 755" }
    #expect(try unpacked.snapshot() == original.map { String($0.dropFirst(5)).replacing(" 700 ", with: " 755 ") })
  }

  @Test func `permissions make a difference for the id`() throws {
    let folder = try sample(for: .python)
    try Shell.run("cd \(folder.path)/tree && chmod -x bin/run && \(ZipProgram.python.rawValue)")
    let unpacked = UnpackedZip()
    try unpacked.extract(folder.path + "/out.zip", "out.zip")
    try Shell.run("chmod +x \(folder.path)/tree/bin/run")
    #expect(try id(of: unpacked.path) != (try id(of: folder.path + "/tree")))
  }

  @Test(arguments: ["/etc/passwd", "../../outside"])
  func `a link that leads out is kept as it is, and refused by the listing`(target: String) throws {
    let folder = TemporaryFolder()
    folder.folder("tree")
    folder.link("tree/link", to: target)
    try Shell.run("cd \(folder.path)/tree && \(ZipProgram.libarchive.rawValue)")
    let unpacked = UnpackedZip()
    try unpacked.extract(folder.path + "/out.zip", "out.zip")
    #expect(try unpacked.snapshot() == ["link -> \(target)"])
    #expect(throws: CapsuleError.self) { try id(of: unpacked.path) }
  }
}
