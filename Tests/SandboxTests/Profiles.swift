import Foundation

@testable import Planning
@testable import Sandbox

/// The profiles as they stand in the tree.
enum Profiles {
  static let names = ["strict", "service", "default", "build", "debug", "ceiling"]

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "profiles")

  private static func file(_ name: String) throws -> ProfileFile {
    let url = folder.appending(path: name + ".yml")
    return try ProfileFile(file: url.path, bytes: Array(try Data(contentsOf: url)))
  }

  static func profile(_ name: String) throws -> SeccompProfile {
    var files: [String: ProfileFile] = [:]
    for name in names { files[name] = try file(name) }
    return try ProfileLibrary(groups: try file("groups"), profiles: files).profile(name)
  }

  /// The names of the files that are there.
  static func filesInTree() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).map { String($0.dropLast(4)) }
  }

  static func value(_ answer: SeccompProfile.Answer) -> UInt32 {
    switch answer {
    case .allow: allowed
    case .log: logged
    case .deny: notPermitted
    case .absent: notThere
    }
  }

  static let tables = [SeccompCompiler.Table.x86_64, .arm64]

  /// The filters in the program, for an architecture.
  static func filter(_ name: String, _ table: SeccompCompiler.Table) -> CompiledFilter {
    let isX86 = table.architecture == SeccompCompiler.Table.x86_64.architecture
    let instructions: [UInt64] =
      switch name {
      case "default": isX86 ? DefaultFilter.x86_64 : DefaultFilter.arm64
      case "strict": isX86 ? StrictFilter.x86_64 : StrictFilter.arm64
      case "service": isX86 ? ServiceFilter.x86_64 : ServiceFilter.arm64
      case "build": isX86 ? BuildFilter.x86_64 : BuildFilter.arm64
      case "debug": isX86 ? DebugFilter.x86_64 : DebugFilter.arm64
      case "ceiling": isX86 ? CeilingFilter.x86_64 : CeilingFilter.arm64
      default: fatalError("no filter \(name)")
      }
    return CompiledFilter(profile: name, instructions: instructions)
  }
}
