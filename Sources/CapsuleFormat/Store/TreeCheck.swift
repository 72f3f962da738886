internal import Cryptography
internal import Linux

/// Compares the tree of an installed capsule with its listing.
struct TreeCheck {
  /// A content that is not what its name among the shared ones says.
  struct DamagedContent {
    let digest: Digest
    let isExecutable: Bool
    let identity: FileStatus.Identity
  }

  private let check: StoreCheck
  private let id: CapsuleID
  private let listing: Listing
  private let expected: [CapsulePath: Listing.Content]
  private var seen: Set<CapsulePath> = []
  private var walked: Set<CapsulePath> = []
  private(set) var damaged: [DamagedContent] = []

  init(_ check: StoreCheck, of id: CapsuleID, _ listing: Listing) {
    self.check = check
    self.id = id
    self.listing = listing
    expected = Dictionary(listing.entries.map { ($0.path, $0.content) }) { first, _ in first }
  }

  mutating func check(_ root: borrowing Descriptor) throws(SysError) {
    try checkFolder(root, nil)
    // What lay in a folder that is gone is gone with it.
    for entry in listing.entries where !seen.contains(entry.path) {
      if let parent = entry.path.parent, !walked.contains(parent) { continue }
      found(.missing, entry.path.text)
    }
  }

  private mutating func checkFolder(_ folder: borrowing Descriptor, _ path: CapsulePath?) throws(SysError) {
    if let path { walked.insert(path) }
    for bytes in try folder.entryNames().sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let shown = (path.map { $0.text + "/" } ?? "") + String(decoding: bytes, as: UTF8.self)
      guard let name = String(validating: bytes, as: UTF8.self), let path = Self.path(shown),
        let content = expected[path]
      else {
        found(.additional, shown)
        continue
      }
      seen.insert(path)
      try checkEntry(name, at: path, in: folder, content)
    }
  }

  private static func path(_ text: String) -> CapsulePath? {
    do throws(CapsulePath.Problem) {
      return try CapsulePath(text)
    } catch {
      return nil
    }
  }

  private mutating func checkEntry(
    _ name: String, at path: CapsulePath, in folder: borrowing Descriptor, _ content: Listing.Content
  ) throws(SysError) {
    let status = try folder.status(ofEntry: name)
    switch content {
    case .file(let size, let digest, let isExecutable):
      let problem = try check.problem(
        of: name, in: folder, status, digest: digest, size: size, isExecutable: isExecutable)
      guard let problem else { return }
      found(problem, path.text)
      damaged.append(DamagedContent(digest: digest, isExecutable: isExecutable, identity: status.identity))
    case .link(let target):
      guard status.kind == .link else { return found(.wrongKind, path.text) }
      let actual = try folder.target(ofLink: name)
      if !actual.utf8.elementsEqual(target.utf8) { found(.wrongTarget(actual), path.text) }
    case .folder:
      guard status.kind == .folder else { return found(.wrongKind, path.text) }
      if status.owner != CurrentProcess.user { found(.wrongOwner(status.owner), path.text) }
      if status.mode != 0o755 { found(.wrongMode(found: status.mode, expected: 0o755), path.text) }
      try checkFolder(try folder.open(name, .folderItself), path)
    }
  }

  private func found(_ problem: StoreDamage.Problem, _ path: String) {
    check.found(problem, at: "capsules/\(id)/tree/\(path)", id)
  }
}
