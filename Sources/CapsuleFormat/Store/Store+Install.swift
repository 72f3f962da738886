internal import Linux

/// What shall be installed, and who vouches for it.
package struct InstallRequest {
  package var file: String
  package var signer: InstalledCapsule.Signer?
  /// What the signature says the capsule is; nil when it does not say.
  package var signedID: CapsuleID?
  package var allowsDowngrade = false
  package var now: Int
  /// Told of the bytes that were unpacked, and of how many there are.
  package var progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }

  package init(file: String, now: Int) {
    self.file = file
    self.now = now
  }
}

/// What came of it.
package struct InstallResult: Sendable {
  package let capsule: InstalledCapsule
  /// Whether it had been there already, so that nothing was unpacked.
  package let wasThere: Bool
  /// Paths that differ in nothing but case, and others of the same name and version.
  package let sameButForCase: [(CapsulePath, CapsulePath)]
  package let sameVersion: [CapsuleID]
}

extension Store {
  /// Unpacks an archive, which nobody else can change any more, and puts it in its place when all of it is right.
  ///
  /// The caller holds a shared lock of the store.
  package func install(
    _ archive: consuming PrivateCopy, _ request: InstallRequest
  ) throws(CapsuleError) -> InstallResult {
    let content = archive.content
    let reader = try ArchiveReader.open(try archive.takeFile(), name: request.file)
    let staged = try StagingFolder(in: self)
    let tree = try attempt("make a folder in the store") { () throws(SysError) in
      try staged.folder.makeNewFolder(Self.treeName, mode: 0o755)
      return try staged.folder.open(Self.treeName, .folderItself)
    }
    let sink = InstallSink(
      store: self, tree: try TreeWriter.into(tree, modes: .readOnly, objects: objects), request: request)
    var stream = MemberStream(file: request.file, sink: sink)
    try reader.read(into: &stream)
    let result: InstallResult
    switch stream.sink.outcome {
    case .isThere(let found)?: return try renew(found.head.id, request)
    case .unpacked(let found)?: result = try keep(staged, found, request)
    case nil: preconditionFailure("an archive that was read has a head")
    }
    try remember(content, as: result.capsule.id)
    return result
  }

  /// What the archive begins with, if it may be installed. Nothing is unpacked.
  package func look(
    at archive: borrowing PrivateCopy, _ request: InstallRequest
  ) throws(CapsuleError) -> CapsuleFile {
    let found = try CapsuleFile.read(try archive.anotherFile(), name: request.file)
    try isInstalled(request, found)
    return found
  }

  /// Whether the capsule is installed already; throws when it must not be.
  @discardableResult
  func isInstalled(_ request: InstallRequest, _ found: CapsuleFile) throws(CapsuleError) -> Bool {
    let id = found.head.id
    if let signed = request.signedID, signed != id {
      throw .signedForAnother(signed: signed, found: id, file: request.file)
    }
    if try isInstalled(id) { return true }
    if let version = found.manifest.about.version, !request.allowsDowngrade {
      try checkFloor(of: found.manifest.name, version)
    }
    return false
  }

  /// The capsule is installed already. What vouches for it may be new.
  package func renew(_ id: CapsuleID, _ request: InstallRequest) throws(CapsuleError) -> InstallResult {
    if let signed = request.signedID, signed != id {
      throw .signedForAnother(signed: signed, found: id, file: request.file)
    }
    var record = try record(of: id)
    if let signer = request.signer, record.signer != signer {
      record.signer = signer
      try attempt("write the record of \(record.id)") { () throws(SysError) in
        let folder = try capsules.open(record.id.description, .folderItself)
        let new = Self.unfinishedRecordName
        try folder.removeTree(new)
        try folder.makeFile(new, record.fileContent, mode: 0o644)
        try folder.open(new, .fileItself).synchronize(new)
        try folder.rename(new, to: folder, replacing: Self.recordName)
      }
    }
    return InstallResult(capsule: record, wasThere: true, sameButForCase: [], sameVersion: [])
  }

  private func keep(
    _ staged: StagingFolder, _ found: CapsuleFile, _ request: InstallRequest
  ) throws(CapsuleError) -> InstallResult {
    let head = found.head
    let record = InstalledCapsule(
      id: head.id, name: found.manifest.name, version: found.manifest.about.version, files: head.listing.fileCount,
      size: head.listing.totalSize, installedAt: request.now, installedBy: CurrentProcess.user, signer: request.signer)
    let others = try installed().filter { $0.name == record.name && $0.version == record.version && $0.id != record.id }
    try attempt("write the record of \(head.id)") { () throws(SysError) in
      try staged.folder.makeFile(Self.listingName, head.listing.text, mode: 0o444)
      try staged.folder.makeFile(Self.metadataName, head.metadata, mode: 0o444)
      try staged.folder.makeFile(Self.recordName, record.fileContent, mode: 0o644)
    }
    // What has its name must be on the disk, whole, also when the power goes.
    try synchronize()
    let isNew = try staged.keep(in: capsules, as: head.id.description)
    if isNew {
      try attempt("write \"\(path)/capsules\" to the disk") { () throws(SysError) in
        try capsules.synchronize("capsules")
      }
    }
    if let version = record.version { try raiseFloor(of: record.name, to: version) }
    return InstallResult(
      capsule: record, wasThere: !isNew, sameButForCase: head.listing.sameButForCase, sameVersion: others.map(\.id))
  }
}

extension InstalledCapsule {
  fileprivate var fileContent: [UInt8] { Array((json.text(isIndented: true) + "\n").utf8) }
}
