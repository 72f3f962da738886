internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// From a capsule's file to a capsule in the store: copied, verified, and only then read.
struct Installation {
  var allowsUnsigned = false
  var allowsDowngrade = false
  let output: Output

  func install(_ path: String, in store: Store) throws(DiagnosticList) -> InstallResult {
    let lock = try OpenStore.lock(store, .shared, output)
    defer { withExtendedLifetime(lock) {} }
    let source = try Source.open(path)
    let known = try capsule { () throws(CapsuleError) in
      try store.known(source.file, size: source.size, named: path)
    }
    if let known {
      let request = try request(for: path, known.hash)
      return try capsule { () throws(CapsuleError) in try store.renew(known.id, request) }
    }
    let verified = try verified(source, in: store)
    return try Self.unpack(verified.copy, verified.request, in: store)
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

  private static func unpack(
    _ copy: consuming PrivateCopy, _ request: InstallRequest, in store: Store
  ) throws(DiagnosticList) -> InstallResult {
    do throws(CapsuleError) {
      return try store.install(copy, request)
    } catch {
      throw DiagnosticList(error.diagnostics)
    }
  }
}
