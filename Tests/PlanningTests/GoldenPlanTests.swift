import Diagnostics
import Foundation
import ManifestFormat
import Planning
import Testing

/// Plans of whole manifests, compared with the files in Golden/. CAPSRUN_UPDATE_GOLDEN=1 writes them anew.
@Suite struct GoldenPlanTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

  private func compare(_ text: String, with name: String) throws {
    let file = Self.folder.appending(path: name)
    if ProcessInfo.processInfo.environment["CAPSRUN_UPDATE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: file)
    }
    #expect(text == String(decoding: try Data(contentsOf: file), as: UTF8.self), "\(name) differs")
  }

  private func plan(_ manifestName: String, _ facts: HostFacts) throws -> Plan {
    let file = Self.folder.appending(path: manifestName)
    let source = try SourceText(file: manifestName, bytes: Array(try Data(contentsOf: file)))
    let manifest = try Manifest.read(source, folderName: "golden")
    var folder = CapsuleFolder(path: try path("/srv/golden"), hasVirtualEnvironment: true)
    if let base = manifest.rootfs.base {
      let id = base == "capsule" ? nil : String(repeating: "5e", count: 32)
      let tree = id.map { "/var/lib/capsrun/capsules/\($0)/tree/rootfs" } ?? "/srv/golden/rootfs"
      folder.base = BaseTree(path: try path(tree), identity: SourceIdentity(device: 1, inode: 2), capsule: id)
    }
    var choices = CapsulePlanning.Choices()
    for name in manifest.state.keys {
      choices.state[name] = StatePlace(
        path: try path("/var/lib/capsrun/state/golden/\(name)"), identity: SourceIdentity(device: 1, inode: 2))
    }
    choices.changes = StatePlace(
      path: try path("/var/lib/capsrun/state/golden/.capsule"), identity: SourceIdentity(device: 1, inode: 3))
    if !manifest.state.isEmpty { choices.reservedUser = 1_912_345_678 }
    return try Planner.plan(try CapsulePlanning.request(manifest, in: folder, choices), facts)
  }

  @Test(
    arguments: [
      "entrypoint", "nodes", "process", "state", "writable", "base-none", "base-capsule", "base-installed", "limits",
    ],
    ["user", "root"])
  func `a manifest on a known machine gives exactly the golden plan`(name: String, caller: String) throws {
    let plan = try plan(name + ".yml", caller == "root" ? Machine.root : Machine.user)
    let json = try JSONValue(encoding: plan).text(isIndented: true) + "\n"
    try compare(json, with: "\(name).\(caller).plan.json")
    try compare(plan.text, with: "\(name).\(caller).plan.txt")
    #expect(try JSONDecoder().decode(Plan.self, from: Data(json.utf8)) == plan, "the printed plan is the plan")
  }

  @Test func `the same input always gives the same plan`() throws {
    #expect(try plan("process.yml", Machine.user) == plan("process.yml", Machine.user))
  }
}
