import Foundation
import Testing

@testable import CapsuleFormat

/// Ignore files in folders, and what is asked about them.
struct IgnoreTree: Sendable {
  struct Subject: Hashable, Sendable {
    /// From the tree's root, without a slash at its end.
    var path: [UInt8]
    var isFolder: Bool
  }

  /// By folder, of which the root is the empty text.
  var files: [String: [UInt8]] = [:]
  var subjects: [Subject] = []

  /// Adds another one as a folder of this one, whose files then have a say in it.
  mutating func add(_ tree: IgnoreTree, as folder: String) {
    for (name, bytes) in tree.files { files[name.isEmpty ? folder : folder + "/" + name] = bytes }
    subjects += tree.subjects.map { Subject(path: Array((folder + "/").utf8) + $0.path, isFolder: $0.isFolder) }
  }

  /// What our rules say, as git would word it.
  func answer(_ subject: Subject) -> IgnoreAnswer {
    var components = subject.path.split(separator: UInt8(ascii: "/")).map(Array.init)
    let name = components.removeLast()
    var rules = PackingRules(rootFile: files[""].map(IgnoreFile.init))
    var folder: [String] = []
    for component in components {
      folder.append(String(decoding: component, as: UTF8.self))
      rules = rules.entering(component, file: files[folder.joined(separator: "/")].map(IgnoreFile.init))
    }
    switch rules.verdict(on: name, isFolder: subject.isFolder) {
    case .packed(nil): return .silent
    case .packed(let rule?), .leftOut(let rule): return IgnoreAnswer(rule)
    case .notIncluded, .onlyEntered:
      Issue.record("there are no includes")
      return .silent
    }
  }
}

/// Which line decides; a line that begins with `!` packs, any other leaves out.
struct IgnoreAnswer: Hashable, CustomStringConvertible {
  var file = ""
  var line = 0
  var pattern: [UInt8] = []

  static let silent = IgnoreAnswer()

  var isSilent: Bool { line == 0 }
  var isPacking: Bool { pattern.first == UInt8(ascii: "!") }

  var description: String {
    self == .silent ? "no line" : "\(file):\(line): \(String(decoding: pattern, as: UTF8.self).debugDescription)"
  }
}

extension IgnoreAnswer {
  init(_ rule: PackingRule) {
    switch rule.origin {
    case .ignoreFile(let path):
      self.init(file: String(decoding: path, as: UTF8.self), line: rule.line, pattern: rule.pattern)
    case .builtIn, .include, .exclude: self.init(file: "\(rule)", line: rule.line, pattern: rule.pattern)
    }
  }
}

/// A repository in which `.capsuleignore` is called `.gitignore`, and git is asked.
final class GitOracle {
  static var isThere: ConditionTrait {
    let mustWork = ProcessInfo.processInfo.environment["CAPSRUN_MUST_WORK"] == "1"
    let isThere = FileManager.default.isExecutableFile(atPath: "/usr/bin/git")
    return .enabled(if: isThere || mustWork, "scripts/bootstrap test installs git")
  }

  private let folder: URL
  private var repository: URL { folder.appending(path: "repository") }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "capsrun-ignore-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: repository, withIntermediateDirectories: true)
    try git(["init", "--quiet", "--template="])
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      Issue.record(error)
    }
  }

  /// What git says of each subject.
  func answers(to tree: IgnoreTree) throws -> [IgnoreAnswer] {
    var queries: [UInt8] = []
    for (folder, bytes) in tree.files { try write(bytes, to: folder) }
    for subject in tree.subjects {
      // Only folders have to be there for git; with "./" in front, no name is magic for it.
      if subject.isFolder { try makeFolder(String(decoding: subject.path, as: UTF8.self)) }
      queries += Array("./".utf8) + subject.path + [0]
    }
    let output = try git(["check-ignore", "-v", "-n", "--no-index", "--stdin", "-z"], input: queries)
    let fields = output.split(separator: 0, omittingEmptySubsequences: false).map(Array.init).dropLast()
    try #require(fields.count == 4 * tree.subjects.count, "git did not answer each question")
    return try tree.subjects.indices.map { index in
      let answer = fields[(4 * index)..<(4 * index + 4)]
      try #require(answer.last == Array("./".utf8) + tree.subjects[index].path)
      return try Self.answer(Array(answer))
    }
  }

  private static func answer(_ fields: [[UInt8]]) throws -> IgnoreAnswer {
    guard !fields[0].isEmpty else { return .silent }
    let file = String(decoding: fields[0], as: UTF8.self).replacing(".gitignore", with: IgnoreFile.name)
    let line = try #require(Int(String(decoding: fields[1], as: UTF8.self)))
    return IgnoreAnswer(file: file, line: line, pattern: fields[2])
  }

  private func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(
      at: repository.appending(path: path), withIntermediateDirectories: true)
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    try makeFolder(path)
    try Data(bytes).write(to: repository.appending(path: path).appending(path: ".gitignore"))
  }

  /// Runs git without any configuration but the repository's own.
  @discardableResult
  private func git(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
    let queries = folder.appending(path: "queries")
    try Data(input).write(to: queries)
    let process = Foundation.Process()
    let pipe = Foundation.Pipe()
    process.executableURL = URL(filePath: "/usr/bin/git")
    process.arguments = arguments
    process.currentDirectoryURL = repository
    process.environment = [
      "PATH": "/usr/bin:/bin", "HOME": folder.path, "LC_ALL": "C", "GIT_CONFIG_GLOBAL": "/dev/null",
      "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1",
    ]
    process.standardInput = try FileHandle(forReadingFrom: queries)
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    // 1 says that nothing is ignored.
    try #require([0, 1].contains(process.terminationStatus), "git \(arguments) failed")
    return Array(output)
  }
}
