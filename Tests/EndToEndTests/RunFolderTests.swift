import Foundation
import Testing

/// The folder for run-time files, and the compiled filters in it.
@Suite struct RunFolderTests {
  private func box(_ runFolder: String, as caller: Caller) throws -> Outcome {
    try Capsrun.run(
      ["box", "--", "sh", "-c", "grep Seccomp: /proc/self/status; unshare -U echo made; echo end"], as: caller,
      environment: ["CAPSRUN_RUN": runFolder])
  }

  private func expectConfined(_ outcome: Outcome) {
    #expect(outcome.exitCode == 0)
    #expect(outcome.lines == ["Seccomp:\t2", "end"])
    #expect(outcome.errors == "unshare: unshare failed: Operation not permitted\n")
  }

  private func expectRefused(_ outcome: Outcome, _ path: String) {
    #expect(outcome.exitCode == 125)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("the run folder \"\(path)\""))
  }

  @Test(arguments: Caller.reachable)
  func `it is made for its owner alone`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    expectConfined(try box(folder("run"), as: caller))
    #expect(try owner(of: folder("run")) == caller.id)
    let attributes = try FileManager.default.attributesOfItem(atPath: folder("run"))
    #expect(attributes[.posixPermissions] as? Int == 0o700)
    #expect(try !folder.entries("run").isEmpty)
  }

  @Test(arguments: Caller.reachable, [0o770, 0o720, 0o707, 0o1777, 0o702] as [UInt32])
  func `a folder that others may write in is refused`(caller: Caller, mode: UInt32) throws {
    let folder = try TemporaryFolder(of: caller)
    let run = try folder.folder("run", mode: 0o700)
    try #require(chmod(run, mode) == 0)
    expectRefused(try box(run, as: caller), run)
    #expect(try folder.entries("run").isEmpty)
    try #require(chmod(run, 0o755) == 0)
    expectConfined(try box(run, as: caller))
  }

  @Test(.needsRoot, arguments: Caller.reachable)
  func `a folder of another user is refused`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let run = try folder.folder("run", mode: 0o700)
    let other = Caller.allCases.filter { $0 != caller }[0]
    try #require(chown(run, other.id, other.id) == 0 && chmod(run, 0o755) == 0)
    expectRefused(try box(run, as: caller), run)
    #expect(try folder.entries("run").isEmpty)
    try #require(chown(run, caller.id, caller.id) == 0)
    expectConfined(try box(run, as: caller))
  }

  @Test(arguments: Caller.reachable)
  func `a link or a file in its place is refused`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let run = try folder.folder("run", mode: 0o700)
    try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: run)
    expectRefused(try box(folder("link"), as: caller), folder("link"))
    expectRefused(try box(try folder.file("file"), as: caller), folder("file"))
    #expect(try folder.entries("run").isEmpty)
    expectConfined(try box(run, as: caller))
  }

  /// What may have happened to a compiled filter on disk.
  enum Damage: String, CaseIterable, Sendable {
    case emptied, cutInHalf, cutByOneInstruction, firstByteFlipped, checksumFlipped, middleFlipped, lastByteFlipped
    case lengthened, swappedForAllowAll

    func apply(to file: [UInt8]) -> [UInt8] {
      var result = file
      let header = (file.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1
      switch self {
      case .emptied: result = []
      case .cutInHalf: result = Array(file.prefix(file.count / 2))
      case .cutByOneInstruction: result = Array(file.dropLast(8))
      case .firstByteFlipped: result[0] ^= 1
      case .checksumFlipped: result[header] ^= 1
      case .middleFlipped: result[file.count / 2] ^= 1
      case .lastByteFlipped: result[file.count - 1] ^= 1
      case .lengthened: result += [0, 0, 0, 0, 0, 0, 0, 0]
      // One instruction, with the checksum of another program: allow everything.
      case .swappedForAllowAll: result = Array(file.prefix(header + 8)) + [6, 0, 0, 0, 0, 0, 0xff, 0x7f]
      }
      return result
    }
  }

  @Test(arguments: Caller.reachable, Damage.allCases)
  func `a damaged filter is not used, and is replaced`(caller: Caller, damage: Damage) throws {
    let folder = try TemporaryFolder(of: caller)
    let run = try folder.folder("run", mode: 0o700)
    expectConfined(try box(run, as: caller))
    let name = try #require(folder.entries("run").first { $0.hasPrefix("seccomp-") })
    let file = URL(filePath: folder("run/\(name)"))
    let good = [UInt8](try Data(contentsOf: file))
    let damaged = damage.apply(to: good)
    try #require(damaged != good)
    try Data(damaged).write(to: file)
    expectConfined(try box(run, as: caller))
    #expect([UInt8](try Data(contentsOf: file)) == good)
  }

  @Test(arguments: Caller.reachable)
  func `a filter that is a link is not followed`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let run = try folder.folder("run", mode: 0o700)
    expectConfined(try box(run, as: caller))
    let name = try #require(folder.entries("run").first { $0.hasPrefix("seccomp-") })
    try FileManager.default.moveItem(atPath: folder("run/\(name)"), toPath: folder("elsewhere"))
    try FileManager.default.createSymbolicLink(
      atPath: folder("run/\(name)"), withDestinationPath: folder("elsewhere"))
    let outcome = try box(run, as: caller)
    if outcome.exitCode == 0 { expectConfined(outcome) } else { expectRefused(outcome, run) }
    let isLink = try FileManager.default.attributesOfItem(atPath: folder("run/\(name)"))[.type] as? FileAttributeType
    #expect(outcome.exitCode != 0 || isLink == .typeRegular)
  }
}
