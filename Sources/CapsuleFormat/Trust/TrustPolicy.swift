/// Whom to trust, at one moment. It decides on a signature and looks at nothing but its arguments.
package struct TrustPolicy: Sendable {
  package let keys: [PublicKey]
  package let revocations: RevocationList
  /// In seconds since 1970.
  package let now: Int64
  package let allowsLegacy: Bool

  package init(keys: [PublicKey], revocations: RevocationList, now: Int64, allowsLegacy: Bool) {
    self.keys = keys
    self.revocations = revocations
    self.now = now
    self.allowsLegacy = allowsLegacy
  }

  /// What is to be thought of a signature and what it shall have signed.
  package enum Verdict: Hashable, Sendable {
    case trusted(by: PublicKey, TrustedComment)
    case refused(Refusal)
  }

  package enum Refusal: Hashable, Sendable {
    case unsigned
    case legacy(KeyID)
    case revoked(Revocation)
    case untrusted(KeyID)
    /// The content is not what was signed.
    case badSignature(KeyID)
    /// The content is, and the trusted comment is not.
    case badComment(KeyID)
    case malformedComment(KeyID)
    case expired(KeyID, on: CalendarDate)

    package var keyID: KeyID? {
      switch self {
      case .unsigned: nil
      case .revoked(let revocation): revocation.keyID
      case .legacy(let id), .untrusted(let id), .badSignature(let id), .badComment(let id), .malformedComment(let id),
        .expired(let id, _):
        id
      }
    }
  }

  /// Why a signature counts for nothing whatever it has signed; nil when the content decides.
  package func refusal(of signature: Signature?) -> Refusal? {
    guard let signature else { return .unsigned }
    // A revoked key first: adding it would be the wrong remedy.
    if let revocation = revocations[signature.keyID] { return .revoked(revocation) }
    if signature.algorithm == .legacy, !allowsLegacy { return .legacy(signature.keyID) }
    return keys.contains { $0.id == signature.keyID } ? nil : .untrusted(signature.keyID)
  }

  package func verdict(on signature: Signature?, of content: SignedContent) -> Verdict {
    if let refusal = refusal(of: signature) { return .refused(refusal) }
    guard let signature else { return .refused(.unsigned) }
    // An id is not unique for sure, so that each key of that id may have signed it.
    var refusal = Refusal.badSignature(signature.keyID)
    for key in keys where key.id == signature.keyID {
      switch signature.check(content, with: key) {
      case .wrongContent: continue
      case .wrongComment: refusal = .badComment(key.id)
      case .valid: return verdict(on: signature.trustedComment, by: key)
      }
    }
    return .refused(refusal)
  }

  private func verdict(on comment: String, by key: PublicKey) -> Verdict {
    do {
      let comment = try TrustedComment(comment)
      if let end = comment.expires, end <= now {
        return .refused(.expired(key.id, on: CalendarDate(secondsSince1970: end)))
      }
      return .trusted(by: key, comment)
    } catch {
      return .refused(.malformedComment(key.id))
    }
  }
}
