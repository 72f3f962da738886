import Testing

@testable import CapsuleFormat
@testable import Linux
@testable import ManifestFormat

/// A store of a test, and capsules to install in it.
final class StoreFixture {
  let folder = TemporaryFolder()
  let store: Store
  /// The time of the next change; each is a second later.
  private(set) var now = 1_000_000

  init() throws { store = try Store.open(folder.path + "/store") }

  var root: String { folder.path + "/store" }

  func tick() -> Int {
    now += 1
    return now
  }

  /// Builds a capsule of these files and installs it.
  @discardableResult
  func install(
    _ name: String = "hello", _ version: String? = "1.0.0", files: [String: String] = ["bin/run": "#!/bin/sh\n"],
    signer: InstalledCapsule.Signer? = nil
  ) throws -> InstalledCapsule {
    let file = try build(name, version, files: files)
    var request = InstallRequest(file: file, now: tick())
    request.signer = signer
    return try store.install(try copy(file), request).capsule
  }

  func copy(_ file: String) throws -> PrivateCopy {
    try PrivateCopy.make(of: try Descriptor.open(file, .read), named: file, in: store)
  }

  func build(_ name: String, _ version: String?, files: [String: String]) throws -> String {
    let source = TemporaryFolder()
    for (path, text) in files { try source.write(path, text, mode: path.hasPrefix("bin/") ? 0o755 : 0o644) }
    source.link("link", to: "bin/run")
    var tree = SourceTree(try source.open())
    try tree.collect()
    let text = "capsule: 1\nname: \(name)\nentrypoint: bin/run\n" + (version.map { "version: \($0)\n" } ?? "")
    let manifest = try Manifest.read(try SourceText(file: "capsule.yml", bytes: Array(text.utf8)), folderName: "")
    let entry = SourceEntry(
      try CapsulePath("capsule.yml"), .file(.made(Array(manifest.canonicalYAML.utf8)), isExecutable: false))
    let draft = try CapsuleDraft.make(of: tree.entries + [entry], in: try source.open())
    let metadata = BuildMetadata(
      draft.id, of: draft.listing, name: name, version: version, time: 0, host: nil, tool: "test")
    let file = folder.path + "/\(draft.id.short).tar.gz"
    if try folder.open().entries().contains("\(draft.id.short).tar.gz") { return file }
    let output = try Descriptor.open(file, .createNew, mode: 0o644)
    let size = try draft.write(to: output, name: file, container: .gzip, metadata: metadata.bytes, time: 0)
    #expect(size > 0)
    return file
  }

  /// Where something of a capsule lies.
  func path(_ capsule: InstalledCapsule, _ path: String) -> String { "\(root)/capsules/\(capsule.id)/\(path)" }

  func damage(of capsule: InstalledCapsule? = nil) throws -> [StoreDamage] {
    let check = StoreCheck(of: store)
    if let capsule { try check.check(capsule.id) } else { try check.checkAll() }
    return check.damage
  }

  var ids: Set<CapsuleID> { get throws { Set(try store.inventory().ids) } }

  /// How many contents are shared, or could be.
  var objectCount: Int { get throws { try store.objects.allNames().count } }

  func entries(_ name: String) throws -> [String] { try Descriptor.open("\(root)/\(name)", .folder).entries() }
}

/// What a body throws of this module.
func failure<Result>(_ body: () throws -> Result) -> CapsuleError? {
  do {
    let result = try body()
    Issue.record("it did not fail: \(result)")
    return nil
  } catch {
    return error as? CapsuleError
  }
}
