import CapsuleFormat
import Diagnostics
import Linux
import Testing

@testable import CapsrunCLI

/// What users read when a signature does not count.
@Suite struct SigningTextTests {
  private static let id = "C8B667DF51CA52EA"

  private static func refusals() throws -> [(refusal: TrustPolicy.Refusal, message: String, hint: String)] {
    let id = try #require(KeyID(Self.id))
    let day = CalendarDate(secondsSince1970: 0)
    return [
      (
        .unsigned, "\"a.tar\" is not signed: there is no signature beside it",
        "get a.tar.minisig, or make it: capsrun sign a.tar --key KEY"
      ),
      (
        .legacy(id), "the signature of \"a.tar\" by key \(Self.id) is of the legacy kind",
        "have it signed anew, or accept it with --allow-legacy"
      ),
      (
        .revoked(try Revocation(id, on: day, because: "lost")),
        "\"a.tar\" is signed by a key that counts no more: key \(Self.id) was revoked on 1970-01-01: lost",
        "get a file that is signed with another key"
      ),
      (
        .untrusted(id), "\"a.tar\" is signed by key \(Self.id), which is not trusted",
        "if you trust its owner, get his public key \(Self.id): capsrun trust add FILE.pub"
      ),
      (
        .badSignature(id), "\"a.tar\" is not what key \(Self.id) has signed", "get the file and its signature again"
      ),
      (
        .badComment(id), "the trusted comment beside \"a.tar\" is not what key \(Self.id) has signed",
        "get the file and its signature again"
      ),
      (
        .malformedComment(id),
        "the trusted comment of \"a.tar\" by key \(Self.id) cannot be understood: it names an id or an end in an unknown "
          + "way", "a newer release may understand it"
      ),
      (
        .expired(id, on: day), "the signature of \"a.tar\" by key \(Self.id) has expired on 1970-01-01",
        "get a newer one"
      ),
    ]
  }

  @Test func `each refusal names the file, the key and what helps, and ends with 65`() throws {
    for (refusal, message, hint) in try Self.refusals() {
      #expect(refusal.diagnostic(of: "a.tar", askedFor: nil) == Diagnostic(message, hint: hint, exitCode: .badData))
    }
  }

  @Test(
    arguments: [
      (UInt32(0), ["CAPSRUN_CONFIG": "/x/y/"], "/x/y"),
      (0, ["XDG_CONFIG_HOME": "/x", "HOME": "/root"], "/etc/capsrun"),
      (1000, ["XDG_CONFIG_HOME": "/x", "HOME": "/home/a"], "/x/capsrun"),
      (1000, ["XDG_CONFIG_HOME": "x", "HOME": "/home/a"], "/home/a/.config/capsrun"),
      (1000, ["HOME": "/home/a"], "/home/a/.config/capsrun"),
      (1000, ["CAPSRUN_CONFIG": "/x", "HOME": "/home/a"], "/x"),
    ] as [(UInt32, [String: String], String)])
  func `the trusted keys are where the variables say`(user: UInt32, variables: [String: String], path: String) throws {
    #expect(try TrustPlace.path(user: user) { variables[$0] } == path)
  }

  @Test(arguments: [[:], ["HOME": "home"], ["CAPSRUN_CONFIG": "x", "HOME": "/home/a"], ["CAPSRUN_CONFIG": ""]])
  func `a path that is not absolute is refused`(variables: [String: String]) {
    #expect { try TrustPlace.path(user: 1000) { variables[$0] } } throws: {
      ($0 as? DiagnosticList)?.exitCode == .usage
    }
  }
}
