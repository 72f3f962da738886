import Foundation
import Testing

@testable import Linux

/// A folder that stands for a hierarchy of control groups; gone with this value.
final class GroupFolder {
  let path = FileManager.default.temporaryDirectory.appending(path: "capsrun-groups-\(UUID().uuidString)").path

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// Makes a group with these files.
  @discardableResult
  func group(_ name: String, _ files: [String: String] = [:]) throws -> String {
    try FileManager.default.createDirectory(atPath: self(name), withIntermediateDirectories: true)
    for (file, text) in files { try Data(text.utf8).write(to: URL(filePath: self(name) + "/" + file)) }
    return self(name)
  }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: self(name))), as: UTF8.self)
  }

  func names(_ name: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: self(name)).sorted()
  }
}
