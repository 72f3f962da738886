import Diagnostics
import Testing

@testable import Planning

@Suite struct ProfileTests {
  private func file(_ text: String) throws -> ProfileFile { try ProfileFile(file: "p.yml", bytes: Array(text.utf8)) }

  /// A profile "p" among others, with the groups @files (open, read) and @all (@files, bpf).
  private func profile(_ text: String, beside others: [String: String] = [:]) throws -> SeccompProfile {
    let groups = try file("groups: {'@files': [open, read], '@all': ['@files', bpf]}")
    var files = ["p": try file(text)]
    for (name, text) in others { files[name] = try file(text) }
    return try ProfileLibrary(groups: groups, profiles: files).profile("p")
  }

  @Test func `a profile's rules keep what is written`() throws {
    let profile = try profile(
      "description: d\nallow: [read]\ndeny: [bpf]\nlog: [kill]\nabsent: [acct]\narguments:\n"
        + "  socket: {otherwise: EACCES, log: true, any-of: [{0: {is: [1], mask: 0xff}}]}\n")
    #expect(profile.answers == ["read": .allow, "bpf": .deny, "kill": .log, "acct": .absent])
    #expect(profile.description == "d")
    #expect(
      profile.arguments == [
        "socket": .init(
          otherwise: "EACCES", anyOf: [[.init(argument: 0, test: .isOneOf([1], mask: 0xff))]], isLogged: true)
      ])
  }

  @Test func `a group stands for its calls, and a name of its own beats it`() throws {
    #expect(try profile("allow: ['@all']").answers == ["open": .allow, "read": .allow, "bpf": .allow])
    #expect(try profile("allow: ['@all']\ndeny: [bpf]").answers["bpf"] == .deny)
    let ruled = try profile("allow: ['@files']\narguments: {open: {any-of: [{1: {is: [0]}}]}}")
    #expect(ruled.answers == ["read": .allow] && ruled.arguments.keys.sorted() == ["open"])
  }

  @Test func `a profile beats the one that it extends, also by a group, and whatever kind of entry it was`() throws {
    let base = "allow: ['@all', kill]\narguments: {socket: {any-of: [{0: {is: [1]}}]}}"
    let profile = try profile("extends: base\nabsent: ['@files', socket]", beside: ["base": base])
    #expect(
      profile.answers == ["open": .absent, "read": .absent, "bpf": .allow, "kill": .allow, "socket": .absent]
        && profile.arguments.isEmpty)
    let third = try self.profile("extends: middle", beside: ["middle": "extends: base\ndeny: [kill]", "base": base])
    #expect(third.answers["kill"] == .deny && third.arguments.count == 1)
  }

  @Test(arguments: [
    "allow: [read, read]", "allow: [read]\ndeny: [read]", "alow: [read]", "allow: read",
    "arguments: {a: {any-of: [{6: {is: [1]}}]}}", "arguments: {a: {any-of: [{0: {}}]}}",
    "arguments: {a: {any-of: [{0: {is: [4294967296]}}]}}", "arguments: {a: {any-of: [{0: {is: [1], is-not: [2]}}]}}",
    "arguments: {a: {log: perhaps, any-of: [{0: {is: [1]}}]}}",
    "allow: [a]\narguments: {a: {any-of: [{0: {is: [1]}}]}}",
    "allow: ['@file']", "allow: ['@files']\ndeny: ['@all']", "extends: nothing", "extends: p", "extends: q",
  ])
  func `a profile with a mistake is refused`(text: String) {
    #expect(throws: Diagnostic.self) { try profile(text, beside: ["q": "extends: p"]) }
  }

  @Test(arguments: ["groups: {files: [a]}", "groups: {'@a': ['@b'], '@b': [c]}", "groups: {'@a': ['@a']}"])
  func `groups with a mistake are refused`(text: String) {
    #expect(throws: Diagnostic.self) { try ProfileLibrary(groups: try file(text), profiles: [:]) }
  }
}
