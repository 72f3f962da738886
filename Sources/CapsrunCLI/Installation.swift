internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// From a capsule's file to a capsule in the store: copied, verified, and only then read.
struct Installation {
  var allowsUnsigned = false
  var allowsDowngrade = false
  let output: Output
  /// Who answers what the capsule asks for; nil when it is only going to be started, by somebody who may answer then.
  var answers: AnswerSource?

  func install(_ path: String, in store: Store) throws(DiagnosticList) -> InstallResult {
    var warnings: [Diagnostic] = []
    return try install(path, in: store, &warnings)
  }

  /// Installs a capsule; answers that it needs are asked for when it is known who vouches for it, and kept when it has its
  /// place. What should be looked at is left in `warnings`.
  func install(
    _ path: String, in store: Store, _ warnings: inout [Diagnostic]
  ) throws(DiagnosticList) -> InstallResult {
    // The answers are collected without a lock, as nobody shall have to wait for a person.
    switch try find(path, in: store) {
    case .installed(let result, let manifest):
      guard let manifest else { return result }
      let found = try collect(for: manifest, in: store, &warnings)
      let lock = try OpenStore.lock(store, .shared, output)
      try Self.keep(found, of: result, in: store)
      let isInstalled = try capsule { () throws(CapsuleError) in try store.isInstalled(result.capsule.id) }
      lock.release()
      // Somebody may have removed it while nobody held the lock. What was answered is not asked for again.
      return isInstalled ? result : try install(path, in: store, &warnings)
    case .verified(let verified):
      var found: [String: String] = [:]
      if answers != nil {
        let file = try capsule { () throws(CapsuleError) in try store.look(at: verified.copy, verified.request) }
        found = try collect(for: file.manifest, in: store, &warnings)
      }
      let lock = try OpenStore.lock(store, .shared, output)
      defer { withExtendedLifetime(lock) {} }
      let result = try unpack(verified.copy, verified.request, in: store)
      try Self.keep(found, of: result, in: store)
      return result
    }
  }

  /// A file that somebody trusted vouches for.
  private enum Found: ~Copyable {
    /// These very bytes are installed. With the manifest, if answers are wanted.
    case installed(InstallResult, Manifest?)
    case verified(VerifiedCopy)
  }

  private func find(_ path: String, in store: Store) throws(DiagnosticList) -> Found {
    let lock = try OpenStore.lock(store, .shared, output)
    defer { withExtendedLifetime(lock) {} }
    let source = try Source.open(path)
    let known = try capsule { () throws(CapsuleError) in
      try store.known(source.file, size: source.size, named: path)
    }
    guard let known else { return .verified(try verified(source, in: store)) }
    let request = try request(for: path, known.hash)
    let result = try capsule { () throws(CapsuleError) in try store.renew(known.id, request) }
    // Read while the lock keeps the capsule where it is.
    let manifest = answers == nil ? nil : try UnpackedCapsule.open(store.treePath(of: known.id)).manifest
    return .installed(result, manifest)
  }

  private func collect(
    for manifest: Manifest, in store: Store, _ warnings: inout [Diagnostic]
  ) throws(DiagnosticList) -> [String: String] {
    guard let answers else { return [:] }
    return try AnswerCollection(source: answers, output: output).collect(for: manifest, in: store, &warnings)
  }

  private static func keep(
    _ answers: [String: String], of result: InstallResult, in store: Store
  ) throws(DiagnosticList) {
    guard !answers.isEmpty else { return }
    try capsule { () throws(CapsuleError) in try store.keep(answers: answers, of: result.capsule.name) }
  }

  /// A file that is there, and that others may change at any time.
  private struct Source: ~Copyable {
    let path: String
    let file: Descriptor
    let size: Int

    static func open(_ path: String) throws(DiagnosticList) -> Source {
      let file = try reporting("open \(quoted(path))", exitCode: .noInput) { () throws(SysError) in
        try Descriptor.open(path, .readWithoutWaiting)
      }
      let status = try reporting("look at \(quoted(path))") { () throws(SysError) in try file.status(of: path) }
      guard status.kind == .file else {
        throw DiagnosticList([
          Diagnostic("\(quoted(path)) is no file", hint: "capsrun build packs a folder into one", exitCode: .noInput)
        ])
      }
      return Source(path: path, file: file, size: status.size)
    }
  }

  /// A copy of a file that somebody trusted vouches for.
  struct VerifiedCopy: ~Copyable {
    let copy: PrivateCopy
    let request: InstallRequest
  }

  /// Copies a file to where nobody else can reach it, and verifies the copy. The caller holds a lock of the store.
  func verified(_ path: String, in store: Store) throws(DiagnosticList) -> VerifiedCopy {
    try verified(try Source.open(path), in: store)
  }

  private func verified(_ source: borrowing Source, in store: Store) throws(DiagnosticList) -> VerifiedCopy {
    let progress = ProgressLine("verifying", total: source.size, output)
    let copy = try capsule { () throws(CapsuleError) in
      defer { progress.end() }
      return try PrivateCopy.make(of: source.file, named: source.path, in: store) { progress.add($0) }
    }
    let request = try request(for: source.path, copy.content.hash)
    return VerifiedCopy(copy: copy, request: request)
  }

  private func request(for path: String, _ hash: ContentHash) throws(DiagnosticList) -> InstallRequest {
    var request = InstallRequest(file: path, now: Int(Clock.secondsSince1970))
    request.allowsDowngrade = allowsDowngrade
    try vouch(for: path, hash, &request)
    return request
  }

  /// Finds out who vouches for the bytes; fails when nobody does that is trusted.
  private func vouch(for path: String, _ hash: ContentHash, _ request: inout InstallRequest) throws(DiagnosticList) {
    let policy = try TrustPlace.policy()
    let signature = try KeyFiles.signature(of: path)
    switch policy.verdict(on: signature, of: .hash(hash)) {
    case .trusted(let key, let comment):
      request.signer = InstalledCapsule.Signer(keyID: key.id.description, comment: signature?.trustedComment ?? "")
      if case .capsule(let facts) = comment { request.signedID = facts.id }
    case .refused(.unsigned) where allowsUnsigned: return
    case .refused(let refusal):
      var diagnostic = refusal.diagnostic(of: path, askedFor: nil)
      if refusal == .unsigned { diagnostic.hint = "have it signed, or take the risk with --allow-unsigned" }
      throw DiagnosticList([diagnostic])
    }
  }

  private func unpack(
    _ copy: consuming PrivateCopy, _ request: InstallRequest, in store: Store
  ) throws(DiagnosticList) -> InstallResult {
    let progress = ProgressLine("unpacking", total: 0, output)
    defer { progress.end() }
    var request = request
    request.progress = { progress.add($0, of: $1) }
    do throws(CapsuleError) {
      return try store.install(copy, request)
    } catch {
      throw DiagnosticList(error.diagnostics)
    }
  }
}
