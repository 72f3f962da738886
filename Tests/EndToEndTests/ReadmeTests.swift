import Foundation
import Testing

/// Runs the console blocks of README.md and compares what they print.
@Suite struct ReadmeTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A command and the lines that it shall print; `…` stands for any lines, or within a line for any text.
  struct Example: Sendable, CustomTestStringConvertible {
    let command: String
    var expected: [String] = []
    var testDescription: String { command }
  }

  static let examples: [Example] = {
    guard let text = try? String(contentsOf: root.appending(path: "README.md"), encoding: .utf8) else { return [] }
    var examples: [Example] = []
    var isInBlock = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("```") {
        isInBlock = line == "```console"
      } else if isInBlock, line.hasPrefix("$ ") {
        examples.append(Example(command: String(line.dropFirst(2))))
      } else if isInBlock, !examples.isEmpty {
        examples[examples.count - 1].expected.append(line)
      }
    }
    return examples
  }()

  @Test func `the examples of the README are found`() {
    #expect(Self.examples.count > 15)
  }

  /// One after the other: some build on what those before them have made.
  @Test(.serialized, arguments: examples) func `an example of the README prints what it says`(example: Example) throws {
    let printed = try run(example.command)
    #expect(matches(printed[...], example.expected[...]), "printed:\n\(printed.joined(separator: "\n"))")
  }

  @Test func `an example that prints something else is noticed`() {
    #expect(matches(["a", "b1c", "x", "y", "z"], ["a", "b…c", "…", "z"]))
    for wrong in [["a", "b"], ["a", "b…c", "z", "…"], ["a", "…", "y"], []] as [[String]] {
      #expect(!matches(["a", "b1c", "x", "y", "z"], wrong[...]), "\(wrong)")
    }
  }

  /// Where the store and the trusted keys of whoever reads are; empty at first.
  private static let place: String = {
    let place = root.appending(path: "build/readme").path
    if FileManager.default.fileExists(atPath: place) {
      do {
        try FileManager.default.removeItem(atPath: place)
      } catch {
        Issue.record(error)
      }
    }
    do {
      try FileManager.default.createDirectory(
        atPath: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    } catch {
      Issue.record(error)
    }
    return place
  }()

  private func run(_ command: String) throws -> [String] {
    let process = Foundation.Process()
    let pipe = Foundation.Pipe()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "exec 2>&1; " + command]
    process.currentDirectoryURL = Self.root
    process.environment = [
      "PATH": Self.root.path + "/build:/usr/bin:/bin", "LANG": "C.UTF-8",
      "CAPSRUN_STORE": Self.place + "/store", "CAPSRUN_CONFIG": Self.place + "/config",
      "CAPSRUN_RUN": Self.place + "/run", "CAPSRUN_LOGS": Self.place + "/logs",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    var lines = String(decoding: output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map(String.init)
  }

  private func matches(_ printed: ArraySlice<String>, _ expected: ArraySlice<String>) -> Bool {
    guard let pattern = expected.first else { return printed.isEmpty }
    if pattern == "…" {
      return (printed.startIndex...printed.endIndex).contains { matches(printed[$0...], expected.dropFirst()) }
    }
    guard let line = printed.first, matches(line: line, pattern) else { return false }
    return matches(printed.dropFirst(), expected.dropFirst())
  }

  private func matches(line: String, _ pattern: String) -> Bool {
    let parts = pattern.components(separatedBy: "…").map(NSRegularExpression.escapedPattern(for:))
    return line.range(of: "^" + parts.joined(separator: ".*") + "$", options: .regularExpression) != nil
  }
}
