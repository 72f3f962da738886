import Foundation
import Testing

/// `capsrun keygen`, `sign` and `verify`, beside the real minisign.
@Suite struct SigningTests {
  private static let makers = ["capsrun", "minisign"]

  @Test(arguments: makers, makers)
  func `each side verifies what the other has signed, with keys that either has made`(
    keyMaker: String, signer: String
  ) throws {
    let place = try SigningPlace()
    try place.makeKey("k", by: keyMaker)
    try place.folder.file("some file.txt", "hello\n")
    if signer == "capsrun" {
      try place.sign("some file.txt", with: "k")
    } else {
      let outcome = try place.minisign("-S", "-W", "-s", "k.key", "-m", "some file.txt", "-t", "mine, and only mine")
      #expect(outcome.exitCode == 0, "\(outcome)")
    }
    let id = try place.keyID("k")
    let ours = try place.capsrun("verify", "some file.txt", "--key", "k.pub")
    #expect(ours.exitCode == 0, "\(ours)")
    #expect(ours.output.hasPrefix("some file.txt is signed by key \(id)\ntrusted comment: "))
    let theirs = try place.minisign("-V", "-H", "-p", "k.pub", "-m", "some file.txt")
    #expect(theirs.exitCode == 0, "\(theirs)")
    let comment = try #require(theirs.output.split(separator: "Trusted comment: ").last)
    #expect(ours.output.hasSuffix("trusted comment: \(comment)"))
    #expect(comment.contains(signer == "capsrun" ? "\tfile:some file.txt\thashed" : "mine, and only mine"))
    // The control: of another file both say no.
    try place.folder.file("some file.txt", "hello")
    #expect(try place.minisign("-V", "-p", "k.pub", "-m", "some file.txt").exitCode == 1)
    let refused = try place.capsrun("verify", "some file.txt", "--key", "k.pub")
    #expect(refused.exitCode == 65 && refused.errors.contains("is not what key \(id) has signed"), "\(refused)")
  }

  @Test func `minisign makes our public key of our secret key`() throws {
    let place = try SigningPlace()
    try place.makeKey("k")
    let outcome = try place.minisign("-R", "-s", "k.key", "-p", "again.pub")
    #expect(outcome.exitCode == 0, "\(outcome)")
    // The line above it is a comment, in which minisign leaves out the zeros that the number of a key may begin with.
    func key(_ file: String) throws -> [UInt8]? {
      try place.bytes(file).split(separator: UInt8(ascii: "\n")).last.map(Array.init)
    }
    #expect(try key("again.pub") == key("k.pub"))
  }

  private static let hasMemory: Bool = {
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
      let number = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return false }
    return number > 3 << 20
  }()

  @Test(.enabled(if: hasMemory || Requirements.mustWork, "3 GiB of memory are not free"))
  func `keys with a password go from one side to the other`() throws {
    let place = try SigningPlace()
    try place.folder.file("f", "hello\n")
    try place.folder.file("password", "öpen sesame\n", mode: 0o600)
    // Ours, made on a terminal.
    let terminal = try Terminal()
    let keygen = try Capsrun.spawn(["keygen", "-o", "ours"], as: .user, workingFolder: place.folder.path)
      .start(at: terminal)
    try terminal.waitFor("Password: ")
    try terminal.type("öpen sesame\n")
    let shown = try terminal.waitFor("Password (one more time): ")
    #expect(!shown.contains("sesame"))
    try terminal.type("öpen sesame\n")
    #expect(!(try terminal.waitFor("made key ").contains("sesame")))
    #expect(try keygen.wait().exitCode == 0)
    let theirs = try place.minisign("-S", "-s", "ours.key", "-m", "f", input: "öpen sesame\n")
    #expect(theirs.exitCode == 0, "\(theirs)")
    #expect(try place.capsrun("verify", "f", "--key", "ours.pub").exitCode == 0)
    // Theirs.
    let made = try place.minisign("-G", "-s", "theirs.key", "-p", "theirs.pub", input: "öpen sesame\nöpen sesame\n")
    #expect(made.exitCode == 0, "\(made)")
    let signed = try place.capsrun("sign", "f", "--key", "theirs.key", "--password-file", "password")
    #expect(signed.exitCode == 0, "\(signed)")
    #expect(try place.minisign("-V", "-p", "theirs.pub", "-m", "f").exitCode == 0)
    // minisign leaves other numbers behind when it takes a password away.
    let removed = try place.minisign("-C", "-W", "-s", "theirs.key", input: "öpen sesame\n")
    #expect(removed.exitCode == 0, "\(removed)")
    try place.sign("f", with: "theirs")
    #expect(try place.minisign("-V", "-p", "theirs.pub", "-m", "f").exitCode == 0)
  }

  @Test(.enabled(if: hasMemory || Requirements.mustWork, "3 GiB of memory are not free"))
  func `a wrong password ends with 77 and leaves nothing behind`() throws {
    let place = try SigningPlace()
    try place.folder.file("f", "hello\n")
    #expect(try place.capsrun("keygen", "-o", "k", "--password-stdin", input: "right\n").exitCode == 0)
    let wrong = try place.capsrun("sign", "f", "--key", "k.key", "--password-stdin", input: "wrong\n")
    #expect(wrong.exitCode == 77 && wrong.errors.contains("the password of \"k.key\" is wrong"), "\(wrong)")
    #expect(try place.folder.entries() == ["f", "k.key", "k.pub"])
    #expect(try place.capsrun("sign", "f", "--key", "k.key", "--password-stdin", input: "right\n").exitCode == 0)
  }

  @Test func `each changed byte of a file and of its signature is refused`() throws {
    let place = try SigningPlace()
    try place.makeKey("k")
    try place.folder.file("f", "hello\n")
    try place.sign("f", with: "k")
    for name in ["f", "f.minisig"] {
      let original = try place.bytes(name)
      // Nobody signs the first comment, and the end of the last line may be missing.
      let unsigned = name == "f" ? 0..<0 : 19..<(try #require(original.firstIndex(of: UInt8(ascii: "\n"))))
      for index in original.indices where !unsigned.contains(index) && !(name != "f" && index == original.count - 1) {
        var changed = original
        changed[index] ^= 1
        try place.write(changed, to: name)
        let outcome = try place.capsrun("verify", "f", "--key", "k.pub", "--allow-legacy")
        #expect(outcome.exitCode == 65, "\(name) \(index): \(outcome)")
      }
      try place.write(original, to: name)
      #expect(try place.capsrun("verify", "f", "--key", "k.pub").exitCode == 0)
    }
  }

  @Test func `a legacy signature is accepted only when that is asked for`() throws {
    let place = try SigningPlace()
    try place.makeKey("k")
    try place.folder.file("f", "hello\n")
    #expect(try place.minisign("-S", "-l", "-W", "-s", "k.key", "-m", "f").exitCode == 0)
    let id = try place.keyID("k")
    let refused = try place.capsrun("verify", "f", "--key", "k.pub")
    #expect(refused.exitCode == 65 && refused.errors.contains("by key \(id) is of the legacy kind"))
    #expect(try place.capsrun("verify", "f", "--key", "k.pub", "--allow-legacy").exitCode == 0)
    try place.folder.file("f", "hello")
    #expect(try place.capsrun("verify", "f", "--key", "k.pub", "--allow-legacy").exitCode == 65)
  }

  @Test func `a signature ends when it was told to`() throws {
    let place = try SigningPlace()
    try place.makeKey("k")
    try place.folder.file("f", "hello\n")
    let signed = try place.capsrun("sign", "f", "--key", "k.key", "--valid-days", "1")
    #expect(signed.exitCode == 0, "\(signed)")
    #expect(try place.capsrun("verify", "f", "--key", "k.pub").exitCode == 0)
    #expect(try place.minisign("-V", "-p", "k.pub", "-m", "f").exitCode == 0)
    let comment = "timestamp:1\tfile:f\thashed\texpires:86400"
    #expect(try place.minisign("-S", "-W", "-s", "k.key", "-m", "f", "-t", comment).exitCode == 0)
    let expired = try place.capsrun("verify", "f", "--key", "k.pub")
    #expect(expired.exitCode == 65)
    #expect(expired.errors.contains("by key \(try place.keyID("k")) has expired on 1970-01-02"), "\(expired)")
  }

  @Test func `what is missing or no signature is told apart`() throws {
    let place = try SigningPlace()
    try place.makeKey("k")
    #expect(try place.capsrun("verify", "f", "--key", "k.pub").exitCode == 66)
    try place.folder.file("f", "hello\n")
    let unsigned = try place.capsrun("verify", "f", "--key", "k.pub", "--json")
    #expect(unsigned.exitCode == 65)
    let json = try JSONSerialization.jsonObject(with: Data(unsigned.errorBytes)) as? [String: Any]
    #expect(json?["exit_code"] as? Int == 65)
    let first = (json?["diagnostics"] as? [[String: Any]])?.first
    #expect(first?["message"] as? String == "\"f\" is not signed: there is no signature beside it")
    try place.folder.file("f.minisig", "nonsense\n")
    let nonsense = try place.capsrun("verify", "f", "--key", "k.pub")
    #expect(nonsense.exitCode == 65 && nonsense.errors.contains("\"f.minisig\" is no signature"), "\(nonsense)")
    #expect(try place.capsrun("verify", ".", "--key", "k.pub").exitCode == 66)
    #expect(try place.capsrun("verify", "f", "--key", "f").exitCode == 65)
    try place.sign("f", with: "k")
    let verified = try place.capsrun("verify", "f", "--key", "k.pub", "--json")
    let result = try JSONSerialization.jsonObject(with: Data(verified.bytes)) as? [String: Any]
    #expect(result?["key_id"] as? String == (try place.keyID("k")) && result?["exit_code"] as? Int == 0)
  }

  @Test(arguments: [0o640, 0o604, 0o620, 0o644] as [UInt32])
  func `a secret key that others can read is refused`(mode: UInt32) throws {
    let place = try SigningPlace()
    try place.makeKey("k")
    try place.folder.file("f", "hello\n")
    #expect(chmod(place.folder("k.key"), mode) == 0)
    let refused = try place.capsrun("sign", "f", "--key", "k.key")
    #expect(refused.exitCode == 65 && refused.errors.contains("hint: chmod 600 k.key"), "\(refused)")
    #expect(!(try place.folder.entries().contains("f.minisig")))
    #expect(chmod(place.folder("k.key"), 0o600) == 0)
    try place.sign("f", with: "k")
  }

  @Test(arguments: Caller.reachable)
  func `keys have their modes and are never replaced`(caller: Caller) throws {
    let place = try SigningPlace(as: caller)
    let made = try Spawn(
      try caller.commandLine([
        "/bin/sh", "-c", "umask 0; exec \"$0\" keygen -o \"$1\" --no-password", try Program.path(), place.folder("k"),
      ])
    ).run()
    #expect(made.exitCode == 0, "\(made)")
    for (name, mode) in [("k.key", 0o600), ("k.pub", 0o644)] {
      let attributes = try FileManager.default.attributesOfItem(atPath: place.folder(name))
      #expect(attributes[.posixPermissions] as? Int == mode)
    }
    for existing in ["k.key", "k.pub"] {
      let before = try place.bytes(existing)
      try FileManager.default.removeItem(atPath: place.folder(existing == "k.key" ? "k.pub" : "k.key"))
      let refused = try place.capsrun("keygen", "-o", "k", "--no-password")
      #expect(refused.exitCode == 64 && refused.errors.contains("\"k.\(existing.suffix(3))\" is there already"))
      #expect(try place.folder.entries() == [existing])
      #expect(try place.bytes(existing) == before)
      try FileManager.default.removeItem(atPath: place.folder(existing))
      try place.makeKey("k")
    }
  }

  @Test func `a name that would steer a terminal is not signed`() throws {
    let place = try SigningPlace()
    try place.makeKey("k")
    try place.folder.file("a\u{1B}[2Jb", "x")
    let refused = try place.capsrun("sign", "a\u{1B}[2Jb", "--key", "k.key")
    #expect(refused.exitCode == 64 && refused.errors.contains("has a control character"), "\(refused)")
    #expect(!refused.errors.contains("\u{1B}"))
  }
}
