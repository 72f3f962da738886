import Foundation
import Testing

/// A place with versions of one installed capsule, `app`.
final class VersionPlace {
  let place: SupervisedPlace

  init(as caller: Caller) throws {
    place = try SupervisedPlace(as: caller)
    place.stopAtEnd("app")
  }

  /// Installs a version, without activating it if there is one already; returns its id. Each process is a shell script, in which
  /// VERSION is the version and SHARED a folder that all write to.
  func install(
    _ version: String, more: String = "", _ processes: [(name: String, keys: String, script: String)]
  ) throws -> String {
    let folder = "app-\(version)"
    try place.capsule(
      folder, more: more, processes.map { ($0.name, $0.keys, $0.script.replacing("VERSION", with: version)) })
    let manifest = place.folder("\(folder)/capsule.yml")
    let text = try String(contentsOfFile: manifest, encoding: .utf8)
      .replacing("name: \(folder)\nversion: 1.0.0", with: "name: app\nversion: \(version)")
    try place.folder.file("\(folder)/capsule.yml", text)
    let id = try place.place.build(folder, to: "\(folder).tar.gz")
    let outcome = try place.capsrun("install", "--allow-unsigned", "--allow-downgrade", "\(folder).tar.gz")
    guard outcome.exitCode == 0 else { throw HarnessError("\(outcome)") }
    return id
  }

  /// What the name stands for.
  func active() throws -> String? {
    try place.capsrun("status", "app", "--json").outputAsJSON()["active"] as? String
  }

  /// Which capsule runs, by its process.
  func running(_ name: String = "app") throws -> (capsule: String, supervisor: pid_t, pid: pid_t?) {
    let outcome = try place.capsrun("ps", name, "--json")
    guard outcome.exitCode == 0 else { throw HarnessError("\(outcome)") }
    let values = try outcome.outputAsJSON()
    let status = Status(values)
    return (values["capsule"] as? String ?? "", status.supervisor, status["main"]?.pid)
  }
}
