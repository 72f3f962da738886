import Foundation

@testable import Planning
@testable import Sandbox

/// The profiles as they stand in the tree.
enum Profiles {
  static let names = ["strict", "service", "default", "build", "debug", "ceiling", "filter-only", "filter-only-shared"]

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

  /// The numbers of the calls that the rules of any profile look into.
  static func ruled(_ table: SeccompCompiler.Table) throws -> Set<UInt32> {
    Set(
      try names.flatMap { try profile($0).arguments.keys }.compactMap { call in
        if case .number(let number) = table.number(call) { number } else { nil }
      })
  }

  /// Each of the first two arguments with each of these values, or only the first and the last where no rule looks.
  static func arguments(_ isRuled: Bool, _ edges: [UInt64]) -> [[UInt64]] {
    guard isRuled else { return [edges.first, edges.last].compactMap(\.self).map { Array(repeating: $0, count: 6) } }
    return edges.flatMap { first in edges.map { second in [first, second, second, first, 0, 0] } }
  }

  static let tables = [SeccompCompiler.Table.x86_64, .arm64]

  /// The filters in the program, for an architecture.
  static func filter(_ name: String, _ table: SeccompCompiler.Table) -> CompiledFilter {
    let isX86 = table.architecture == SeccompCompiler.Table.x86_64.architecture
    let instructions: [UInt] =
      switch name {
      case "default": isX86 ? DefaultFilter.x86_64 : DefaultFilter.arm64
      case "strict": isX86 ? StrictFilter.x86_64 : StrictFilter.arm64
      case "service": isX86 ? ServiceFilter.x86_64 : ServiceFilter.arm64
      case "build": isX86 ? BuildFilter.x86_64 : BuildFilter.arm64
      case "debug": isX86 ? DebugFilter.x86_64 : DebugFilter.arm64
      case "ceiling": isX86 ? CeilingFilter.x86_64 : CeilingFilter.arm64
      case "filter-only": isX86 ? FilterOnlyFilter.x86_64 : FilterOnlyFilter.arm64
      case "filter-only-shared": isX86 ? FilterOnlySharedFilter.x86_64 : FilterOnlySharedFilter.arm64
      default: fatalError("no filter \(name)")
      }
    return CompiledFilter(profile: name, instructions: instructions)
  }
}
