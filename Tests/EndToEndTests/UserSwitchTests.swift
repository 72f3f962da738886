import Testing

/// `--user`: root acts as somebody with less rights.
@Suite struct UserSwitchTests {
  private func box(_ options: [String], _ command: [String], sudo: [String: String]) throws -> Outcome {
    try Capsrun.run(["box"] + options + ["--"] + command, as: .root, environment: sudo)
  }

  private let sudo = ["SUDO_UID": "1500", "SUDO_GID": "1500"]

  @Test(.needsRoot) func `with --user, root acts as the user who called sudo`() throws {
    let folder = try TemporaryFolder(of: .user)
    let made = try box(["--user", "--write", folder.path], ["touch", folder("made")], sudo: sudo)
    #expect(made.exitCode == 0)
    #expect(try owner(of: folder("made")) == 1500)
    let status = try box(["--user"], ["cat", "/proc/self/uid_map", "/proc/self/gid_map"], sudo: sudo)
    #expect(status.lines.map { $0.split(separator: " ") } == [["1000", "1500", "1"], ["1000", "1500", "1"]])
  }

  @Test(.needsRoot) func `with --user, what only root may read stays closed`() throws {
    let folder = try TemporaryFolder(of: .root)
    let secret = try folder.file("secret", "content", mode: 0o600)
    let asRoot = try box(["--read", secret], ["cat", secret], sudo: sudo)
    #expect(asRoot.output == "content")
    let asUser = try box(["--user", "--read", secret], ["sh", "-c", "echo ran; cat \(secret)"], sudo: sudo)
    #expect(asUser.output == "ran\n")
    #expect(asUser.errors.contains("Permission denied"))
  }

  @Test(
    .needsRoot,
    arguments: [[:], ["SUDO_UID": "0"], ["SUDO_UID": "4294967295"], ["SUDO_UID": "-1"], ["SUDO_UID": "1500x"]])
  func `with --user and nobody who called sudo, root acts as a reserved user`(sudo: [String: String]) throws {
    let outcome = try box(["--user"], ["cat", "/proc/self/uid_map"], sudo: sudo)
    #expect(outcome.exitCode == 0)
    #expect(outcome.lines.map { $0.split(separator: " ") } == [["1000", "1900000000", "1"]])
  }

  @Test func `for an ordinary user --user changes nothing`() throws {
    let outcome = try Capsrun.run(
      ["box", "--user", "--", "cat", "/proc/self/uid_map"], as: .user, environment: ["SUDO_UID": "1501"])
    #expect(outcome.lines.map { $0.split(separator: " ") } == [["1000", "\(Caller.user.id)", "1"]])
  }
}
