internal import Linux
internal import ManifestFormat

/// Unpacks into the store, after looking at what it is.
struct InstallSink: ~Copyable, CapsuleSink {
  enum Outcome {
    case unpacked(CapsuleFile)
    /// It is installed already: the rest of the archive is not looked at.
    case isThere(CapsuleFile)
  }

  private let store: Store
  private var tree: TreeWriter
  private let request: InstallRequest
  private(set) var outcome: Outcome?
  private var total = 0

  init(store: Store, tree: consuming TreeWriter, request: InstallRequest) {
    self.store = store
    self.tree = tree
    self.request = request
  }

  mutating func begin(_ head: CapsuleHead) throws(CapsuleError) -> Bool {
    let found = try CapsuleFile(head, name: request.file)
    if try store.isInstalled(request, found) {
      outcome = .isThere(found)
      return false
    }
    let free = try store.freeBytes()
    let needed = head.listing.neededRoom
    guard needed <= free else { throw .noRoom(needed: needed, free: free, path: store.path) }
    outcome = .unpacked(found)
    total = head.listing.totalSize
    return try tree.begin(head)
  }

  mutating func makeFolder(_ path: CapsulePath) throws(CapsuleError) { try tree.makeFolder(path) }
  mutating func makeLink(_ path: CapsulePath, target: String) throws(CapsuleError) {
    try tree.makeLink(path, target: target)
  }
  mutating func beginFile(_ entry: Listing.Entry) throws(CapsuleError) { try tree.beginFile(entry) }
  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(CapsuleError) {
    try tree.write(bytes)
    request.progress(bytes.count, total)
  }
  mutating func endFile() throws(CapsuleError) { try tree.endFile() }
  mutating func finish() throws(CapsuleError) { try tree.finish() }
}
