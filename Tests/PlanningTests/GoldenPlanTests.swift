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
    choices.isSupervised = manifest.isForSupervision
    return try Planner.plan(try CapsulePlanning.request(manifest, in: folder, choices), facts)
  }

  @Test(
    arguments: [
      "entrypoint", "nodes", "process", "state", "writable", "base-none", "base-capsule", "base-installed", "limits",
      "graph",
    ],
    ["user", "root"])
  func `a manifest on a known machine gives exactly the golden plan`(name: String, caller: String) throws {
    let plan = try plan(name + ".yml", caller == "root" ? Machine.root : Machine.user)
    let json = try JSONValue(encoding: plan).text(isIndented: true) + "\n"
    try compare(json, with: "\(name).\(caller).plan.json")
    try compare(plan.text, with: "\(name).\(caller).plan.txt")
    #expect(try JSONDecoder().decode(Plan.self, from: Data(json.utf8)) == plan, "the printed plan is the plan")
  }

  @Test(arguments: [Degradation.landlock, .processes, .namespaces])
  func `a machine that lacks a layer gives exactly the golden plan of its tier`(layer: Degradation) throws {
    var facts = Machine.user
    var abilities = MachineAbilities(landlockVersion: layer == .landlock ? 0 : 7)
    abilities.lacks = [.init(layer, cause: "it is not here", fix: "get it")]
    abilities.privateFolder = "/tmp/capsrun-abcdefghijkl"
    facts.abilities = abilities
    let folder = CapsuleFolder(
      path: try path("/srv/golden"), identity: SourceIdentity(device: 1, inode: 2), hasVirtualEnvironment: false)
    var grants = [try grant("/srv/in"), try grant("/srv/out", .write)]
    for index in grants.indices { grants[index].identity = SourceIdentity(device: 1, inode: UInt64(index) + 10) }
    var request = PlanRequest(
      name: "golden", programs: [ProgramRequest(command: "./bin/main", workingFolder: try path("/capsule"))],
      grants: grants, capsule: folder)
    request.degrading.allowed = [layer]
    var plan = try Planner.plan(request, facts)
    let json = try JSONValue(encoding: plan).text(isIndented: true) + "\n"
    #expect(try JSONDecoder().decode(Plan.self, from: Data(json.utf8)) == plan, "the printed plan is the plan")
    // The filter has tests of its own.
    plan.processes[0].ownFilter = nil
    try compare(
      try JSONValue(encoding: plan).text(isIndented: true) + "\n", with: "without-\(layer.rawValue).plan.json")
    try compare(plan.text, with: "without-\(layer.rawValue).plan.txt")
  }

  @Test func `the same input always gives the same plan`() throws {
    #expect(try plan("process.yml", Machine.user) == plan("process.yml", Machine.user))
  }
}
