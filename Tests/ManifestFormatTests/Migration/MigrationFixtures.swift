import Diagnostics
import Foundation
import ManifestFormat
import Testing

/// The files in Files/: each folder holds an old file, the manifest that is made of it, and what is told.
struct MigrationCase: CustomTestStringConvertible, Sendable {
  let name: String
  let file: String
  let format: MigrationFormat
  /// How many things are told.
  let warnings: Int

  var testDescription: String { name }

  static let all = [
    MigrationCase(name: "systemd-web", file: "web.service", format: .systemd, warnings: 9),
    MigrationCase(name: "systemd-worker", file: "worker@.service", format: .systemd, warnings: 7),
    MigrationCase(name: "procfile-app", file: "Procfile", format: .procfile, warnings: 2),
    MigrationCase(name: "procfile-tools", file: "Procfile.dev", format: .procfile, warnings: 0),
    MigrationCase(name: "compose-shop", file: "docker-compose.yml", format: .compose, warnings: 20),
    MigrationCase(name: "compose-long", file: "compose.yaml", format: .compose, warnings: 6),
    MigrationCase(name: "supervisord-site", file: "supervisord.conf", format: .supervisord, warnings: 11),
    MigrationCase(name: "supervisord-small", file: "supervisord.conf", format: .supervisord, warnings: 0),
    MigrationCase(
      name: "process-compose-stack", file: "process-compose.yaml", format: .processCompose, warnings: 5),
    MigrationCase(
      name: "process-compose-small", file: "process-compose.yml", format: .processCompose, warnings: 1),
    MigrationCase(name: "package-agent", file: "Capsule.toml", format: .package, warnings: 1),
    MigrationCase(name: "package-service", file: "Capsule.toml", format: .package, warnings: 2),
  ]

  static func named(_ name: String) throws -> MigrationCase {
    guard let found = all.first(where: { $0.name == name }) else { throw CocoaError(.fileNoSuchFile) }
    return found
  }

  func path(of file: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Files/\(name)/\(file)")
  }

  func bytes() throws -> [UInt8] { Array(try Data(contentsOf: path(of: file))) }
  func text() throws -> String { String(decoding: try bytes(), as: UTF8.self) }

  func migrate() throws -> Migration { try ManifestFormatTests.migrate(try bytes(), file, name: name) }
  func migrate(_ text: String) throws -> Migration {
    try ManifestFormatTests.migrate(Array(text.utf8), file, name: name)
  }
}

func migrate(_ bytes: [UInt8], _ file: String, as format: MigrationFormat? = nil, name: String = "app") throws
  -> Migration
{
  try Migration(of: try SourceText(file: file, bytes: bytes), as: format, name: name)
}

func migrate(_ text: String, _ file: String) throws -> Migration { try migrate(Array(text.utf8), file) }

/// Why a text cannot be converted, and with which exit code.
func refusal(_ text: String, _ file: String) -> String? {
  do {
    _ = try migrate(text, file)
    return nil
  } catch let list as DiagnosticList {
    let errors = list.all.filter { $0.severity == .error }
    return errors.map { "\($0.exitCode.rawValue) \($0.location?.line ?? 0) \($0.message)" }.joined(separator: "\n")
  } catch {
    return "\(error)"
  }
}

extension Migration {
  /// `LINE message`, without what is told of the whole.
  var told: [String] { warnings.map { "\($0.location?.line ?? 0) \($0.message)" } }

  func process(_ name: String) throws -> Manifest.Process {
    guard let process = manifest.processes.first(where: { $0.name == name }) else {
      throw CocoaError(.fileNoSuchFile, userInfo: ["process": name])
    }
    return process
  }
}

extension Manifest.Process {
  var words: [String] { [command?.value ?? ""] + arguments }
  var variables: [String: String?] { environment.mapValues(\.value) }
}
