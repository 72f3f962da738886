import Foundation
import Testing

/// The interpreter of this machine, with which the module is compared.
enum Python {
  /// One that has the library `packaging`, of which versions before 22 read what is no version.
  static let withPackaging = ["/usr/bin/python3", "/usr/local/bin/python3"] + onPath

  private static var onPath: [String] {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { $0 + "/python3" }
  }

  static let oracle = withPackaging.first { path in
    guard isExecutable(path) else { return false }
    do {
      return try run(path, ["-c", importing], "").status == 0
    } catch {
      return false
    }
  }

  static let mustWork = ProcessInfo.processInfo.environment["CAPSRUN_MUST_WORK"] == "1"

  static func isExecutable(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }

  static let importing = """
    import packaging, re, sys
    from packaging import markers, requirements, specifiers, version, utils
    release = version.Version(packaging.__version__)
    assert release.major >= 22
    """

  struct Outcome {
    let status: Int32
    let output: String
  }

  /// Runs a program with this standard input, which may be long.
  static func run(
    _ program: String, _ arguments: [String], _ input: String, _ environment: [String: String]? = nil
  ) throws -> Outcome {
    let folder = try TemporaryFolder()
    try folder.write("input", Array(input.utf8))
    let process = Foundation.Process()
    let pipe = Foundation.Pipe()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    if let environment { process.environment = environment }
    process.standardInput = try FileHandle(forReadingFrom: folder.url.appending(path: "input"))
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
  }

  /// What a script that has the library answers to these lines, one line each.
  static func answers(to lines: [String], by script: String) throws -> [String] {
    let outcome = try run(try #require(oracle), ["-c", importing + "\n" + script], lines.joined(separator: "\n"))
    try #require(outcome.status == 0, "\(outcome.output.suffix(2000))")
    return outcome.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}

extension Trait where Self == ConditionTrait {
  /// For tests that compare with Python's own library.
  static var needsPackaging: Self {
    .enabled(if: Python.oracle != nil || Python.mustWork, "scripts/bootstrap test installs python3-packaging")
  }
}

/// A folder that is removed with its owner.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = URL(filePath: "/var/tmp/capsrun-python-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      Issue.record(error)
    }
  }

  var path: String { url.path }

  func write(_ name: String, _ bytes: [UInt8], mode: Int = 0o644) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
  }
}

/// Numbers that look like chance, and are the same each time.
struct FixedRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9
  }

  /// Some of these texts, or none, one after another.
  mutating func pick(_ texts: String...) -> String { texts[Int.random(in: 0..<texts.count, using: &self)] }
}
