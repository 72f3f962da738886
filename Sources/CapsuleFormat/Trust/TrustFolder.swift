internal import Linux

/// The folder of the configuration that says whom to trust: `trusted/*.pub`, and the list `revoked`.
///
/// Who can write to one of them decides what runs here. So nothing is read that others than root and the caller can change,
/// and one thing that is not in order makes all of it count for nothing.
package struct TrustFolder: Sendable {
  package let path: String
  /// Who may own it, besides root.
  private let caller: UInt32

  static let keys = "trusted"
  static let list = "revoked"
  private static let suffix = ".pub"

  package init(_ path: String, of caller: UInt32) {
    self.path = path
    self.caller = caller
  }

  /// A key, and the file it was read from.
  package struct TrustedKey: Hashable, Sendable {
    package let key: PublicKey
    package let path: String
    let name: String
  }

  package struct Content: Hashable, Sendable {
    package var keys: [TrustedKey] = []
    package var revocations = RevocationList()
  }

  /// All keys in the order of their ids, and all revocations. Without a folder there are none.
  package func read() throws(TrustError) -> Content {
    guard let folder = try open() else { return Content() }
    return try read(folder)
  }

  /// Trusts a key from now on; false when it was trusted before.
  package func add(_ key: PublicKey) throws(TrustError) -> Bool {
    let folder = try make()
    return try locked(folder) { () throws(TrustError) in
      let content = try read(folder)
      if let revocation = content.revocations[key.id] { throw .revokedKey(revocation) }
      for known in content.keys where known.key.id == key.id {
        guard known.key == key else { throw .otherKeyOfSameID(key.id) }
        return false
      }
      let keys = try makeKeys(folder)
      try write(key.file, as: key.id.description + Self.suffix, in: keys, named: path + "/" + Self.keys)
      return true
    }
  }

  /// Trusts a key no more, and returns the paths of the files that were removed.
  package func remove(_ id: KeyID) throws(TrustError) -> [String] {
    guard let folder = try open() else { throw .unknownKey(id) }
    return try locked(folder) { () throws(TrustError) in
      let found = try read(folder).keys.filter { $0.key.id == id }
      guard !found.isEmpty else { throw .unknownKey(id) }
      let keys = try makeKeys(folder)
      for known in found {
        try system(known.path) { () throws(SysError) in try keys.remove(known.name) }
      }
      return found.map(\.path)
    }
  }

  /// Puts a key on the list of revoked ones, whether it is trusted or not; false when it stood there before.
  package func revoke(_ revocation: Revocation) throws(TrustError) -> Bool {
    let folder = try make()
    return try locked(folder) { () throws(TrustError) in
      var list = try revocations(folder)
      guard list.add(revocation) else { return false }
      try write(list.file, as: Self.list, in: folder, named: path)
      return true
    }
  }
}

// MARK: - Reading

extension TrustFolder {
  private func read(_ folder: borrowing Descriptor) throws(TrustError) -> Content {
    var content = Content()
    content.revocations = try revocations(folder)
    let place = path + "/" + Self.keys
    guard let keys = try beneath(folder, Self.keys, .folderItself, place) else { return content }
    try check(keys, place, kind: .folder)
    let names = try system(place) { () throws(SysError) in try keys.entries() }
    for name in names.filter({ $0.utf8.count > 4 && $0.hasSuffix(Self.suffix) }).sorted() {
      guard let file = try file(name, in: keys, place, limit: MinisignText.longestFile) else { continue }
      do {
        content.keys.append(TrustedKey(key: try PublicKey(file: file), path: place + "/" + name, name: name))
      } catch {
        throw .badKey(path: place + "/" + name, error)
      }
    }
    content.keys.sort { $0.key.id < $1.key.id }
    return content
  }

  private func revocations(_ folder: borrowing Descriptor) throws(TrustError) -> RevocationList {
    guard let file = try file(Self.list, in: folder, path, limit: RevocationList.largest) else {
      return RevocationList()
    }
    do {
      return try RevocationList(file: file)
    } catch {
      throw .badRevocation(path: path + "/" + Self.list, line: error.number)
    }
  }

  /// The content of a file that only root or the caller can have written; nil when there is none.
  private func file(
    _ name: String, in folder: borrowing Descriptor, _ folderPath: String, limit: Int
  ) throws(TrustError) -> [UInt8]? {
    let place = folderPath + "/" + name
    guard let file = try beneath(folder, name, .fileItself, place) else { return nil }
    try check(file, place, kind: .file)
    return try system(place) { () throws(SysError) in try file.readAll(of: place, limit: limit) }
  }

  private func beneath(
    _ folder: borrowing Descriptor, _ name: String, _ access: Descriptor.Access, _ place: String
  ) throws(TrustError) -> Descriptor? {
    do throws(SysError) {
      return try folder.openBeneath(name, access)
    } catch let error where error.errno == .noSuchFile {
      return nil
    } catch {
      throw .system(error, path: place)
    }
  }

  private func check(_ file: borrowing Descriptor, _ place: String, kind: FileStatus.Kind) throws(TrustError) {
    let status = try system(place) { () throws(SysError) in try file.status(of: place) }
    guard status.kind == kind else { throw .noFile(path: place) }
    guard status.owner == 0 || status.owner == caller else { throw .foreign(path: place, owner: status.owner) }
    guard status.mode & 0o022 == 0 else { throw .writable(path: place) }
  }

  /// The folder itself, which a link may lead to.
  private func open() throws(TrustError) -> Descriptor? {
    let folder: Descriptor
    do throws(SysError) {
      folder = try Descriptor.open(path, .folder)
    } catch let error where error.errno == .noSuchFile {
      return nil
    } catch {
      throw .system(error, path: path)
    }
    try check(folder, path, kind: .folder)
    return folder
  }
}

// MARK: - Writing

extension TrustFolder {
  /// The folder, made with all that leads to it.
  private func make() throws(TrustError) -> Descriptor {
    if let folder = try open() { return folder }
    var part = ""
    for component in path.split(separator: "/") {
      part += "/" + component
      // The folders of a user's configuration are nobody else's business.
      let mode: UInt32 = part == path && caller == 0 ? 0o755 : 0o700
      try system(part) { () throws(SysError) in try WholeFile.makeFolder(part, mode: mode) }
    }
    guard let folder = try open() else { throw .system(SysError(.open, path, .noSuchFile), path: path) }
    return folder
  }

  private func makeKeys(_ folder: borrowing Descriptor) throws(TrustError) -> Descriptor {
    let place = path + "/" + Self.keys
    try system(place) { () throws(SysError) in try folder.makeFolder(Self.keys, mode: 0o755) }
    let keys = try system(place) { () throws(SysError) in try folder.openBeneath(Self.keys, .folderItself) }
    try check(keys, place, kind: .folder)
    return keys
  }

  /// Puts a file in its place in one step, so that a reader sees the old one or the new one.
  private func write(
    _ content: [UInt8], as name: String, in folder: borrowing Descriptor, named place: String
  ) throws(TrustError) {
    let temporary = ".\(name).new"
    try system(place + "/" + name) { () throws(SysError) in
      // Of a process that was killed; the lock is held.
      try folder.removeTree(temporary)
      let file = try folder.openBeneath(temporary, .createNew, mode: 0o644)
      try file.write(content, to: name)
      try file.synchronize(name)
      try folder.rename(temporary, to: folder, replacing: name)
      try folder.synchronize(place)
    }
  }

  /// One change at a time: of two revocations at once, none may be lost.
  private func locked<Result>(
    _ folder: borrowing Descriptor, _ body: () throws(TrustError) -> Result
  ) throws(TrustError) -> Result {
    let lock = try system(path) { () throws(SysError) in
      try FileLock.take(.exclusive, on: try folder.open(".", .folder), path)
    }
    let result = try body()
    lock.release()
    return result
  }

  private func system<Result: ~Copyable>(
    _ place: String, _ body: () throws(SysError) -> Result
  ) throws(TrustError) -> Result {
    do throws(SysError) {
      return try body()
    } catch {
      throw .system(error, path: place)
    }
  }
}

extension FileLock {
  /// Says where the lock ends.
  fileprivate consuming func release() {}
}
