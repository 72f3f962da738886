internal import CapsuleFormat
internal import Diagnostics

extension TrustPolicy.Refusal {
  /// Why a file's signature does not count, and what would help. `askedFor` is the key that the caller has named.
  func diagnostic(of file: String, askedFor key: PublicKey?) -> Diagnostic {
    Diagnostic(message(of: quoted(file), askedFor: key), hint: hint(file, askedFor: key), exitCode: .badData)
  }

  private func message(of file: String, askedFor key: PublicKey?) -> String {
    switch self {
    case .unsigned: "\(file) is not signed: there is no signature beside it"
    case .legacy(let id): "the signature of \(file) by key \(id) is of the legacy kind"
    case .revoked(let revocation): "\(file) is signed by a key that counts no more: key \(revocation.text)"
    case .untrusted(let id):
      key.map { "\(file) is signed by key \(id), and not by key \($0.id)" }
        ?? "\(file) is signed by key \(id), which is not trusted"
    case .badSignature(let id): "\(file) is not what key \(id) has signed"
    case .badComment(let id): "the trusted comment beside \(file) is not what key \(id) has signed"
    case .malformedComment(let id):
      "the trusted comment of \(file) by key \(id) cannot be understood: it names an id or an end in an unknown way"
    case .expired(let id, let day): "the signature of \(file) by key \(id) has expired on \(day)"
    }
  }

  private func hint(_ file: String, askedFor key: PublicKey?) -> String {
    switch self {
    case .unsigned: "get \(file)\(Signature.suffix), or make it: capsrun sign \(file) --key KEY"
    case .legacy: "have it signed anew, or accept it with --allow-legacy"
    case .revoked: "get a file that is signed with another key"
    case .untrusted(let id):
      key == nil ? "if you trust its owner, get his public key \(id): capsrun trust add FILE.pub" : "get the right key"
    case .badSignature, .badComment: "get the file and its signature again"
    case .malformedComment: "a newer release may understand it"
    case .expired: "get a newer one"
    }
  }
}
