import Foundation
import Testing

/// `capsrun trust`, and what it makes of `capsrun verify`.
@Suite struct TrustTests {
  private func place(_ caller: Caller) throws -> (SigningPlace, id: String) {
    let place = try SigningPlace(as: caller)
    try place.makeKey("k", by: "minisign")
    try place.folder.file("f", "hello\n")
    try place.sign("f", with: "k")
    return (place, try place.keyID("k"))
  }

  @Test(arguments: Caller.reachable)
  func `a key counts from when it is added to when it is removed`(caller: Caller) throws {
    let (place, id) = try place(caller)
    let unknown = try place.capsrun("verify", "f")
    #expect(unknown.exitCode == 65 && unknown.errors.contains("by key \(id), which is not trusted"), "\(unknown)")
    #expect(unknown.errors.contains("capsrun trust add FILE.pub"))
    #expect(try place.capsrun("trust", "add", "k.pub").output == "key \(id) is trusted from now on\n")
    #expect(try place.capsrun("trust", "add", "k.pub").output == "key \(id) was trusted before\n")
    #expect(try place.capsrun("verify", "f").exitCode == 0)
    #expect(try place.capsrun("trust", "list").output == "\(id)  \(place.folder("config/trusted/\(id).pub"))\n")
    #expect(try place.capsrun("trust", "remove", id.lowercased()).exitCode == 0)
    #expect(try place.capsrun("verify", "f").exitCode == 65)
    #expect(try place.capsrun("trust", "remove", id).exitCode == 66)
  }

  @Test func `a revoked key counts never again, named by --key or added anew`() throws {
    let (place, id) = try place(.user)
    #expect(try place.capsrun("trust", "add", "k.pub").exitCode == 0)
    #expect(try place.capsrun("verify", "f").exitCode == 0)
    #expect(try place.capsrun("trust", "revoke", id, "--reason", "lost").output == "key \(id) is revoked from now on\n")
    for arguments in [["verify", "f"], ["verify", "f", "--key", "k.pub"], ["trust", "add", "k.pub"]] {
      let refused = try Capsrun.run(
        arguments, as: .user, environment: place.environment, workingFolder: place.folder.path)
      #expect(refused.exitCode == 65 && refused.errors.contains("key \(id) was revoked on 20"), "\(refused)")
      #expect(refused.errors.contains(": lost\n"))
    }
    let list = try place.capsrun("trust", "list", "--json")
    let json = try JSONSerialization.jsonObject(with: Data(list.bytes)) as? [String: Any]
    let keys = json?["keys"] as? [[String: Any]]
    #expect(keys?.count == 1 && keys?[0]["key_id"] as? String == id && keys?[0]["revoked"] as? Bool == true)
    #expect((json?["revocations"] as? [[String: Any]])?.first?["reason"] as? String == "lost")
  }

  @Test(arguments: ["config", "config/trusted", "config/trusted/ID.pub"])
  func `where others could have written, no key is trusted`(name: String) throws {
    let (place, id) = try place(.user)
    #expect(try place.capsrun("trust", "add", "k.pub").exitCode == 0)
    let path = place.folder(name.replacing("ID", with: id))
    #expect(chmod(path, 0o777) == 0)
    let refused = try place.capsrun("verify", "f")
    #expect(refused.exitCode == 65 && refused.errors.contains("others may write to \"\(path)\""), "\(refused)")
    #expect(refused.errors.contains("hint: chmod go-w \(path)"))
    #expect(chmod(path, 0o755) == 0)
    #expect(try place.capsrun("verify", "f").exitCode == 0)
  }

  @Test(.needsRoot) func `keys that another user has put there are not trusted`() throws {
    let (place, id) = try place(.root)
    #expect(try place.capsrun("trust", "add", "k.pub").exitCode == 0)
    let path = place.folder("config/trusted/\(id).pub")
    #expect(chown(path, Caller.user.id, Caller.user.id) == 0)
    let refused = try place.capsrun("verify", "f")
    #expect(refused.exitCode == 65 && refused.errors.contains("belongs to user \(Caller.user.id)"), "\(refused)")
    #expect(chown(path, 0, 0) == 0)
    #expect(try place.capsrun("verify", "f").exitCode == 0)
  }

  @Test func `a user's keys are in the folder that the specification names`() throws {
    let place = try SigningPlace()
    try place.makeKey("k")
    for (variables, path) in [
      (["XDG_CONFIG_HOME": place.folder("xdg"), "HOME": place.folder("home")], "xdg/capsrun/trusted"),
      (["XDG_CONFIG_HOME": "not/absolute", "HOME": place.folder("home")], "home/.config/capsrun/trusted"),
    ] {
      let added = try Capsrun.run(
        ["trust", "add", "k.pub"], as: .user, environment: variables, workingFolder: place.folder.path)
      #expect(added.exitCode == 0, "\(added)")
      #expect(try place.folder.entries(path) == [try place.keyID("k") + ".pub"])
    }
    let nowhere = try Capsrun.run(["trust", "list"], as: .user)
    #expect(nowhere.exitCode == 64 && nowhere.errors.contains("neither HOME nor XDG_CONFIG_HOME"), "\(nowhere)")
  }

  @Test(arguments: [
    (["trust"], "what to do is missing"), (["trust", "ad", "x"], "did you mean add?"),
    (["trust", "add"], "FILE is missing"), (["trust", "remove"], "KEYID is missing"),
    (["trust", "remove", "12"], "is no key id"), (["trust", "list", "x"], "unexpected argument"),
    (["trust", "revoke", "C8B667DF51CA52EA", "x"], "unexpected argument"),
    (["trust", "revoke", "C8B667DF51CA52EA", "--reason", "a\nb"], "contains a control character"),
    (["trust", "list", "--reason", "x"], "belongs to revoke alone"), (["sign", "f"], "no key is given"),
    (["sign", "f", "--key", "k", "--valid-days", "0"], "is no number of days"), (["keygen"], "no name is given"),
  ])
  func `a command line that is wrong says how`(arguments: [String], problem: String) throws {
    let place = try SigningPlace()
    let outcome = try Capsrun.run(arguments, as: .user, environment: place.environment)
    #expect(outcome.exitCode == 64 && outcome.errors.contains(problem), "\(outcome)")
    #expect(try place.folder.entries() == [])
  }
}
